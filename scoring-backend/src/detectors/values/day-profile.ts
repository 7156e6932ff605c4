/** What a series shows at each quarter of an hour of the day, on average of the last days, and how far it is off that. */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

export class DayProfile {
  readonly #mean = new Float64Array(SLOTS);
  readonly #weight = new Float64Array(SLOTS);
  /** The last residuals, and their mean absolute size. */
  readonly #last = new Float64Array(LAST);
  #size = 0;
  #count = 0;
  /** Mean absolute deviation from the overall mean, to tell whether the day explains anything. */
  #mean0 = 0;
  #size0 = 0;

  /** In residuals' usual sizes; NaN while a day is not known twice, or when the day explains nothing of the series. */
  deviation(timeMs: number, value: number, spread: number): number {
    const slot = slotOf(timeMs);
    if (this.#weight[slot] < LEAST_DAYS || this.#size > EXPLAINS * this.#size0) return NaN;
    let sum = value - this.#mean[slot];
    for (let i = 1; i < LAST; i++) sum += this.#last[(this.#count - i + LAST) % LAST];
    return Math.abs(sum / LAST) / Math.max(this.#size, spread * 0.02);
  }

  learn(timeMs: number, value: number): void {
    const slot = slotOf(timeMs);
    const known = this.#weight[slot] >= LEAST_DAYS;
    const residual = known ? value - this.#mean[slot] : 0;
    if (known) {
      this.#last[this.#count++ % LAST] = residual;
      const gain = 1 / Math.min(this.#count, MEMORY);
      this.#size += gain * (Math.abs(residual) - this.#size);
      this.#size0 += gain * (Math.abs(value - this.#mean0) - this.#size0);
    }
    const values = Math.min(
      this.#weight.reduce((sum, weight) => sum + weight, 1),
      MEMORY,
    );
    this.#mean0 += (value - this.#mean0) / values;
    this.#weight[slot] = Math.min(MOST_DAYS, this.#weight[slot] + 1 / 3);
    this.#mean[slot] += (value - this.#mean[slot]) / Math.max(1, this.#weight[slot] * 3);
  }

  save(to: StateWriter): void {
    for (const column of [this.#mean, this.#weight, this.#last]) to.column(column);
    to.numbers(this.#size, this.#count, this.#mean0, this.#size0);
  }

  load(from: StateReader): void {
    for (const column of [this.#mean, this.#weight, this.#last]) from.column(column);
    const numbers = new Float64Array(4);
    from.column(numbers);
    [this.#size, this.#count, this.#mean0, this.#size0] = numbers;
  }
}

function slotOf(timeMs: number): number {
  return Math.floor((timeMs % DAY_MS) / (DAY_MS / SLOTS));
}

const DAY_MS = 86_400_000;
const SLOTS = 96;
const LAST = 3;
const LEAST_DAYS = 2;
const MOST_DAYS = 10;
const MEMORY = 1_000;
/** The day explains a series when residuals are at most so much of its deviations. */
const EXPLAINS = 0.7;
