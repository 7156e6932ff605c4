import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTemplateMiner } from './miner.ts';
import type { TemplateMiner, TemplateMinerLimits } from './template-miner.ts';

const LIMITS: TemplateMinerLimits = {
  maxTemplates: 16_384,
  maxMessageBytes: 8192,
};

function mine(miner: TemplateMiner, line: string): number {
  const bytes = new TextEncoder().encode(line);
  return miner.mine(bytes, 0, bytes.length);
}

function adopt(miner: TemplateMiner, text: string): number {
  const bytes = new TextEncoder().encode(text);
  return miner.adopt(bytes, 0, bytes.length);
}

/** Lines that share words, so that they meet in caches, pairs and merges. */
const lines = fc.array(
  fc
    .oneof(
      fc.array(
        fc.constantFrom(
          ...[
            'user',
            'logged',
            'in',
            'from',
            'failed',
            'alpha',
            'beta',
            'gamma',
            'connection',
            'closed',
            '42',
            '10.0.0.1',
          ],
          ...[
            'id=7',
            'name="x y"',
            '[a]',
            '(b)',
            'state:',
            'GET',
            '/var/log',
            'error',
            'job',
            'queue',
            'zzq',
            '{"a":1}',
          ],
        ),
        { minLength: 0, maxLength: 7 },
      ),
      fc.array(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 5 }),
    )
    .map((words) => words.join(' ')),
  { minLength: 1, maxLength: 120 },
);

/** Tiny limits make evictions frequent. */
const maxTemplates = fc.constantFrom(1, 2, 3, 7, 40, 16_384);

