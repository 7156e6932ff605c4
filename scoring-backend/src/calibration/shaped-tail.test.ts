import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../detectors/random.ts';
import { ShapedTail } from './shaped-tail.ts';

const EXCESSES = 100;
const TAILS: readonly (readonly [string, (p: number) => number])[] = [
  ['an upper end', (p) => 2 * (1 - p ** 0.3)],
  ['an exponential', (p) => -0.5 * Math.log(p)],
  ['squares of an exponential, which no generalised Pareto distribution is', (p) => 0.2 * Math.log(p) ** 2],
  ['a heavy tail', (p) => p ** -0.4 - 1],
];

describe('A tail of a shape that is not known', () => {
  it.each(TAILS)('is reached as often as it says where it has %s', (_, quantile) => {
    const random = new SeededRandom(31);
    const reached = [0, 0];
    const trials = 4_000;
    for (let trial = 0; trial < trials; trial++) {
      const tail = new ShapedTail();
      tail.fit(Float64Array.from({ length: EXCESSES }, () => quantile(1 - random.next())));
      // One in a hundred of the tail is five in ten thousand of all.
      for (let drawn = 0; drawn < 20; drawn++) {
        const survival = tail.survival(quantile(1 - random.next()));
        [0.1, 0.01].forEach((share, i) => (reached[i] += survival <= share ? 1 / (trials * 20 * share) : 0));
      }
    }
    for (const ratio of reached) {
      expect(ratio).toBeGreaterThan(0.5);
      expect(ratio).toBeLessThan(2);
    }
  });

  it('falls and never rises, and knows an end where there is one', () => {
    const random = new SeededRandom(32);
    const survivals = TAILS.map(([, quantile]) => {
      const tail = new ShapedTail();
      tail.fit(Float64Array.from({ length: 400 }, () => quantile(1 - random.next())));
      const at = Array.from({ length: 100 }, (_, i) => tail.survival(i / 10));
      expect(at[0]).toBeCloseTo(1, 9);
      expect(at).toEqual(at.toSorted((a, b) => b - a));
      return tail.survival(4);
    });
    expect(survivals[0]).toBeLessThan(1e-4);
    // The heavy one is reached by one in fifty-six.
    expect(survivals[3]).toBeGreaterThan(0.005);
  });

  it('claims little of excesses that are all the same, and something of a larger one', () => {
    const tail = new ShapedTail();
    tail.fit(new Float64Array(10));
    expect(tail.survival(0.01)).toBeGreaterThan(0.5);
    expect(tail.survival(4)).toBeLessThan(0.02);
  });
});
