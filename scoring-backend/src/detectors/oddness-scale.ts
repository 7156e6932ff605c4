/**
 * What a model's oddness is worth as a magnitude: standardised by what the model said of earlier normal windows before it
 * knew them, then calibrated on the same (`calibration/tail.ts`).
 */
import { Recalibration } from '../calibration/tail.ts';
import type { StateReader, StateWriter } from '../engine/state-codec.ts';

export class OddnessScale {
  readonly #calibration = new Recalibration(false);
  #weight = 0;
  #sum = 0;
  #squares = 0;

  get ready(): boolean {
    return this.#calibration.units >= LEAST_UNITS;
  }

  /** −log10 p of at least this oddness. Only when `ready`. */
  magnitude(oddness: number): number {
    return this.#calibration.magnitude(this.#standardised(oddness));
  }

  /** Learns the oddness of a normal window that the model did not know yet. */
  learn(oddness: number): void {
    if (this.#weight >= FEW) this.#calibration.learn(this.#standardised(oddness));
    this.#weight = this.#weight * KEEP + 1;
    this.#sum = this.#sum * KEEP + oddness;
    this.#squares = this.#squares * KEEP + oddness * oddness;
    this.#calibration.rebuild();
  }

  /** Makes what was learned worth a few windows: the next ones set the scale anew. */
  loosen(): void {
    const factor = this.#weight > FEW ? FEW / this.#weight : 1;
    this.#weight *= factor;
    this.#sum *= factor;
    this.#squares *= factor;
  }

  /** In spreads above the mean, at least 0: what is less odd than usual is all the same. */
  #standardised(oddness: number): number {
    const mean = this.#sum / this.#weight;
    const spread = Math.sqrt(Math.max(this.#squares / this.#weight - mean * mean, (LEAST_SPREAD * mean) ** 2, 1e-12));
    return Math.max(0, Math.min(MOST, (oddness - mean) / spread));
  }

  save(to: StateWriter): void {
    this.#calibration.save(to);
    to.numbers(this.#weight, this.#sum, this.#squares);
  }

  load(from: StateReader): void {
    this.#calibration.load(from);
    const numbers = new Float64Array(3);
    from.column(numbers);
    [this.#weight, this.#sum, this.#squares] = numbers;
  }
}

const KEEP = 1 - 1 / 256;
/** Windows before anything can be standardised, and before the calibration is worth asking. */
const FEW = 8;
const LEAST_UNITS = 32;
/** The calibration tells nothing apart beyond. */
const MOST = 16;
/** Spread relative to the mean that an oddness has at least. */
const LEAST_SPREAD = 0.01;
