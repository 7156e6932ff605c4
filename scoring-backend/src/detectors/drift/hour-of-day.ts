/** A value per hour, relative to the same hour of the days before. */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { float64Column } from '../../columns/small-columns.ts';

export class HourOfDay {
  /** Of no length before the first hour. */
  #mean = float64Column(0);
  #days = float64Column(0);
  /** Weighted mean absolute deviation, and how many that rests on. */
  #spread = 0;
  #known = 0;

  /** Deviation of this hour's value in usual spreads, within ±4; NaN while hour or spread are not known. Then learned. */
  take(hour: number, value: number): number {
    const h = hour % 24;
    if (this.#days.length === 0) {
      this.#mean = float64Column(24);
      this.#days = float64Column(24);
    }
    let deviation = NaN;
    if (this.#days[h] > 0) {
      const difference = value - this.#mean[h];
      if (this.#known >= LEAST) {
        const spread = Math.max(this.#spread * MAD_TO_SPREAD, 0.01 * Math.abs(this.#mean[h]), 1e-6);
        deviation = Math.max(-MOST, Math.min(MOST, difference / spread));
      }
      this.#known++;
      const bounded =
        this.#known > LEAST ? Math.min(Math.abs(difference), 3 * this.#spread + 1e-9) : Math.abs(difference);
      this.#spread += (bounded - this.#spread) / Math.min(this.#known, MEMORY);
    }
    this.#days[h] = Math.min(DAYS, this.#days[h] + 1);
    this.#mean[h] += (value - this.#mean[h]) / this.#days[h];
    return deviation;
  }

  /** What the hours were like holds no longer; how much they spread does. */
  loosen(): void {
    this.#days.fill(0);
  }

  save(to: StateWriter): void {
    to.column(this.#mean);
    to.column(this.#days);
    to.numbers(this.#spread, this.#known);
  }

  load(from: StateReader): void {
    this.#mean = from.float64s();
    this.#days = from.float64s();
    const numbers = new Float64Array(2);
    from.column(numbers);
    [this.#spread, this.#known] = numbers;
  }
}

const DAYS = 7;
const LEAST = 12;
const MEMORY = 168;
const MOST = 4;
/** Standard deviation over mean absolute deviation of the normal distribution. */
const MAD_TO_SPREAD = 1.25;
