import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logBetaTail } from './beta.ts';
import { shareMagnitude } from './beta-binomial.ts';
import { logGamma } from './gamma.ts';
import { countQuantile, lowerMagnitude, twoSidedMagnitude, upperMagnitude } from './negative-binomial.ts';
import { studentMagnitude } from './student.ts';

/** Probabilities of a negative binomial count 0, 1, 2 … by their recursion. */
function negativeBinomial(mean: number, variance: number, upTo: number): Float64Array {
  const size = (mean * mean) / (variance - mean);
  const p = mean / (mean + size);
  const chances = new Float64Array(upTo + 1);
  chances[0] = (1 - p) ** size;
  for (let k = 1; k <= upTo; k++) chances[k] = (chances[k - 1] * p * (k - 1 + size)) / k;
  return chances;
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

describe('logGamma', () => {
  it('is the logarithm of factorials, and of √π at ½', () => {
    expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 12);
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12);
  });
});

describe('logBetaTail', () => {
  it('is x^a for b = 1, and keeps its precision far below the smallest double', () => {
    expect(logBetaTail(3, 1, 0.25)).toBeCloseTo(3 * Math.log(0.25), 10);
    expect(logBetaTail(10_000, 1, 0.5)).toBeCloseTo(10_000 * Math.log(0.5), 6);
  });

  it('adds up to 1 with its mirror image', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.05, max: 500, noNaN: true }),
        fc.double({ min: 0.05, max: 500, noNaN: true }),
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        (a, b, x) => {
          expect(Math.exp(logBetaTail(a, b, x)) + Math.exp(logBetaTail(b, a, 1 - x))).toBeCloseTo(1, 8);
        },
      ),
    );
  });
});

describe('tails of the negative binomial', () => {
  it('are the sums of its probabilities, half of the own one taken off', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 40, noNaN: true }),
        fc.double({ min: 1.05, max: 8, noNaN: true }),
        fc.integer({ min: 0, max: 120 }),
        (mean, over, count) => {
          const chances = negativeBinomial(mean, mean * over, 3000);
          const own = chances[count] / 2;
          const upper = sum(chances.subarray(count)) - own;
          const lower = sum(chances.subarray(0, count + 1)) - own;
          if (count > 0 && upper > 1e-10) expect(10 ** -upperMagnitude(count, mean, mean * over)).toBeCloseTo(upper, 6);
          expect(10 ** -lowerMagnitude(count, mean, mean * over)).toBeCloseTo(lower, 6);
        },
      ),
    );
  });

  it('say nothing of an expected count and much of ten times as many', () => {
    expect(twoSidedMagnitude(100, 100, 200)).toBeLessThan(0.1);
    expect(twoSidedMagnitude(1000, 100, 200)).toBeGreaterThan(50);
    expect(twoSidedMagnitude(0, 100, 200)).toBeGreaterThan(10);
  });

  it('have quantiles that hold 90 % between them', () => {
    const chances = negativeBinomial(50, 300, 1000);
    const [low, high] = [countQuantile(-1.645, 50, 300), countQuantile(1.645, 50, 300)];
    expect(sum(chances.subarray(Math.ceil(low), Math.floor(high) + 1))).toBeCloseTo(0.9, 1);
  });
});

describe('shareMagnitude', () => {
  it('is the tail of the Beta-Binomial: uniform over 0 … n for a = b = 1', () => {
    // P(X > 7) + ½ P(X = 7) of 0 … 9.
    expect(10 ** -shareMagnitude(7, 9, 0.5, 2)).toBeCloseTo(0.25, 8);
  });

  it('grows with the count, and is 0 up to the expected share', () => {
    expect(shareMagnitude(10, 1000, 0.01, 100)).toBe(0);
    const magnitudes = [50, 100, 200, 400].map((count) => shareMagnitude(count, 1000, 0.01, 100));
    expect(magnitudes).toEqual(magnitudes.toSorted((a, b) => a - b));
    expect(magnitudes[3]).toBeGreaterThan(8);
  });

  it('hardly changes when millions of records are scaled down', () => {
    expect(shareMagnitude(300_000, 1_000_000, 0.01, 50)).toBeCloseTo(shareMagnitude(3_000, 10_000, 0.01, 50), 6);
  });
});

describe('studentMagnitude', () => {
  it('has the tabled quantiles: 2.998 is 1 % with 7 degrees of freedom', () => {
    expect(studentMagnitude(2.998, 7)).toBeCloseTo(2, 3);
    expect(studentMagnitude(0, 7)).toBe(0);
  });
});
