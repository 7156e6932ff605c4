import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedPath } from '../../explain/tree-shap.ts';
import type { Rows } from '../batch-model.ts';
import { SeededRandom } from '../random.ts';
import { averagePath } from './flat-trees.ts';
import { importTrees, type ForeignTree } from './import-trees.ts';
import { IsolationForest } from './isolation-forest.ts';

interface Fixture {
  readonly samples: number;
  readonly rows: readonly (readonly number[])[];
  readonly scores: readonly number[];
  readonly trees: readonly ForeignTree[];
}

function cloud(count: number, size: number, seed: number): Rows {
  const random = new SeededRandom(seed);
  return { values: Float32Array.from({ length: count * size }, () => random.normal()), count, size };
}

describe('IsolationForest', () => {
  it('gives the scores of scikit-learn for its trees', () => {
    const text = readFileSync(join(import.meta.dirname, 'scikit-learn-forest.json'), 'utf8');
    const fixture = JSON.parse(text) as Fixture;
    const forest = new IsolationForest(importTrees(fixture.trees, fixture.samples));
    fixture.rows.forEach((row, i) => {
      expect(Math.abs(forest.oddness(Float32Array.from(row)) - fixture.scores[i])).toBeLessThan(1e-6);
    });
  });

  it('finds what is alone, and what is only far in one number', () => {
    const forest = IsolationForest.fit(cloud(256, 5, 1), 7, { trees: 100, samples: 256, leading: 0 });
    const middle = forest.oddness(new Float32Array(5));
    expect(middle).toBeLessThan(0.5);
    expect(forest.oddness(new Float32Array(5).fill(4))).toBeGreaterThan(0.65);
    expect(forest.oddness(Float32Array.of(0, 0, 6, 0, 0))).toBeGreaterThan(middle + 0.08);
  });

  it('is the same for the same rows and seed, and another for another seed', () => {
    const rows = cloud(100, 4, 2);
    const row = Float32Array.of(1, -1, 2, 0);
    expect(IsolationForest.fit(rows, 3).oddness(row)).toBe(IsolationForest.fit(rows, 3).oddness(row));
    expect(IsolationForest.fit(rows, 4).oddness(row)).not.toBe(IsolationForest.fit(rows, 3).oddness(row));
  });

  it('scores many rows as it scores each', () => {
    const forest = IsolationForest.fit(cloud(200, 6, 4), 5);
    const rows = cloud(43, 6, 9);
    const scores = new Float64Array(rows.count);
    forest.scores(rows.values, rows.count, rows.size, scores);
    scores.forEach((score, i) => expect(score).toBe(forest.oddness(rows.values.subarray(i * 6, (i + 1) * 6))));
  });

  it('copes with rows that are all the same', () => {
    const forest = IsolationForest.fit({ values: new Float32Array(40), count: 10, size: 4 }, 1);
    expect(forest.oddness(new Float32Array(4))).toBeCloseTo(0.5, 5);
    expect(() => IsolationForest.fit({ values: new Float32Array(4), count: 1, size: 4 }, 1)).toThrow(
      'at least 2, got 1',
    );
  });

  it('says what each number adds, and all together come to the difference from the mean', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.integer(), fc.integer(), (size, seed, other) => {
        const forest = IsolationForest.fit(cloud(40, size, seed), seed, { trees: 8, samples: 32, leading: 0 });
        const row = cloud(1, size, other).values.map((value) => value * 2);
        const parts = new Float64Array(size);
        forest.contributions(row, parts);
        const exponent = Math.log2(forest.oddness(row));
        const mean = -expectedPath(forest.trees) / (8 * averagePath(32));
        expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(exponent - mean, 9);
      }),
      { numRuns: 60 },
    );
  });

  it('blames the number that is off', () => {
    const forest = IsolationForest.fit(cloud(256, 8, 11), 2);
    const parts = new Float64Array(8);
    forest.contributions(Float32Array.of(0, 0, 0, 7, 0, 0, 0, 0), parts);
    expect(parts.indexOf(Math.max(...parts))).toBe(3);
  });

  it('agrees with Shapley values by their definition: all orders of the features', () => {
    const forest = IsolationForest.fit(cloud(30, 3, 21), 5, { trees: 3, samples: 16, leading: 0 });
    const row = Float32Array.of(1.5, -0.5, 0.7);
    const parts = new Float64Array(3);
    forest.contributions(row, parts);
    const scale = -1 / (3 * averagePath(16));
    const orders = [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ];
    for (let feature = 0; feature < 3; feature++) {
      let sum = 0;
      for (const order of orders) {
        const before = new Set(order.slice(0, order.indexOf(feature)));
        sum += pathKnowing(forest, row, new Set([...before, feature])) - pathKnowing(forest, row, before);
      }
      expect(parts[feature]).toBeCloseTo((sum / orders.length) * scale, 9);
    }
  });
});

/** Path length when only some features are known: at the others both ways are gone, by the share of the samples. */
function pathKnowing({ trees }: IsolationForest, row: Float32Array, known: ReadonlySet<number>): number {
  const { feature, left, threshold, cover, pathLength, roots } = trees;
  const walk = (node: number): number => {
    if (feature[node] < 0) return pathLength[node];
    const l = left[node];
    if (known.has(feature[node])) return walk(row[feature[node]] > threshold[node] ? l + 1 : l);
    return (walk(l) * cover[l] + walk(l + 1) * cover[l + 1]) / cover[node];
  };
  return roots.reduce((sum, root) => sum + walk(root), 0);
}
