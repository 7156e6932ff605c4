/**
 * Page-Hinkley test (Page 1954, Hinkley 1971), two-sided: the cumulated deviation of values from their mean, less an
 * allowance, leaves its own extreme by more than a threshold. Values come standardised, so both are in spreads.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

export class PageHinkley {
  #count = 0;
  #mean = 0;
  #up = 0;
  #down = 0;
  /** Values taken when the sums were last 0: where the change would have begun. */
  #upFrom = 0;
  #downFrom = 0;
  /** Values since the last change that was found began, with the one that it was found by. */
  lasted = 0;

  /** Takes in a value: 1 when the mean has risen, −1 when it has fallen, else 0. After a change it starts anew. */
  take(value: number): number {
    this.#count++;
    this.#mean += (value - this.#mean) / this.#count;
    const deviation = value - this.#mean;
    this.#up = Math.max(0, this.#up + deviation - ALLOWANCE);
    this.#down = Math.max(0, this.#down - deviation - ALLOWANCE);
    if (this.#up === 0) this.#upFrom = this.#count;
    if (this.#down === 0) this.#downFrom = this.#count;
    const change = this.#count < LEAST ? 0 : this.#up > THRESHOLD ? 1 : this.#down > THRESHOLD ? -1 : 0;
    if (change !== 0) {
      this.lasted = this.#count - (change > 0 ? this.#upFrom : this.#downFrom);
      this.reset();
    }
    return change;
  }

  reset(): void {
    this.#count = 0;
    this.#mean = 0;
    this.#up = 0;
    this.#down = 0;
    this.#upFrom = 0;
    this.#downFrom = 0;
  }

  save(to: StateWriter): void {
    to.numbers(this.#count, this.#mean, this.#up, this.#down, this.#upFrom, this.#downFrom);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(6);
    from.column(numbers);
    [this.#count, this.#mean, this.#up, this.#down, this.#upFrom, this.#downFrom] = numbers;
  }
}

/** In spreads: half a spread is no change, and 12 cumulated are one. */
const ALLOWANCE = 0.5;
const THRESHOLD = 12;
const LEAST = 24;
