import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { CountVectors } from './count-vectors.ts';
import { SessionCounts } from './session-counts.ts';

function countsOf(sequence: readonly number[]): SessionCounts {
  const counts = new SessionCounts();
  counts.take(Int32Array.from(sequence), sequence.length);
  return counts;
}

/** 2 always thrice, 3 once, 4 any number of times up to 9. */
const history = Array.from({ length: 500 }, (_, i) => [2, 2, 2, 3, ...Array.from({ length: (i * 7) % 10 }, () => 4)]);

function learned(all: readonly (readonly number[])[], most = 100): CountVectors {
  const vectors = new CountVectors(most);
  for (const one of all) vectors.learn(countsOf(one), 1);
  return vectors;
}

describe('CountVectors', () => {
  it('finds a count that always was the same odder than one that varies', () => {
    const vectors = learned(history);
    const usual = vectors.judge(countsOf([2, 2, 2, 3, 4, 4]));
    const varied = vectors.judge(countsOf([2, 2, 2, 3, ...Array.from({ length: 16 }, () => 4)]));
    const missing = vectors.judge(countsOf([2, 2, 3, 4, 4]));
    const strange = vectors.judge(countsOf([9, 9]));
    expect(usual).toBeLessThan(1.5);
    expect(varied).toBeGreaterThan(usual);
    expect(missing).toBeGreaterThan(usual + 2);
    expect(strange).toBeGreaterThan(missing + 2);
  });

  it('says which count differs, from the sessions most like it', () => {
    const vectors = learned(history);
    const session = countsOf([2, 2, 3]);
    vectors.judge(session);
    expect(vectors.difference(session)).toEqual({ symbol: 2, expected: 3, actual: 2 });
  });

  it('keeps a bounded number of vectors, the frequent ones', () => {
    const vectors = learned([...history.slice(0, 100)], 40);
    for (let i = 0; i < 1_000; i++) vectors.learn(countsOf([2, 2, 2, 3, 100 + i]), 1);
    expect(vectors.known).toBeLessThanOrEqual(40);
    expect(vectors.judge(countsOf([2, 2, 2, 3]))).toBeLessThan(vectors.judge(countsOf([2, 3])));
  });

  it('knows sessions of a template that took another one in', () => {
    const vectors = learned(history);
    vectors.merge(3, 2);
    expect(vectors.judge(countsOf([2, 2, 2, 2, 4]))).toBeLessThan(1.5);
  });

  it('continues from its state bit for bit', () => {
    const straight = learned(history.slice(0, 60), 20);
    const to = new StateWriter();
    straight.save(to);
    const restored = new CountVectors(20);
    restored.load(new StateReader(to.finish()));
    for (const one of [...history.slice(60, 200), [9], [2, 2, 3, 3]]) {
      const counts = countsOf(one);
      expect(restored.judge(counts)).toBe(straight.judge(counts));
      expect(restored.rarest(counts)).toBe(straight.rarest(counts));
      straight.learn(counts, 1);
      restored.learn(counts, 1);
    }
  });
});
