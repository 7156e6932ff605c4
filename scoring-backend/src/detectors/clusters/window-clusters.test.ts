import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../random.ts';
import { NOISE, WindowClusters } from './window-clusters.ts';

/** Two dense states and one row between them. */
function twoStates(): { values: Float32Array; count: number; size: number } {
  const random = new SeededRandom(3);
  const values = new Float32Array(2 * 101);
  for (let i = 0; i < 100; i++) {
    values[2 * i] = (i < 50 ? 0 : 10) + 0.3 * random.normal();
    values[2 * i + 1] = 0.3 * random.normal();
  }
  values[200] = 5;
  values[201] = 3;
  return { values, count: 101, size: 2 };
}

describe('WindowClusters', () => {
  it('finds the states that a stream is in, and leaves what belongs to none', () => {
    const model = new WindowClusters(twoStates());
    expect(model.clusters).toBe(2);
    expect(model.labels[0]).not.toBe(model.labels[99]);
    expect(new Set([...model.labels.slice(0, 50)].filter((label) => label !== NOISE)).size).toBe(1);
    expect(model.labels[100]).toBe(NOISE);
  });

  it('finds a window odd by its distance to the nearest state, not to their mean', () => {
    const model = new WindowClusters(twoStates());
    expect(model.oddness(Float32Array.of(10, 0))).toBeLessThan(1);
    expect(model.oddness(Float32Array.of(5, 0))).toBeGreaterThan(5);
  });

  it('has no states where every row is far from all others', () => {
    const values = Float32Array.from({ length: 6 }, (_, i) => 100 * i * i);
    const model = new WindowClusters({ values, count: 6, size: 1 }, 3);
    expect(model.oddness(Float32Array.of(0))).toBeLessThanOrEqual(1);
    expect(new WindowClusters({ values: new Float32Array(8), count: 8, size: 1 }).clusters).toBe(1);
  });
});
