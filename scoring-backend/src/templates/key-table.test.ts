import fc from 'fast-check';
import { expect, it } from 'vitest';
import { KeyTable } from './key-table.ts';
import { StateReader, StateWriter } from './saved-state.ts';

// Few different keys, many of them in the same place, so that probing and shifting back are exercised.
const keys = fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 40 }));
const steps = fc.array(fc.tuple(keys, fc.integer({ min: 0, max: 9 }), fc.boolean()), { maxLength: 300 });

it('answers as a map does, whatever is set and deleted, and after save and load', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const table = new KeyTable();
      const map = new Map<string, number>();
      for (const [[high, low], value, remove] of all) {
        if (remove) table.delete(high, low);
        else table.set(high, low, value, 0);
        if (remove) map.delete(`${high} ${low}`);
        else map.set(`${high} ${low}`, value);
      }
      const state = new StateWriter();
      table.save(state);
      const loaded = new KeyTable();
      loaded.load(new StateReader(state.finish()));
      expect(table.size).toBe(map.size);
      for (let high = 0; high < 4; high++) {
        for (let low = 0; low <= 40; low++) {
          const expected = map.get(`${high} ${low}`) ?? -1;
          expect(table.get(high, low)).toBe(expected);
          expect(loaded.get(high, low)).toBe(expected);
        }
      }
    }),
  );
});
