/** From a probability to what people see: magnitude M = −log10 p and score = 1 − 2^(−M/2). */

/** Score in [0, 1): M 2 (1 in 100) is 0.5, M 4 is 0.75, M 6 is 0.875. */
export function scoreOfMagnitude(magnitude: number): number {
  return 1 - Math.exp(magnitude * HALVING);
}

/** M = −log10 p, 0 for p of 1 or more. */
export function magnitudeOfP(p: number): number {
  return p >= 1 ? 0 : -Math.log10(p);
}

/** From this score up a verdict carries its reasons; it is M = 2. */
export const SCORE_WITH_REASONS = 0.5;
export const MAGNITUDE_WITH_REASONS = 2;

const HALVING = -Math.LN2 / 2;
