/** The first few values of a closed set as they are written, to show people what is usual in a place. At most 0.3 kB. */
import type { StateReader, StateWriter } from '../../engine/state-codec.ts';

export class KnownWords {
  #words: string[] = [];

  /** In the order in which they came. */
  get all(): readonly string[] {
    return this.#words;
  }

  add(bytes: Uint8Array, start: number, end: number): void {
    if (this.#words.length < MOST_WORDS)
      // A copy: the bytes may lie in memory shared between threads, which the decoder does not take.
      this.#words.push(decoder.decode(bytes.slice(start, Math.min(end, start + MOST_BYTES))));
  }

  clear(): void {
    this.#words = [];
  }

  save(to: StateWriter): void {
    to.text(JSON.stringify(this.#words));
  }

  load(from: StateReader): void {
    this.#words = JSON.parse(from.text()) as string[];
  }
}

const MOST_WORDS = 8;
const MOST_BYTES = 32;
const decoder = new TextDecoder();
