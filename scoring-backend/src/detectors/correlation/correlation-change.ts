/**
 * Streams whose record counts rise and fall together, and stop doing so: a service that no longer gets its share of the
 * traffic, a worker that stands still while its queue is filled. Every closed window is a step; per stream the logarithm of
 * its count, less its level, in units of its spread. Pairs that belong together (a long memory says so) are held against the
 * correlation of their last steps, by Fisher's z; the largest change of all pairs is calibrated by what it normally is.
 *
 * For where the streams of a tenant come together, not for one stream's state. At most 32 streams, so 496 pairs, 140 KB.
 *
 * The engine does not use it. Over 48 simulated weeks of eight services under one load (a day's rhythm, some with bulk jobs
 * and releases) it kept to the share of the budget that one size of windows has, with one false episode, but found none
 * of 30 services that stopped following the load, within an hour; memories of 30 and 60 steps found none either, within two.
 * At M 3.5 it found none yet, and raised 0.8 false episodes a week.
 */
import type { StateReader, StateWriter } from '../../engine/state-codec.ts';
import { OddnessScale } from '../oddness-scale.ts';

/** Two streams that parted. */
export interface CorrelationChange {
  /** −log10 p of a change as large as this in any of the pairs. */
  readonly magnitude: number;
  /** Indexes of the streams; the first one is in more of the pairs that changed. */
  readonly streams: readonly [number, number];
  /** Correlation as it was for long, and in the last steps. */
  readonly expected: number;
  readonly actual: number;
}

export class CorrelationChanges {
  readonly #mean = new Float64Array(MOST_STREAMS);
  readonly #square = new Float64Array(MOST_STREAMS);
  readonly #weight = new Float64Array(MOST_STREAMS);
  /** Long memory of products of standardised counts, and how much of it there is, by pair. */
  readonly #products = new Float64Array(MOST_STREAMS * MOST_STREAMS);
  readonly #together = new Float64Array(MOST_STREAMS * MOST_STREAMS);
  /** Standardised counts of the last steps, NaN for none. */
  readonly #recent = new Float64Array(RECENT * MOST_STREAMS).fill(NaN);
  readonly #scale = new OddnessScale();
  #steps = 0;
  /** Oddness of the step last judged, −1 when no pair could be. */
  #oddness = -1;

