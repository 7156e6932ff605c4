import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consensus, sidak } from './ensemble.ts';
import { OddnessScale } from './oddness-scale.ts';
import { SeededRandom } from './random.ts';

const magnitudes = fc.array(fc.double({ min: 0, max: 20, noNaN: true }), { minLength: 1, maxLength: 12 });

describe('consensus', () => {
  it('is at most the largest, and takes no more off it than for having looked so often', () => {
    fc.assert(
      fc.property(magnitudes, (all) => {
        const largest = Math.max(...all);
        expect(consensus(all)).toBeLessThanOrEqual(largest + 1e-9);
        expect(consensus(all)).toBeGreaterThanOrEqual(Math.max(0, largest - Math.log10(all.length)) - 1e-9);
      }),
    );
  });

  it('takes nothing off where all agree, and grows with every single one', () => {
    expect(consensus([4, 4, 4])).toBeCloseTo(4, 9);
    fc.assert(
      fc.property(magnitudes, fc.double({ min: 0, max: 5, noNaN: true }), (all, more) => {
        expect(consensus([all[0] + more, ...all.slice(1)])).toBeGreaterThanOrEqual(consensus(all) - 1e-9);
      }),
    );
    expect(consensus([])).toBe(0);
  });

  it('of normal units is as rare as it says, whether the detectors depend on each other or not', () => {
    const random = new SeededRandom(2);
    for (const shared of [0, 0.5, 1]) {
      const rare = Array.from({ length: 40_000 }, () => {
        const one = random.next();
        return consensus(Array.from({ length: 4 }, () => -Math.log10(random.next() < shared ? one : random.next())));
      }).filter((magnitude) => magnitude >= 2).length;
      expect(rare / 40_000).toBeGreaterThan(0.005);
      expect(rare / 40_000).toBeLessThan(0.016);
    }
  });
});

describe('sidak', () => {
  it('is the p of the smallest of several, without a step where the reckoning changes', () => {
    expect(10 ** -sidak(2, 5)).toBeCloseTo(1 - 0.99 ** 5, 9);
    expect(sidak(9.000_001, 20)).toBeCloseTo(sidak(9, 20), 5);
  });
});

describe('OddnessScale', () => {
  it('makes a magnitude of any scale and of light and heavy tails', () => {
    const shapes: ((random: SeededRandom) => number)[] = [
      (random) => 100 + random.normal(),
      (random) => -1e-3 * Math.log(1 - random.next()),
      (random) => (1 - random.next()) ** -0.3,
    ];
    for (const shape of shapes) {
      const random = new SeededRandom(5);
      const scale = new OddnessScale();
      for (let i = 0; i < 3_000; i++) scale.learn(shape(random));
      expect(scale.ready).toBe(true);
      const rare = Array.from({ length: 5_000 }, () => scale.magnitude(shape(random))).filter((m) => m >= 2);
      expect(rare.length / 5_000).toBeGreaterThan(0.002);
      expect(rare.length / 5_000).toBeLessThan(0.02);
    }
  });
});
