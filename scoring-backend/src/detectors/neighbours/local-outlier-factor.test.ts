import { describe, expect, it } from 'vitest';
import type { Rows } from '../batch-model.ts';
import { SeededRandom } from '../random.ts';
import { LocalOutlierFactor } from './local-outlier-factor.ts';

const LINE: Rows = { values: Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9), count: 10, size: 1 };

describe('LocalOutlierFactor', () => {
  it('is 1 inside of an even row of points', () => {
    const model = new LocalOutlierFactor(LINE, 2);
    expect(model.oddness(Float32Array.of(4.5))).toBeCloseTo(1, 1);
  });

  it('is what the paper defines, for points that can be reckoned by hand', () => {
    // Neighbours of 12 are 9 and 8, at 3 and 4. Both have a k-distance of 2 and 1, so the reachability is 3 and 4.
    // Density 2/7. Densities: of 9 (8 at 1 → 1, 7 at 2 → 2) 2/3; of 8 (7 and 9 at 1: k-distances 1 and 2) 2/3.
    expect(new LocalOutlierFactor(LINE, 2).oddness(Float32Array.of(12))).toBeCloseTo((2 / 3 + 2 / 3) / 2 / (2 / 7), 6);
  });

  it('finds a point beside a dense cluster odd that would be normal in a sparse one', () => {
    const random = new SeededRandom(4);
    const values = new Float32Array(400);
    for (let i = 0; i < 200; i++) {
      const sparse = i >= 100;
      values[2 * i] = random.normal() * (sparse ? 2 : 0.1) + (sparse ? 20 : 0);
      values[2 * i + 1] = random.normal() * (sparse ? 2 : 0.1);
    }
    const model = new LocalOutlierFactor({ values, count: 200, size: 2 });
    expect(model.oddness(Float32Array.of(1, 0))).toBeGreaterThan(2);
    expect(model.oddness(Float32Array.of(21, 0))).toBeLessThan(1.5);
  });

  it('blames the number in which the nearest row differs', () => {
    const random = new SeededRandom(5);
    const values = Float32Array.from({ length: 300 }, () => random.normal());
    const model = new LocalOutlierFactor({ values, count: 100, size: 3 });
    const parts = new Float64Array(3);
    model.contributions(Float32Array.of(0, 9, 0), parts);
    expect(parts.indexOf(Math.max(...parts))).toBe(1);
  });
});
