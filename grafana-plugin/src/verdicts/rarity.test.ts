import { describe, expect, it } from 'vitest';
import { marginPhrase, oneIn, rarityOfScore, rarityPhrase } from './rarity.ts';

describe('rarity', () => {
  it.each([
    [0.5, 100],
    [0.75, 10_000],
    [0.875, 1_000_000],
  ])('turns score %d back into 1 in %d', (score, rarity) => {
    expect(rarityOfScore(score)).toBeCloseTo(rarity, 3);
  });

  it('is told with two digits, and never as more than a billion', () => {
    expect(oneIn(10_432)).toBe('1 in 10,000');
    expect(oneIn(1_230_000)).toBe('1 in 1.2 million');
    expect(oneIn(999_999)).toBe('1 in a million');
    expect(oneIn(Infinity)).toBe('rarer than 1 in a billion');
  });

  it('is not worth a number for what every second window reaches', () => {
    expect(rarityPhrase(0.05)).toBe('nothing unusual');
    expect(rarityPhrase(0.75)).toBe('as rare as 1 in 10,000 windows');
    expect(rarityPhrase(0.5, 'record')).toBe('as rare as 1 in 100 records');
  });

  it('says on which side of the line a margin is', () => {
    expect(marginPhrase(1.24)).toBe('1.2 over the line');
    expect(marginPhrase(-3)).toBe('3.0 under the line');
  });
});
