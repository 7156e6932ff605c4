/** The regularised incomplete beta function, in logarithms so that far tails keep their meaning. */
import { logGamma } from './gamma.ts';

/** ln I_x(a, b), for a, b > 0 and x in [0, 1]. Continued fraction by Lentz' method (Numerical Recipes, 6.4). */
export function logBetaTail(a: number, b: number, x: number): number {
  if (x <= 0) return -Infinity;
  if (x >= 1) return 0;
  const front = a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b);
  if (x < (a + 1) / (a + b + 2)) return front + Math.log(continuedFraction(a, b, x) / a);
  const rest = Math.exp(front) * (continuedFraction(b, a, 1 - x) / b);
  return Math.log1p(-Math.min(rest, 1 - Number.EPSILON));
}

function continuedFraction(a: number, b: number, x: number): number {
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= MAX_STEPS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / nonZero(1 + even * d);
    c = nonZero(1 + even / c);
    value *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / nonZero(1 + odd * d);
    c = nonZero(1 + odd / c);
    const step = d * c;
    value *= step;
    if (Math.abs(step - 1) < 1e-12) break;
  }
  return value;
}

function nonZero(value: number): number {
  return Math.abs(value) < 1e-300 ? 1e-300 : value;
}

/** Steps grow as the root of the larger parameter; this is enough for counts of 10^8. */
const MAX_STEPS = 20_000;
