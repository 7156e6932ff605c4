/**
 * The last values of a few figures: of each a ring, and exponentially weighted mean and spread. The rings lie in one column
 * that grows as values come; figures that never come cost next to nothing.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import type { Sample } from './outlier-tests.ts';
import { float32Column, float64Column, grown } from '../../columns/small-columns.ts';

export class ValueHistories {
  readonly #figures: number;
  readonly #most: number;
  /** Value n of figure f at n · figures + f. */
  #rings = float32Column(0);
  /** By figure its fields. */
  readonly #rows: Float64Array;

  /** @param most values kept of each figure */
  constructor(figures: number, most: number) {
    this.#figures = figures;
    this.#most = most;
    this.#rows = float64Column(figures * FIELDS);
  }

  /** Values kept of a figure. */
  count(figure: number): number {
    return Math.min(this.#rows[figure * FIELDS + PUSHED], this.#most);
  }

  push(figure: number, value: number): void {
    const rows = this.#rows;
    const row = figure * FIELDS;
    const place = rows[row + PUSHED]++ % this.#most;
    if ((place + 1) * this.#figures > this.#rings.length) this.#grow(place);
    this.#rings[place * this.#figures + figure] = value;
    rows[row + LATELY] = Math.min(RECENT, rows[row + LATELY] + 1);
    const gain = 1 / rows[row + LATELY];
    const difference = value - rows[row + MEAN];
    rows[row + MEAN] += gain * difference;
    rows[row + VARIANCE] = (1 - gain) * (rows[row + VARIANCE] + gain * difference * difference);
  }

  #grow(place: number): void {
    const values = Math.min(this.#most, place + Math.max(FEW, place >> 1));
    this.#rings = grown(this.#rings, values * this.#figures);
  }

  /** What the last 60 or so of a figure's values say alone. */
  recentMean(figure: number): number {
    return this.#rows[figure * FIELDS + MEAN];
  }

  recentSpread(figure: number): number {
    return Math.sqrt(this.#rows[figure * FIELDS + VARIANCE]);
  }

  sample(figure: number, leastSpread: number): Sample {
    const sorted = new Float32Array(this.count(figure));
    for (let n = 0; n < sorted.length; n++) sorted[n] = this.#rings[n * this.#figures + figure];
    sorted.sort();
    const [recentMean, recentSpread] = [this.recentMean(figure), this.recentSpread(figure)];
    return { sorted, recentMean, recentSpread, recentCount: this.#rows[figure * FIELDS + LATELY], leastSpread };
  }

  /** Keeps nothing but the last few values of each: the next ones set what is normal. */
  loosen(): void {
    for (let figure = 0; figure < this.#figures; figure++) {
      const pushed = this.#rows[figure * FIELDS + PUSHED];
      const kept = Math.min(this.count(figure), FEW);
      const last = Array.from({ length: kept }, (_, i) => this.#at(figure, (pushed - kept + i) % this.#most));
      this.#rows.fill(0, figure * FIELDS, (figure + 1) * FIELDS);
      for (const value of last) this.push(figure, value);
    }
  }

  #at(figure: number, place: number): number {
    return this.#rings[place * this.#figures + figure];
  }

  save(to: StateWriter): void {
    to.column(this.#rows);
    to.number(this.#rings.length);
    to.column(this.#rings);
  }

  load(from: StateReader): void {
    from.column(this.#rows);
    this.#rings = float32Column(from.number());
    from.column(this.#rings);
  }
}

/** Fields of a figure: values in all, weighted mean and variance, and values that these rest on. */
const PUSHED = 0;
const MEAN = 1;
const VARIANCE = 2;
const LATELY = 3;
const FIELDS = 4;
/** Values that the weighted mean and spread remember. */
const RECENT = 60;
const FEW = 8;
