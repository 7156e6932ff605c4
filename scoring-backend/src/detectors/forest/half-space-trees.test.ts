import { describe, expect, it } from 'vitest';
import { auc } from '../../../test/windows/separation.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { SeededRandom } from '../random.ts';
import { HalfSpaceTrees } from './half-space-trees.ts';

const SIZE = 6;

function row(random: SeededRandom, shift = 0): Float32Array {
  return Float32Array.from({ length: SIZE }, () => random.normal() + shift);
}

describe('HalfSpaceTrees', () => {
  it('are ready after one span, and tell rows of another kind from those of the span before', () => {
    const random = new SeededRandom(1);
    const trees = new HalfSpaceTrees(SIZE, 5);
    for (let i = 0; i < 127; i++) trees.learn(row(random));
    expect(trees.ready).toBe(false);
    for (let i = 0; i < 300; i++) trees.learn(row(random));
    expect(trees.ready).toBe(true);
    const normal = Array.from({ length: 200 }, () => trees.oddness(row(random)));
    const odd = Array.from({ length: 200 }, () => trees.oddness(row(random, 2)));
    expect(auc(normal, odd)).toBeGreaterThan(0.9);
  });

  it('take what has come for two spans as the new normal', () => {
    const random = new SeededRandom(2);
    const trees = new HalfSpaceTrees(SIZE, 5);
    for (let i = 0; i < 256; i++) trees.learn(row(random));
    const before = trees.oddness(new Float32Array(SIZE).fill(2));
    for (let i = 0; i < 256; i++) trees.learn(row(random, 2));
    expect(trees.oddness(new Float32Array(SIZE).fill(2))).toBeLessThan(before - 0.1);
  });

  it('continue from what was saved as if nothing had been', () => {
    const random = new SeededRandom(3);
    const trees = new HalfSpaceTrees(SIZE, 9);
    for (let i = 0; i < 200; i++) trees.learn(row(random));
    const to = new StateWriter();
    trees.save(to);
    const again = new HalfSpaceTrees(SIZE, 9);
    again.load(new StateReader(to.finish()));
    for (let i = 0; i < 200; i++) {
      const next = row(random, i % 3);
      expect(again.oddness(next)).toBe(trees.oddness(next));
      again.learn(next);
      trees.learn(next);
    }
  });
});
