/**
 * Tails of a count with a given mean and variance (variance > mean): the negative binomial, which is a Poisson count
 * whose rate is itself Gamma distributed. Mid-p: half of the probability of the count itself is taken off, so that the
 * result is as near to uniform as a discrete one can be.
 */
import { logBetaTail } from './beta.ts';
import { logGamma } from './gamma.ts';

/** −log10 of P(X > count) + ½ P(X = count). */
export function upperMagnitude(count: number, mean: number, variance: number): number {
  if (count <= 0) return 0;
  const size = sizeOf(mean, variance);
  return midMagnitude(logBetaTail(count, size, mean / (mean + size)), count, mean, size);
}

/** −log10 of P(X < count) + ½ P(X = count). */
export function lowerMagnitude(count: number, mean: number, variance: number): number {
  const size = sizeOf(mean, variance);
  return midMagnitude(logBetaTail(size, count + 1, size / (mean + size)), count, mean, size);
}

/** −log10 of twice the smaller tail. */
export function twoSidedMagnitude(count: number, mean: number, variance: number): number {
  const side = count >= mean ? upperMagnitude(count, mean, variance) : lowerMagnitude(count, mean, variance);
  return Math.max(0, side - LOG10_2);
}

/** A quantile by way of the Gamma distribution (Wilson and Hilferty 1931): `z` is the normal one, ±1.645 for 5 % and 95 %. */
export function countQuantile(z: number, mean: number, variance: number): number {
  const shape = (mean * mean) / variance;
  const root = 1 - 1 / (9 * shape) + z / (3 * Math.sqrt(shape));
  return mean * Math.max(0, root) ** 3;
}

function sizeOf(mean: number, variance: number): number {
  return (mean * mean) / Math.max(variance - mean, mean * 1e-6);
}

function midMagnitude(logTail: number, count: number, mean: number, size: number): number {
  const logOwn =
    logGamma(count + size) -
    logGamma(size) -
    logGamma(count + 1) +
    size * Math.log(size / (mean + size)) +
    count * Math.log(mean / (mean + size));
  const ownShare = Math.min(1, Math.exp(logOwn - logTail));
  return Math.max(0, -(logTail + Math.log1p(-0.5 * ownShare)) / Math.LN10);
}

const LOG10_2 = Math.log10(2);
