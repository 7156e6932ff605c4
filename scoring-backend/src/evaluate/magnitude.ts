/** M of a score: the inverse of score = 1 − 2^(−M/2). */
export function magnitudeOf(score: number): number {
  return -2 * Math.log2(1 - score);
}
