/**
 * Which kind of id in the lines of a stream, if any, ties records together into sessions. Learned from a sample of the
 * stream's records: an id is such a key when many lines have one, its values come back a few times, and mostly in
 * records of different templates (a thread or a file name comes back too, but in one kind of record or for ever).
 *
 * Streams are looked at after their first thousand records, and again, if nothing was found, when they have become
 * sixteen times longer.
 */
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import { IdTokens } from './id-tokens.ts';

interface Value {
  records: number;
  template: number;
  /** Came in records of more than one template. */
  mixed: boolean;
}

export class IdFinder {
  readonly tokens = new IdTokens();
  #kind = 0;
  #records = 0;
  #sampleFrom = FIRST_SAMPLE;
  #sampled = 0;
  /** By kind: the values seen in the sample. */
  #kinds = new Map<number, Map<string, Value>>();

  /** Is the kind of id known? */
  get known(): boolean {
    return this.#kind !== 0;
  }

  /** The next id of the stream's kind in `bytes[from, until)`, in `tokens`. */
  next(bytes: Uint8Array, from: number, until: number): boolean {
    const { tokens } = this;
    let at = from;
    while (tokens.next(bytes, at, until)) {
      if (tokens.kind === this.#kind) return true;
      at = tokens.end;
    }
    return false;
  }

  /** Takes in a record while the kind is not known. */
  sample(bytes: Uint8Array, start: number, end: number, template: number): void {
    if (++this.#records < this.#sampleFrom) return;
    const { tokens } = this;
    for (let at = start, ids = 0; ids < MOST_IDS && tokens.next(bytes, at, end); at = tokens.end, ids++)
      this.#take(tokens.kind, Buffer.from(bytes.subarray(tokens.start, tokens.end)).toString('latin1'), template);
    if (++this.#sampled < SAMPLE) return;
    this.#kind = this.#decide();
    this.#kinds.clear();
    this.#sampled = 0;
    this.#sampleFrom *= SAMPLE_AGAIN;
  }

  #take(kind: number, text: string, template: number): void {
    let values = this.#kinds.get(kind);
    if (values === undefined) {
      if (this.#kinds.size === MOST_KINDS) return;
      this.#kinds.set(kind, (values = new Map()));
    }
    const value = values.get(text);
    if (value === undefined) values.set(text, { records: 1, template, mixed: false });
    else {
      value.records++;
      if (value.template !== template) value.mixed = true;
    }
  }

  #decide(): number {
    let best = 0;
    let most = 0;
    for (const [kind, values] of this.#kinds) {
      let records = 0;
      let recurring = 0;
      let mixed = 0;
      for (const value of values.values()) {
        records += value.records;
        if (value.records < 2) continue;
        recurring++;
        if (value.mixed) mixed++;
      }
      const each = records / values.size;
      const ties =
        records >= SAMPLE * LEAST_SHARE &&
        recurring >= LEAST_RECURRING &&
        each >= LEAST_EACH &&
        each <= MOST_EACH &&
        mixed >= recurring * LEAST_MIXED;
      if (!ties || mixed <= most) continue;
      best = kind;
      most = mixed;
    }
    return best;
  }

  save(to: StateWriter): void {
    to.numbers(this.#kind, this.#records, this.#sampleFrom, this.#sampled);
    const kinds = [...this.#kinds].map(([kind, values]) => [
      kind,
      [...values].map(([text, { records, template, mixed }]) => [text, records, template, mixed ? 1 : 0]),
    ]);
    to.text(JSON.stringify(kinds));
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(4);
    from.column(numbers);
    [this.#kind, this.#records, this.#sampleFrom, this.#sampled] = numbers;
    const kinds = JSON.parse(from.text()) as [number, [string, number, number, number][]][];
    this.#kinds = new Map(
      kinds.map(([kind, values]) => [
        kind,
        new Map(values.map(([text, records, template, mixed]) => [text, { records, template, mixed: mixed === 1 }])),
      ]),
    );
  }
}

const FIRST_SAMPLE = 1_000;
const SAMPLE = 1_000;
const SAMPLE_AGAIN = 16;
const MOST_KINDS = 32;
/** Ids looked at in one line. */
const MOST_IDS = 8;
/** Share of the sample's lines that have the id, at least. */
const LEAST_SHARE = 0.3;
const LEAST_RECURRING = 10;
/** Records of one value within the sample. */
const LEAST_EACH = 1.5;
const MOST_EACH = 50;
/** Share of the recurring values that come in more than one template. */
const LEAST_MIXED = 0.5;