  /**
   * Judges a step. @param counts records by stream, NaN where a stream has no window; those beyond 32 streams are left out
   * @returns the largest change, undefined while no pair is known to belong together
   */
  judge(counts: Float64Array): CorrelationChange | undefined {
    this.#place(counts);
    const changed = new Float64Array(MOST_STREAMS);
    let best: { a: number; b: number; change: number; expected: number; actual: number } | undefined;
    for (let a = 1; a < this.#streams(counts); a++)
      for (let b = 0; b < a; b++) {
        const expected = this.#correlation(a, b);
        if (!(Math.abs(expected) >= BELONGS)) continue;
        const actual = this.#recently(a, b);
        if (Number.isNaN(actual)) continue;
        const change = Math.abs(fisher(actual) - fisher(expected)) * Math.sqrt(RECENT - 3);
        changed[a] += change;
        changed[b] += change;
        if (best === undefined || change > best.change) best = { a, b, change, expected, actual };
      }
    this.#oddness = best?.change ?? -1;
    if (best === undefined || !this.#scale.ready) return undefined;
    const { a, b, change, expected, actual } = best;
    const streams = changed[a] >= changed[b] ? ([a, b] as const) : ([b, a] as const);
    return { magnitude: this.#scale.magnitude(change), streams, expected, actual };
  }

  /** Learns the step just judged; not when it was flagged. */
  learn(counts: Float64Array): void {
    if (this.#oddness >= 0) this.#scale.learn(this.#oddness);
    const streams = this.#streams(counts);
    const from = (this.#steps % RECENT) * MOST_STREAMS;
    for (let a = 0; a < streams; a++) {
      const za = this.#recent[from + a];
      if (Number.isNaN(za)) continue;
      for (let b = 0; b < a; b++) {
        const zb = this.#recent[from + b];
        if (Number.isNaN(zb)) continue;
        const pair = a * MOST_STREAMS + b;
        this.#products[pair] = this.#products[pair] * KEEP + za * zb;
        this.#together[pair] = this.#together[pair] * KEEP + 1;
      }
    }
    for (let s = 0; s < streams; s++) this.#learnLevel(s, counts[s]);
  }

  /** Ends a step that was judged, learned or not. */
  next(): void {
    this.#steps++;
  }

  #streams(counts: Float64Array): number {
    return Math.min(MOST_STREAMS, counts.length);
  }

  #place(counts: Float64Array): void {
    const from = (this.#steps % RECENT) * MOST_STREAMS;
    for (let s = 0; s < MOST_STREAMS; s++) {
      const known = s < counts.length && this.#weight[s] >= LEAST_STEPS / 2;
      this.#recent[from + s] = known ? this.#standardised(s, counts[s]) : NaN;
    }
  }

  #standardised(stream: number, count: number): number {
    const mean = this.#mean[stream] / this.#weight[stream];
    const variance = this.#square[stream] / this.#weight[stream] - mean * mean;
    const z = (Math.log2(1 + count) - mean) / Math.sqrt(Math.max(variance, LEAST_SPREAD ** 2));
    return Math.max(-FAR, Math.min(FAR, z));
  }

  #learnLevel(stream: number, count: number): void {
    if (Number.isNaN(count)) return;
    const value = Math.log2(1 + count);
    this.#mean[stream] = this.#mean[stream] * KEEP + value;
    this.#square[stream] = this.#square[stream] * KEEP + value * value;
    this.#weight[stream] = this.#weight[stream] * KEEP + 1;
  }

  /** Of the long memory; NaN while there is too little of it. */
  #correlation(a: number, b: number): number {
    const pair = a * MOST_STREAMS + b;
    return this.#together[pair] < LEAST_STEPS ? NaN : this.#products[pair] / this.#together[pair];
  }

  /** Pearson's correlation of the last steps; NaN when a stream misses one of them. */
  #recently(a: number, b: number): number {
    let [sumA, sumB, squareA, squareB, product] = [0, 0, 0, 0, 0];
    for (let i = 0; i < RECENT; i++) {
      const za = this.#recent[i * MOST_STREAMS + a];
      const zb = this.#recent[i * MOST_STREAMS + b];
      sumA += za;
      sumB += zb;
      squareA += za * za;
      squareB += zb * zb;
      product += za * zb;
    }
    const spread = Math.sqrt((squareA - (sumA * sumA) / RECENT) * (squareB - (sumB * sumB) / RECENT));
    const together = product - (sumA * sumB) / RECENT;
    // A stream that does not move at all moves with nobody.
    return spread < 1e-9 ? together - together : together / spread;
  }

  save(to: StateWriter): void {
    for (const column of this.#columns()) to.column(column);
    to.numbers(this.#steps, this.#oddness);
    this.#scale.save(to);
  }

  load(from: StateReader): void {
    for (const column of this.#columns()) from.column(column);
    const numbers = new Float64Array(2);
    from.column(numbers);
    [this.#steps, this.#oddness] = numbers;
    this.#scale.load(from);
  }

  #columns(): Float64Array[] {
    return [this.#mean, this.#square, this.#weight, this.#products, this.#together, this.#recent];
  }
}

/** Fisher's z, of correlations that are never quite 1. */
function fisher(correlation: number): number {
  return Math.atanh(Math.max(-MOST_CORRELATED, Math.min(MOST_CORRELATED, correlation)));
}

export const MOST_STREAMS = 32;
const RECENT = 15;
/** Steps that correlations and levels remember, and steps before a pair is known. */
const KEEP = 1 - 1 / 240;
const LEAST_STEPS = 60;
/** Correlation from which two streams belong together. */
const BELONGS = 0.5;
const MOST_CORRELATED = 0.95;
/** Spread, in octaves, that a count has at least. */
const LEAST_SPREAD = 0.1;
const FAR = 6;
