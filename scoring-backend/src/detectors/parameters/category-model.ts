/**
 * Which values one place has had, while they are few: the chance of one never seen before is Good and Turing's, the share
 * of values seen once. A place whose values keep being new is open: nothing is unseen there.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { grown, int32Column, release } from '../../columns/small-columns.ts';

export class CategoryModel {
  /** Hash and count of each known value, in the order in which they came; an open set needs none. */
  #cells = int32Column(0);
  #known = 0;
  #once = 0;
  #values = 0;
  #isOpen = false;

  /** More different values than are kept: the set is not closed. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  get values(): number {
    return this.#values;
  }

  /** Different values seen. */
  get known(): number {
    return this.#known;
  }

  /** −log10 p of a value with this hash: 0 for a known one, and in an open set. */
  magnitude(hash: number): number {
    if (this.#isOpen || this.#values === 0 || this.#place(hash) >= 0) return 0;
    return -Math.log10((this.#once + 1) / (this.#values + 2));
  }

  learn(hash: number): void {
    if (this.#isOpen) return;
    this.#values++;
    const place = this.#place(hash);
    if (place >= 0) {
      if (++this.#cells[place + 1] === 2) this.#once--;
    } else if (this.#known === MOST_CATEGORIES) {
      this.#isOpen = true;
      this.release();
    } else {
      const at = 2 * this.#known++;
      if (at === this.#cells.length) this.#cells = grown(this.#cells, Math.max(2 * FEW_CATEGORIES, 2 * at));
      this.#cells[at] = hash;
      this.#cells[at + 1] = 1;
      this.#once++;
    }
  }

  /** Gives back what the known values are kept in. */
  release(): void {
    release(this.#cells);
    this.#cells = int32Column(0);
  }

  /** Where a known value's cells are, −1 for another. */
  #place(hash: number): number {
    for (let at = 0; at < 2 * this.#known; at += 2) if (this.#cells[at] === hash) return at;
    return -1;
  }

  save(to: StateWriter): void {
    to.number(this.#cells.length);
    to.column(this.#cells);
    to.numbers(this.#known, this.#once, this.#values, this.#isOpen ? 1 : 0);
  }

  load(from: StateReader): void {
    this.#cells = int32Column(from.number());
    from.column(this.#cells);
    const numbers = new Float64Array(4);
    from.column(numbers);
    [this.#known, this.#once, this.#values] = numbers;
    this.#isOpen = numbers[3] === 1;
  }
}

const MOST_CATEGORIES = 32;
const FEW_CATEGORIES = 4;
