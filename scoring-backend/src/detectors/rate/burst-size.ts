/**
 * How large the bursts are in which a rare thing comes. A rare kind of message seldom comes alone: a log-in attack, a
 * batch job, a retry loop write it many times within a minute. Sizes are heavy-tailed, so they are modelled as Pareto
 * from 1 on, P(size ≥ n) = n^−α, with a Gamma prior on α (conjugate: the posterior needs the number of bursts and the
 * sum of the logarithms of their sizes); the predictive tail is (1 + ln n / scale)^−shape.
 */

/** −log10 P(size ≥ n) after `bursts` bursts whose `logOfSize` add up to `logs`. */
export function burstMagnitude(size: number, bursts: number, logs: number): number {
  if (size <= 1) return 0;
  return (PRIOR_SHAPE + bursts) * Math.log10(1 + Math.log(size) / (PRIOR_SCALE + logs));
}

/** What a burst of this size adds to the sum; a little above the logarithm, so that α stays below 5.5. */
export function logOfSize(size: number): number {
  return Math.log(size + 0.2);
}

/** α is about 1 before any burst was seen, as if two had been. */
const PRIOR_SHAPE = 2;
const PRIOR_SCALE = 2;
