/**
 * How far a value lies from a sample of earlier ones, by four tests that fail in different ways. Each gives −log10 of a
 * two-sided p under a predictive t distribution, so that short samples claim little.
 */
import { studentMagnitude } from './student.ts';

/** Earlier values, and what the tests need of them. */
export interface Sample {
  /** In ascending order; at least 8. */
  readonly sorted: Float32Array;
  /** Exponentially weighted mean and standard deviation, and how many values that remembers. */
  readonly recentMean: number;
  readonly recentSpread: number;
  readonly recentCount: number;
  /** Smallest standard deviation that is believed. */
  readonly leastSpread: number;
}

/** Distance from the weighted mean in weighted standard deviations (adaptive z-score). */
export function adaptiveZScore(value: number, { recentMean, recentSpread, recentCount, leastSpread }: Sample): number {
  return twoSided((value - recentMean) / Math.max(recentSpread, leastSpread), recentCount);
}

/** Distance from the median in median absolute deviations (modified z-score: Iglewicz and Hoaglin 1993). */
export function medianDeviation(value: number, { sorted, leastSpread }: Sample): number {
  const median = quantile(sorted, 0.5);
  const deviations = sorted.map((other) => Math.abs(other - median)).sort();
  return twoSided((value - median) / Math.max(quantile(deviations, 0.5) / MAD_OF_NORMAL, leastSpread), sorted.length);
}

/** Distance beyond the nearer quartile in interquartile ranges (Tukey 1977), on the scale of a normal distribution. */
export function interquartile(value: number, { sorted, leastSpread }: Sample): number {
  const [low, high] = [quantile(sorted, 0.25), quantile(sorted, 0.75)];
  const spread = Math.max((high - low) / (2 * MAD_OF_NORMAL), leastSpread);
  const beyond = Math.max(low - value, value - high);
  return beyond <= 0 ? 0 : twoSided(beyond / spread + MAD_OF_NORMAL, sorted.length);
}

/**
 * Grubbs' test (1969) of the value among the sample: is the largest deviation of n + 1 values too large? The value counts
 * in the mean and the spread it is held against, and n + 1 values could have been the largest.
 */
export function grubbs(value: number, { sorted, leastSpread }: Sample): number {
  const n = sorted.length + 1;
  let sum = value;
  for (const other of sorted) sum += other;
  const mean = sum / n;
  let squares = (value - mean) ** 2;
  for (const other of sorted) squares += (other - mean) ** 2;
  const spread = Math.max(Math.sqrt(squares / (n - 1)), leastSpread);
  const g = Math.min(Math.abs(value - mean) / spread, ((n - 1) / Math.sqrt(n)) * (1 - 1e-9));
  const t = Math.sqrt((n * (n - 2) * g * g) / ((n - 1) ** 2 - n * g * g));
  return Math.max(0, studentMagnitude(t, n - 2) - Math.log10(2 * n));
}

/** What three of the four say at least: one that is fooled by the sample neither raises nor hushes an alarm. */
export function outlierMagnitude(value: number, sample: Sample): number {
  const tests = [adaptiveZScore, medianDeviation, interquartile, grubbs];
  return tests.map((test) => test(value, sample)).sort((a, b) => a - b)[1];
}

/** A quantile of ascending values, between neighbours by their distance. */
export function quantile(sorted: Float32Array, q: number): number {
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}

function twoSided(z: number, count: number): number {
  const t = Math.abs(z) / Math.sqrt(1 + 1 / count);
  return Math.max(0, studentMagnitude(t, Math.max(2, count - 1)) - Math.log10(2));
}

/** The median absolute deviation, and half the interquartile range, of the normal distribution. */
const MAD_OF_NORMAL = 0.6745;
