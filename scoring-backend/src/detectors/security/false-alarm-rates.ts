/**
 * How often the patterns of injections fit harmless texts, measured; the p of one match. (0 + ½)/(n + 1), the mean of
 * Jeffreys' posterior, where none did. A test measures them again.
 */

/** Among 23,969 targets and parameters of harmless requests (10k Apache access lines, nova's API, HttpParams `norm`): 0. */
export const FALSE_ALARMS_PER_REQUEST = 2.1e-5;
/** Among 97,000 lines of 21 harmless logs (16 of loghub-2k, nova, sshd, HDFS, Apache, nginx), strong patterns only: 0. */
export const FALSE_ALARMS_PER_LINE = 5.2e-6;

/** −log10 of the chance that this many of `trials` harmless texts fit a pattern, at most: n over k · rate^k. */
export function magnitudeOfMatches(matches: number, trials: number, rate: number): number {
  let logWays = 0;
  for (let i = 0; i < matches; i++) logWays += Math.log10((trials - i) / (i + 1));
  return -logWays - matches * Math.log10(rate);
}