describe('the template miner', () => {
  it('gives lines of one statement one template, and shows what varies as <*>', () => {
    const miner = createTemplateMiner(LIMITS);
    const first = mine(miner, 'Accepted password for alice from 10.1.2.3 port 2201 ssh2');
    const second = mine(miner, 'Accepted password for bob from 10.9.2.3 port 22 ssh2');
    expect(second).toBe(first);
    expect(miner.text(first)).toBe('Accepted password for <*> from <*> port <*>');
  });

  it('keeps the empty message, an ornament and a bare value apart', () => {
    const miner = createTemplateMiner(LIMITS);
    expect(new Set(['', '-----', '12345'].map((line) => mine(miner, line))).size).toBe(3);
    expect(mine(miner, '  \t')).toBe(mine(miner, ''));
  });

  it('reads no more of a message than it is allowed to', () => {
    const miner = createTemplateMiner({ ...LIMITS, maxMessageBytes: 30 });
    const kept = 'Connection closed by peer now. ';
    expect(mine(miner, `${kept}Restarting worker`)).toBe(mine(miner, `${kept}Giving up completely`));
  });

  it('gives the same answers for the same lines', () => {
    fc.assert(
      fc.property(lines, maxTemplates, (input, max) => {
        const run = (): unknown => {
          const miner = createTemplateMiner({ ...LIMITS, maxTemplates: max });
          return [input.map((line) => mine(miner, line)), miner.takeChanges(), miner.save()];
        };
        expect(run()).toEqual(run());
      }),
    );
  });

  it('continues after save and load with the same answers and the same changes', () => {
    fc.assert(
      fc.property(lines, lines, maxTemplates, (before, after, max) => {
        const limits = { ...LIMITS, maxTemplates: max };
        const miner = createTemplateMiner(limits);
        for (const line of before) mine(miner, line);
        miner.takeChanges();
        const loaded = createTemplateMiner(limits, miner.save());
        expect(loaded.save()).toEqual(miner.save());
        for (const line of after) {
          const index = mine(miner, line);
          expect(mine(loaded, line)).toBe(index);
          expect(loaded.text(index)).toBe(miner.text(index));
        }
        expect(loaded.takeChanges()).toEqual(miner.takeChanges());
        expect(loaded.save()).toEqual(miner.save());
      }),
    );
  });

  it('never gives an index that is not alive, and keeps counts whole over merges and evictions', () => {
    fc.assert(
      fc.property(lines, maxTemplates, (input, max) => {
        const miner = createTemplateMiner({ ...LIMITS, maxTemplates: max });
        const counts = new Map<number, number>();
        const ids = new Map<number, string>();
        let evicted = 0;
        const settle = (): void => {
          for (const change of miner.takeChanges()) {
            if (change.kind === 'created') {
              expect(counts.has(change.index)).toBe(false);
              counts.set(change.index, 0);
              ids.set(change.index, '');
            } else if (change.kind === 'merged') {
              counts.set(change.to, (counts.get(change.to) ?? NaN) + (counts.get(change.from) ?? NaN));
              counts.set(change.from, 0);
            } else {
              evicted += counts.get(change.index) ?? NaN;
              counts.delete(change.index);
              ids.delete(change.index);
            }
          }
        };
        for (const [i, line] of input.entries()) {
          const index = i % 5 === 4 ? adopt(miner, line) : mine(miner, line);
          settle();
          expect(miner.resolve(index)).toBe(index);
          counts.set(index, (counts.get(index) ?? NaN) + 1);
          expect(counts.size).toBeLessThanOrEqual(max);
          expect(miner.size).toBeLessThanOrEqual(max);
          for (const live of counts.keys()) {
            expect(counts.has(miner.resolve(live))).toBe(true);
            expect(miner.text(live)).toBe(miner.text(miner.resolve(live)));
          }
        }
        expect([...counts.values()].reduce((sum, count) => sum + count, evicted)).toBe(input.length);
      }),
    );
  });

  it('lets go of the template unused for longest', () => {
    const miner = createTemplateMiner({ ...LIMITS, maxTemplates: 3 });
    mine(miner, 'Server started');
    const cache = mine(miner, 'Cache is empty');
    mine(miner, 'Request timed out while waiting for lock');
    mine(miner, 'Server started');
    miner.takeChanges();
    const fresh = mine(miner, 'Writing the snapshot failed');
    expect(fresh).toBe(cache);
    expect(miner.takeChanges().map((change) => change.kind)).toEqual(['evicted', 'created']);
  });

  it('merges templates when new lines show them to be one, and the oldest stays', () => {
    const miner = createTemplateMiner(LIMITS);
    const arrived = Array.from('abcdefghij', (letter) => mine(miner, `Queue q${letter.repeat(3)} stalled`));
    const last = mine(miner, 'Queue qxyz stalled');
    expect(new Set(arrived.map((index) => miner.resolve(index)))).toEqual(new Set([last]));
    expect(last).toBe(Math.min(...arrived));
    expect(miner.text(last)).toBe('Queue <*> stalled');
  });

  it('gives a template taken from upstream the id of a mined one with the same constants', () => {
    const miner = createTemplateMiner(LIMITS);
    const mined = mine(miner, 'Connection from 10.1.2.3 closed after 12 ms');
    expect(adopt(miner, miner.text(mined))).toBe(mined);
    const other = adopt(miner, 'Connection to <*> closed after <*> ms');
    expect(other).not.toBe(mined);
    expect(miner.text(other)).toBe('Connection to <*> closed after <*> ms');
    expect(adopt(miner, 'Connection to <*> closed after <*> ms')).toBe(other);
  });

  it('gives a template the same id in every replica', () => {
    const id = (miner: TemplateMiner, index: number): number[] => [miner.idHigh(index), miner.idLow(index)];
    const one = createTemplateMiner(LIMITS);
    const two = createTemplateMiner(LIMITS);
    mine(one, 'Something else entirely happened here');
    expect(id(one, mine(one, 'Disk 3 is full'))).toEqual(id(two, mine(two, 'Disk 17 is full')));
  });

  it('says what is wrong with a state it cannot read', () => {
    expect(() => createTemplateMiner(LIMITS, Uint8Array.of(99))).toThrow(/format must be 2, got 99/);
    const state = createTemplateMiner(LIMITS).save();
    expect(() => createTemplateMiner(LIMITS, state.subarray(0, state.length - 1))).toThrow(RangeError);
  });
});
