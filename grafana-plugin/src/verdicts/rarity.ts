/** How scores are told to people: as rarity ("1 in 10,000 windows"), never as certainty. */

/** What is one of "1 in N". */
export type RarityUnit = 'window' | 'record';

/** N of "1 in N": score = 1 − 2^(−M/2) with M = log10 N. Infinity for a score of 1. */
export function rarityOfScore(score: number): number {
  if (score >= 1) return Infinity;
  return score <= 0 ? 1 : 10 ** (-2 * Math.log2(1 - score));
}

/** Beyond it a number says no more than that it is large. */
const RAREST = 1e9;

/**
 * The number of "1 in N" in words.
 *
 * @example oneIn(10_432) // '1 in 10,000'
 */
export function oneIn(rarity: number): string {
  if (rarity >= RAREST) return 'rarer than 1 in a billion';
  const millions = twoDigits(rarity / 1e6);
  if (millions >= 1) return `1 in ${millions === 1 ? 'a' : millions} million`;
  return `1 in ${twoDigits(rarity).toLocaleString('en-US')}`;
}

/** The rarity of a score as a phrase; scores that every second unit reaches are not worth a number. */
export function rarityPhrase(score: number, unit: RarityUnit = 'window'): string {
  const rarity = rarityOfScore(score);
  if (rarity < 3) return 'nothing unusual';
  return `${rarity < RAREST ? 'as rare as ' : ''}${oneIn(rarity)} ${unit}s`;
}

/** Confidence in [0, 1] in words. */
export function confidencePhrase(confidence: number): string {
  if (confidence < LEARNING_BELOW) return 'still learning: little history yet';
  return confidence < 0.7 ? 'some history' : 'long history';
}

/** Below this confidence a service counts as still being learned. */
export const LEARNING_BELOW = 0.3;

/** The margin as a phrase: how far over or under the line of the budget. */
export function marginPhrase(margin: number): string {
  const distance = Math.abs(margin).toFixed(1);
  if (margin > 0) return `${distance} over the line`;
  return `${distance} under the line`;
}

function twoDigits(value: number): number {
  return Number(value.toPrecision(2));
}
