import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

describe('Random', () => {
  it('repeats itself for the same seed only', () => {
    const take = (seed: number): number[] => {
      const random = new Random(seed);
      return Array.from({ length: 20 }, () => random.next());
    };
    expect(take(7)).toEqual(take(7));
    expect(take(7)).not.toEqual(take(8));
  });

  it('stays within its bounds', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -50, max: 50 }), fc.nat(100), (seed, low, span) => {
        const random = new Random(seed);
        const value = random.between(low, low + span);
        return value >= low && value <= low + span && random.hex(6).length === 6 && random.latency(40) > 0;
      }),
    );
  });

  it('has the waiting times of a Poisson process', () => {
    const random = new Random(1);
    const waits = Array.from({ length: 20_000 }, () => random.exponential(100));
    const mean = waits.reduce((sum, wait) => sum + wait, 0) / waits.length;
    expect(mean).toBeGreaterThan(97);
    expect(mean).toBeLessThan(103);
    const long = waits.filter((wait) => wait > 200).length / waits.length;
    expect(long).toBeGreaterThan(Math.exp(-2) - 0.01);
    expect(long).toBeLessThan(Math.exp(-2) + 0.01);
  });
});
