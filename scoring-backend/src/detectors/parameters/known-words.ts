/** The first few values of a closed set as they are written, to show people what is usual in a place. At most 0.3 kB. */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { bytesColumn, grown, release, uint8Column } from '../../columns/small-columns.ts';

export class KnownWords {
  /** Each word behind its length, in bytes. */
  #bytes = uint8Column(0);
  #used = 0;
  #count = 0;

  /** In the order in which they came. */
  get all(): readonly string[] {
    const words: string[] = [];
    for (let at = 0; at < this.#used; at += 1 + this.#bytes[at])
      words.push(decoder.decode(this.#bytes.subarray(at + 1, at + 1 + this.#bytes[at])));
    return words;
  }

  add(bytes: Uint8Array, start: number, end: number): void {
    if (this.#count === MOST_WORDS) return;
    const length = Math.max(0, Math.min(end - start, MOST_BYTES));
    const needed = this.#used + 1 + length;
    if (needed > this.#bytes.length) this.#bytes = grown(this.#bytes, Math.max(16, needed, 2 * this.#bytes.length));
    this.#bytes[this.#used++] = length;
    for (let i = 0; i < length; i++) this.#bytes[this.#used++] = bytes[start + i];
    this.#count++;
  }

  clear(): void {
    release(this.#bytes);
    this.#bytes = uint8Column(0);
    this.#used = this.#count = 0;
  }

  save(to: StateWriter): void {
    to.number(this.#count);
    to.bytes(this.#bytes, this.#used);
  }

  load(from: StateReader): void {
    this.#count = from.number();
    this.#bytes = bytesColumn(from.bytes());
    this.#used = this.#bytes.length;
  }
}

const MOST_WORDS = 8;
const MOST_BYTES = 32;
const decoder = new TextDecoder();
