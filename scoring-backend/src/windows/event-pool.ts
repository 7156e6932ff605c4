/** Lists of events (session-event.ts) that grow at their end, in one typed array: chunks of a few, each with the number of the next. */
import { templateOfEvent, withTemplate } from './session-event.ts';
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import { grown, int32Column } from '../columns/small-columns.ts';

export class EventPool {
  /** Chunk c is `[c · CHUNK, (c + 1) · CHUNK)`: the next chunk (0 none, and chunk 0 is not used), then events. */
  #cells = int32Column(0);
  #chunks = 1;
  /** First of the chunks that were given back, 0 none. */
  #free = 0;

  /** A new empty list: its first chunk. */
  begin(): number {
    let chunk = this.#free;
    if (chunk === 0) {
      if ((this.#chunks + 1) * CHUNK > this.#cells.length) {
        this.#cells = grown(this.#cells, Math.max(FEWEST_CHUNKS * CHUNK, this.#cells.length * 2));
      }
      chunk = this.#chunks++;
    } else this.#free = this.#cells[chunk * CHUNK];
    this.#cells[chunk * CHUNK] = 0;
    return chunk;
  }

  /** Reads a chunk, for it to be at hand later. */
  fetch(chunk: number): number {
    return this.#cells[chunk * CHUNK];
  }

  /** Adds the list's event number `at` to its last chunk; answers its last chunk from now on. */
  push(last: number, at: number, template: number): number {
    const place = at % PER_CHUNK;
    let chunk = last;
    if (place === 0 && at > 0) {
      chunk = this.begin();
      this.#cells[last * CHUNK] = chunk;
    }
    this.#cells[chunk * CHUNK + 1 + place] = template;
    return chunk;
  }

  /** Copies a list's events but for those of forgotten templates, and gives its chunks back. How many there are. */
  take(first: number, length: number, into: Int32Array): number {
    let chunk = first;
    let copied = 0;
    for (let at = 0; at < length; at++) {
      if (at > 0 && at % PER_CHUNK === 0) chunk = this.#cells[chunk * CHUNK];
      const template = this.#cells[chunk * CHUNK + 1 + (at % PER_CHUNK)];
      if (template >= 0) into[copied++] = template;
    }
    this.#cells[chunk * CHUNK] = this.#free;
    this.#free = first;
    return copied;
  }

  /** Tells the template `from` over as `to` in all lists; −1 forgets it. */
  rename(from: number, to: number): void {
    const end = this.#chunks * CHUNK;
    for (let cell = CHUNK; cell < end; cell++)
      if (cell % CHUNK !== 0 && this.#cells[cell] >= 0 && templateOfEvent(this.#cells[cell]) === from)
        this.#cells[cell] = to < 0 ? to : withTemplate(this.#cells[cell], to);
  }

  save(to: StateWriter): void {
    to.number(this.#chunks);
    to.number(this.#free);
    to.column(this.#cells, this.#chunks * CHUNK);
  }

  load(from: StateReader): void {
    this.#chunks = from.number();
    this.#free = from.number();
    let capacity = this.#chunks === 1 ? 0 : CHUNK * FEWEST_CHUNKS;
    while (this.#chunks > 1 && capacity < this.#chunks * CHUNK) capacity *= 2;
    this.#cells = int32Column(capacity);
    from.column(this.#cells);
  }
}

const CHUNK = 16;
const FEWEST_CHUNKS = 16;
const PER_CHUNK = CHUNK - 1;
