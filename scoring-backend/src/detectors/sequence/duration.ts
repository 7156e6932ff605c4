/** How unusual the duration of a session is: its logarithm beside the mean of the sessions before, in spreads. */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

export class Duration {
  #units = 0;
  #mean = 0;
  #square = 0;

  get ready(): boolean {
    return this.#units >= LEAST_UNITS;
  }

  /** The usual duration, in ms. */
  get expectedMs(): number {
    return Math.max(0, 10 ** this.#mean - 1);
  }

  /** x of a duration in ms: distance in spreads, either way. */
  judge(durationMs: number): number {
    if (!this.ready) return 0;
    const spread = Math.sqrt((this.#square + LEAST_SPREAD ** 2 * PRIOR_UNITS) / (this.#units + PRIOR_UNITS));
    return Math.abs(Math.log10(1 + durationMs) - this.#mean) / spread;
  }

  learn(durationMs: number): void {
    const log = Math.log10(1 + durationMs);
    // The latest sessions count as so many: what is normal may drift.
    if (this.#units >= MEMORY) {
      this.#square *= (MEMORY - 1) / this.#units;
      this.#units = MEMORY - 1;
    }
    const off = log - this.#mean;
    this.#mean += off / ++this.#units;
    this.#square += off * (log - this.#mean);
  }

  loosen(): void {
    if (this.#units === 0) return;
    this.#square /= this.#units;
    this.#units = 1;
  }

  save(to: StateWriter): void {
    to.numbers(this.#units, this.#mean, this.#square);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(3);
    from.column(numbers);
    [this.#units, this.#mean, this.#square] = numbers;
  }
}

const LEAST_UNITS = 10;
const MEMORY = 1_000;
/** Decades: durations within a quarter of each other are the same. */
const LEAST_SPREAD = 0.1;
const PRIOR_UNITS = 5;
