/**
 * Which values one place has had, while they are few: the chance of one never seen before is Good and Turing's, the share
 * of values seen once. A place whose values keep being new is open: nothing is unseen there.
 */
import type { StateReader, StateWriter } from '../../engine/state-codec.ts';
import { grown, int32Column, release, uint32Column } from '../../engine/small-columns.ts';

export class CategoryModel {
  /** Of the known values, in the order in which they came; an open set needs none. */
  #hashes = int32Column(0);
  #counts = uint32Column(0);
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
      if (++this.#counts[place] === 2) this.#once--;
    } else if (this.#known === MOST_CATEGORIES) {
      this.#isOpen = true;
      this.release();
    } else {
      if (this.#known === this.#hashes.length) this.#grow(Math.max(FEW_CATEGORIES, 2 * this.#known));
      this.#hashes[this.#known] = hash;
      this.#counts[this.#known++] = 1;
      this.#once++;
    }
  }

  /** Gives back what the known values are kept in. */
  release(): void {
    release(this.#hashes);
    release(this.#counts);
    this.#hashes = int32Column(0);
    this.#counts = uint32Column(0);
  }

  #grow(length: number): void {
    this.#hashes = grown(this.#hashes, length);
    this.#counts = grown(this.#counts, length);
  }

  #place(hash: number): number {
    for (let i = 0; i < this.#known; i++) if (this.#hashes[i] === hash) return i;
    return -1;
  }

  save(to: StateWriter): void {
    to.number(this.#hashes.length);
    to.column(this.#hashes);
    to.column(this.#counts);
    to.column(Float64Array.of(this.#known, this.#once, this.#values, this.#isOpen ? 1 : 0));
  }

  load(from: StateReader): void {
    this.#grow(from.number());
    from.column(this.#hashes);
    from.column(this.#counts);
    const numbers = new Float64Array(4);
    from.column(numbers);
    [this.#known, this.#once, this.#values] = numbers;
    this.#isOpen = numbers[3] === 1;
  }
}

const MOST_CATEGORIES = 32;
const FEW_CATEGORIES = 4;
