/** The last values of a series taken together: their mean, and how much they vary, against how much they do usually. */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

export class Stretch {
  readonly #length: number;
  /** Of the values looked at last. */
  mean = 0;
  #variation = 0;
  /** Weighted mean and mean absolute deviation of the variation, and how many stretches that rests on. */
  #usual = 0;
  #spread = 0;
  #learned = 0;

  constructor(length: number) {
    this.#length = length;
  }

  /** How far the variation of the stretch looked at last is off, in its own spreads. */
  get deviation(): number {
    return Math.abs(this.#variation - this.#usual) / Math.max(LEAST_SPREAD, this.#spread);
  }

  /** Looks at the stretch that ends with `value`, the one after `count` in the ring. */
  look(ring: Float64Array, count: number, value: number, usualJump: number): void {
    let [sum, squares, n] = [value, value * value, 1];
    for (; n < this.#length && n <= count; n++) {
      const other = ring[(count - n) % ring.length];
      sum += other;
      squares += other * other;
    }
    this.mean = sum / n;
    const variance = Math.max(0, squares / n - this.mean ** 2);
    this.#variation = Math.log(Math.sqrt(variance) + 0.05 * usualJump + 1e-9 * (1 + Math.abs(this.mean)));
  }

  learn(): void {
    const gain = 1 / Math.min(++this.#learned, MEMORY);
    const difference = this.#variation - this.#usual;
    this.#usual += gain * difference;
    if (this.#learned > 1) this.#spread += gain * (Math.abs(difference) - this.#spread);
  }

  save(to: StateWriter): void {
    to.numbers(this.#usual, this.#spread, this.#learned);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(3);
    from.column(numbers);
    [this.#usual, this.#spread, this.#learned] = numbers;
  }
}

const MEMORY = 1_000;
/** The variation is a logarithm: it is never known better than to 15 %. */
const LEAST_SPREAD = 0.15;
