import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LeastRecentlyUsed } from './least-recently-used.ts';

it('takes the index unused for longest, however often others were used since they were added', () => {
  const uses = fc.array(fc.tuple(fc.integer({ min: 0, max: 15 }), fc.boolean()), { maxLength: 200 });
  fc.assert(
    fc.property(uses, (all) => {
      const lru = new LeastRecentlyUsed();
      const lastUsed = new Map<number, number>();
      for (const [time, [index, take]] of all.entries()) {
        if (take && lastUsed.size > 0) {
          const oldest = [...lastUsed].reduce((a, b) => (b[1] < a[1] ? b : a))[0];
          expect(lru.take((i) => lastUsed.get(i) ?? -1)).toBe(oldest);
          lastUsed.delete(oldest);
        } else {
          if (!lastUsed.has(index)) lru.add(index, time);
          lastUsed.set(index, time);
        }
      }
    }),
  );
});
