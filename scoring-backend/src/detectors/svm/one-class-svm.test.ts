import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rows } from '../batch-model.ts';
import { SeededRandom } from '../random.ts';
import { OneClassSvm } from './one-class-svm.ts';

function cloud(count: number, size: number, seed: number): Rows {
  const random = new SeededRandom(seed);
  return { values: Float32Array.from({ length: count * size }, () => random.normal()), count, size };
}

describe('OneClassSvm', () => {
  it('leaves at most a share ν of its rows outside, and rests on at least as many (Proposition 3 of the paper)', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0.05, 0.1, 0.3), (seed, nu) => {
        const rows = cloud(120, 3, seed);
        const model = new OneClassSvm(rows, nu);
        let outside = 0;
        for (let i = 0; i < rows.count; i++)
          if (model.oddness(rows.values.subarray(i * 3, (i + 1) * 3)) > 0.002) outside++;
        expect(outside).toBeLessThanOrEqual(Math.ceil(nu * rows.count));
        expect(model.supportVectors).toBeGreaterThanOrEqual(Math.floor(nu * rows.count));
      }),
      { numRuns: 20 },
    );
  });

  it('finds what is outside the odder the further it is', () => {
    const model = new OneClassSvm(cloud(200, 4, 8));
    const at = [0, 2, 4, 8, 1e6].map((distance) => model.oddness(new Float32Array(4).fill(distance)));
    expect(at[0]).toBeLessThan(0);
    expect(at).toEqual(at.toSorted((a, b) => a - b));
    expect(at[2]).toBeGreaterThan(1);
    expect(at.every(Number.isFinite)).toBe(true);
  });

  it('blames the number that is far off', () => {
    const parts = new Float64Array(4);
    new OneClassSvm(cloud(200, 4, 8)).contributions(Float32Array.of(0, 0, -6, 0), parts);
    expect(parts.indexOf(Math.max(...parts))).toBe(2);
  });
});
