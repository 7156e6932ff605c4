/**
 * The last windows of a stream as rows for the detectors that look at all features together. Figures are taken relative to
 * their own recent level, so that a slow change over the day is no change of combination; what is missing (no users, no
 * durations) is taken to be at its level. At most 320 rows, 69 KB; room is made as windows come.
 */
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import { FEATURES, featuresOf, FIGURES, LEAST_SPREAD } from '../windows/features.ts';
import type { Rows } from './batch-model.ts';
import type { WindowFeatures } from './detector.ts';
import { float32Column, float64Column, grown } from '../columns/small-columns.ts';

/** What rows are compared on: each feature's mean and spread among the fitted rows. */
export interface Scaling {
  readonly mean: Float64Array;
  readonly spread: Float64Array;
}

/** A window of the history. */
export interface PastWindow {
  readonly startMs: number;
  /** Its figures as features, not relative to anything. */
  readonly figures: Float32Array;
}

export class WindowHistory {
  /** Rows ever pushed. */
  pushed = 0;
  readonly #mostFitted: number;
  readonly #mostRows: number;
  #ring = float32Column(0);
  #startMs = float64Column(0);
  #figures = float32Column(0);
  readonly #level = float64Column(FIGURES.length);
  readonly #weight = float64Column(FIGURES.length);

  /** @param mostFitted rows that `rowsBefore` gives at most; as many more are kept as may come before the next fit */
  constructor(mostFitted = MOST_FITTED) {
    this.#mostFitted = mostFitted;
    this.#mostRows = mostFitted + ROWS_PER_FIT;
  }

  /** The usual value of a figure of late, on the feature's scale; NaN before the first. */
  level(figure: number): number {
    return this.#weight[figure] === 0 ? NaN : this.#level[figure] / this.#weight[figure];
  }

  /** Fills `target` with the window's features relative to their levels. */
  relative(window: WindowFeatures, target: Float32Array): void {
    featuresOf(window, features);
    for (let f = 0; f < FIGURES.length; f++) {
      const change = features[f] - this.level(f);
      target[f] = Number.isNaN(change) ? 0 : change;
    }
    for (let f = FIGURES.length; f < FEATURES; f++) target[f] = features[f];
  }

  push(window: WindowFeatures): void {
    const place = this.pushed % this.#mostRows;
    if (place >= this.#startMs.length) this.#grow(Math.min(this.#mostRows, place + Math.max(FEW_ROWS, place >> 2)));
    this.#startMs[place] = window.startMs;
    this.relative(window, this.#ring.subarray(place * FEATURES, (place + 1) * FEATURES));
    this.pushed++;
    featuresOf(window, features);
    for (let f = 0; f < FIGURES.length; f++) {
      this.#figures[place * FIGURES.length + f] = features[f];
      if (Number.isNaN(features[f])) continue;
      this.#level[f] = this.#level[f] * KEEP + features[f];
      this.#weight[f] = this.#weight[f] * KEEP + 1;
    }
  }

  /** The rows before row `until`, at most `mostFitted`, on the scale of their own spread. */
  rowsBefore(until: number): { rows: Rows; scaling: Scaling } {
    const count = Math.min(until, this.#mostFitted);
    const values = new Float32Array(count * FEATURES);
    for (let i = 0; i < count; i++) {
      const from = this.#placeOf(until, count, i) * FEATURES;
      values.set(this.#ring.subarray(from, from + FEATURES), i * FEATURES);
    }
    const scaling = scalingOf(values, count);
    for (let i = 0; i < count; i++) scale(values.subarray(i * FEATURES, (i + 1) * FEATURES), scaling);
    return { rows: { values, count, size: FEATURES }, scaling };
  }

  /** Row `i` of what `rowsBefore(until)` gave. */
  pastWindow(until: number, i: number): PastWindow {
    const place = this.#placeOf(until, Math.min(until, this.#mostFitted), i);
    const figures = this.#figures.slice(place * FIGURES.length, (place + 1) * FIGURES.length);
    return { startMs: this.#startMs[place], figures };
  }

  #placeOf(until: number, count: number, i: number): number {
    return (until - count + i) % this.#mostRows;
  }

  #grow(rows: number): void {
    this.#ring = grown(this.#ring, rows * FEATURES);
    this.#startMs = grown(this.#startMs, rows);
    this.#figures = grown(this.#figures, rows * FIGURES.length);
  }

  save(to: StateWriter): void {
    to.numbers(this.pushed, this.#startMs.length);
    to.column(this.#ring);
    to.column(this.#startMs);
    to.column(this.#figures);
    to.column(this.#level);
    to.column(this.#weight);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(2);
    from.column(numbers);
    this.pushed = numbers[0];
    this.#ring = float32Column(numbers[1] * FEATURES);
    from.column(this.#ring);
    this.#startMs = float64Column(numbers[1]);
    from.column(this.#startMs);
    this.#figures = float32Column(numbers[1] * FIGURES.length);
    from.column(this.#figures);
    from.column(this.#level);
    from.column(this.#weight);
  }
}

/** Puts a row of relative features on the scale. Far is far: 8 spreads are the most a single feature can be off. */
export function scale(row: Float32Array, { mean, spread }: Scaling): void {
  for (let f = 0; f < row.length; f++) row[f] = Math.max(-FAR, Math.min(FAR, (row[f] - mean[f]) / spread[f]));
}

function scalingOf(values: Float32Array, count: number): Scaling {
  const mean = new Float64Array(FEATURES);
  const spread = new Float64Array(FEATURES);
  for (let f = 0; f < FEATURES; f++) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += values[i * FEATURES + f];
    mean[f] = sum / count;
    let squares = 0;
    for (let i = 0; i < count; i++) squares += (values[i * FEATURES + f] - mean[f]) ** 2;
    spread[f] = Math.max(LEAST_SPREAD[f], Math.sqrt(squares / count));
  }
  return { mean, spread };
}

/** Rows that models are fitted on, and how long a fitted one is kept: both are in the ring until the next fit. */
export const MOST_FITTED = 256;
export const ROWS_PER_FIT = 64;
/** Windows that a level remembers. */
const KEEP = 1 - 1 / 60;
const FAR = 8;
const FEW_ROWS = 4;
/** Features of the window at hand. */
const features = new Float64Array(FEATURES);
