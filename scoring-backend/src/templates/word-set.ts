/**
 * A fixed set of words by their 32-bit hashes: one look into a small table mostly says that a word is none of them. A Set
 * of numbers takes five times as long, and messages are asked word by word.
 */
import { hashWord } from './byte-classes.ts';

export class WordSet {
  /** The hashes, in an open-addressing table that is at most an eighth full; 0 is no word. */
  readonly #table: Int32Array;
  readonly #mask: number;

  /** @param list words, parted by blanks */
  constructor(list: string) {
    const words = list.split(' ');
    let places = 16;
    while (places < 8 * words.length) places *= 2;
    this.#table = new Int32Array(places);
    this.#mask = places - 1;
    for (const word of words) this.#table[this.#placeOf(hashWord(word))] = hashWord(word);
  }

  has(hash: number): boolean {
    return hash !== 0 && this.#table[this.#placeOf(hash)] === hash;
  }

  /** The hashes. */
  *[Symbol.iterator](): Iterator<number> {
    for (const hash of this.#table) if (hash !== 0) yield hash;
  }

  /** Where a hash is, or would be. */
  #placeOf(hash: number): number {
    let at = (hash ^ (hash >>> 15)) & this.#mask;
    while (this.#table[at] !== 0 && this.#table[at] !== hash) at = (at + 1) & this.#mask;
    return at;
  }
}
