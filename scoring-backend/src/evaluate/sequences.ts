/**
 * Files of sessions as event numbers: one session a line, event ids with blanks between, and before a tab an optional id.
 * Events are numbers or words; each gets an index in order of appearance.
 */
import { lineBlocks } from '../sources/file-lines.ts';
import type { LogInput } from '../sources/log-input.ts';

export interface Sequence {
  /** Its id, or its line number when it has none. */
  readonly name: string | number;
  /** Event indexes; valid until the next sequence is asked for. */
  readonly events: Int32Array;
}

export class EventNames {
  readonly #index = new Map<string, number>();

  get size(): number {
    return this.#index.size;
  }

  indexOf(event: string): number {
    let index = this.#index.get(event);
    if (index === undefined) this.#index.set(event, (index = this.#index.size));
    return index;
  }
}

export async function* sequences(input: LogInput, names: EventNames): AsyncGenerator<Sequence> {
  let events = new Int32Array(256);
  for await (const { bytes, start, end, lines, firstLine } of lineBlocks(input.chunks)) {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < lines; i++) {
      const line = text.toString('latin1', start[i], end[i]);
      const tab = line.indexOf('\t');
      let length = 0;
      for (const event of line.slice(tab + 1).split(' ')) {
        if (event === '') continue;
        if (length === events.length) {
          const longer = new Int32Array(length * 2);
          longer.set(events);
          events = longer;
        }
        events[length++] = names.indexOf(event);
      }
      if (length === 0 && tab < 0) continue;
      yield { name: tab < 0 ? firstLine + i : line.slice(0, tab), events: events.subarray(0, length) };
    }
  }
}
