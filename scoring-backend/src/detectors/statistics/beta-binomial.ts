/** Upper tail of a count of marked records among `total` whose share is Beta distributed: the Beta-Binomial. */
import { logGamma } from './gamma.ts';

/**
 * −log10 of P(X > count) + ½ P(X = count), X of `total` trials, share with this mean and concentration (a + b).
 * More than 10,000 trials are scaled down to as many: the share's own spread dominates by then.
 */
export function shareMagnitude(count: number, total: number, mean: number, concentration: number): number {
  if (count <= 0 || count / total <= mean) return 0;
  const trials = Math.min(total, MAX_TRIALS);
  const first = Math.max(1, Math.round((count * trials) / total));
  const a = mean * concentration;
  const b = (1 - mean) * concentration;
  const logFirst =
    logGamma(trials + 1) -
    logGamma(first + 1) -
    logGamma(trials - first + 1) +
    logGamma(first + a) +
    logGamma(trials - first + b) -
    logGamma(trials + a + b) -
    (logGamma(a) + logGamma(b) - logGamma(a + b));
  // Terms relative to the first one, so that the smallest tails do not underflow.
  let term = 1;
  let sum = 0.5;
  for (let i = first; i < trials; i++) {
    term *= ((trials - i) / (i + 1)) * ((i + a) / (trials - i - 1 + b));
    sum += term;
    if (term < sum * 1e-10) break;
  }
  return Math.max(0, -(logFirst + Math.log(sum)) / Math.LN10);
}

const MAX_TRIALS = 10_000;
