/** Upper tail of Student's t distribution. */
import { logBetaTail } from './beta.ts';

/** −log10 P(T ≥ t) with `freedom` degrees of freedom; for t ≤ 0 at least one half, so 0.3 or less. */
export function studentMagnitude(t: number, freedom: number): number {
  if (t <= 0) return 0;
  return Math.max(0, -(logBetaTail(freedom / 2, 0.5, freedom / (freedom + t * t)) / Math.LN10 - Math.log10(2)));
}
