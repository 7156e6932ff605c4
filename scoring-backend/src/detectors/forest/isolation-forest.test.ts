import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedPath } from '../../explain/tree-shap.ts';
import type { Rows } from '../batch-model.ts';
import { SeededRandom } from '../random.ts';
import { averagePath, chanceAlone, type ForestShape } from './flat-trees.ts';
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
    const forest = IsolationForest.fit(cloud(256, 5, 1), 7, { trees: 100, samples: 256, leading: 0, beyond: false });
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

  describe('that looks beyond its samples', () => {
    const rows = cloud(128, 6, 13);
    const [paper, own] = [false, true].map((beyond) =>
      IsolationForest.fit(rows, 3, { ...SHAPE, samples: 128, beyond }),
    );

    it('scores what lies among them as the paper does, and nothing lower', () => {
      for (let i = 0; i < rows.count; i++) {
        const row = rows.values.subarray(i * 6, (i + 1) * 6);
        expect(own.oddness(row)).toBeGreaterThanOrEqual(paper.oddness(row) - 1e-9);
      }
      expect(own.oddness(new Float32Array(6))).toBeCloseTo(paper.oddness(new Float32Array(6)), 3);
    });

    it('finds a row the odder the further out it is, where the paper’s score stays what it is', () => {
      const out = (forest: IsolationForest): number[] =>
        [4, 6, 10, 20, 100].map((far) => forest.oddness(Float32Array.of(0, far, 0, -far, 0, 0)));
      expect(new Set(out(paper)).size).toBe(1);
      expect(out(own)).toEqual(out(own).toSorted((a, b) => a - b));
      expect(new Set(out(own)).size).toBe(5);
      expect(out(own)[0]).toBeGreaterThan(out(paper)[0]);
    });

    it('scores many rows as it scores each', () => {
      const far = cloud(13, 6, 9).values.map((value) => 3 * value);
      const scores = new Float64Array(13);
      own.scores(far, 13, 6, scores);
      scores.forEach((score, i) => expect(score).toBe(own.oddness(far.subarray(i * 6, (i + 1) * 6))));
    });
  });

  it('says what each number adds, and all together come to the difference from the mean', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 7 }),
        fc.integer(),
        fc.integer(),
        fc.boolean(),
        (size, seed, other, beyond) => {
          const forest = IsolationForest.fit(cloud(40, size, seed), seed, { ...SHAPE, beyond });
          const row = cloud(1, size, other).values.map((value) => value * 2);
          const parts = new Float64Array(size);
          forest.contributions(row, parts);
          const exponent = Math.log2(forest.oddness(row));
          const mean = -expectedPath(forest.trees) / (8 * averagePath(32));
          expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(exponent - mean, 9);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('blames the number that is off', () => {
    const forest = IsolationForest.fit(cloud(256, 8, 11), 2);
    const parts = new Float64Array(8);
    forest.contributions(Float32Array.of(0, 0, 0, 7, 0, 0, 0, 0), parts);
    expect(parts.indexOf(Math.max(...parts))).toBe(3);
  });

  it.each([false, true])(
    'agrees with Shapley values by their definition, all orders of the features: beyond %j',
    (beyond) => {
      const forest = IsolationForest.fit(cloud(30, 3, 21), 5, { trees: 3, samples: 16, leading: 0, beyond });
      const row = Float32Array.of(3.5, -0.5, -2.7);
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
    },
  );
});

const SHAPE: ForestShape = { trees: 8, samples: 32, leading: 0, beyond: false };

/** Path length when only some features are known: at the others both ways are gone, by the share of the samples. */
function pathKnowing({ trees }: IsolationForest, row: Float32Array, known: ReadonlySet<number>): number {
  const { feature, left, threshold, cover, pathLength, range, roots } = trees;
  const walk = (node: number, depth = 1): number => {
    if (feature[node] < 0) return pathLength[node];
    const l = left[node];
    if (known.has(feature[node])) {
      const value = row[feature[node]];
      const alone = range === undefined ? 0 : chanceAlone(range, node, value);
      return alone * depth + (1 - alone) * walk(value > threshold[node] ? l + 1 : l, depth + 1);
    }
    return (walk(l, depth + 1) * cover[l] + walk(l + 1, depth + 1) * cover[l + 1]) / cover[node];
  };
  return roots.reduce((sum, root) => sum + walk(root), 0);
}
