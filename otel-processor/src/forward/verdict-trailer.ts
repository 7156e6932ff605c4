/**
 * What a verdict batch says in words, and its form on the wire: model, reasons and texts of templates in UTF-8, each
 * behind its length. The annotator copies reasons as they lie there; for others they are read when they are asked for.
 *
 * Layout, little-endian, all numbers of 32 bits: the model; how many reason sets, and of each how many reasons and the
 * reasons; how many template texts (0xffffffff: none were asked for), each as id and text. A text is its bytes behind
 * their number.
 */

/** What is not a column of a verdict batch. */
export interface Trailer {
  /** Name and version of what gave the verdicts, written as `anomaly.model`. */
  readonly model: string;
  /** Reasons in words; `reasonSet[i] - 1` points here. */
  readonly reasonSets: readonly (readonly string[])[];
  /** Template texts by id (16 hex digits), only when they were asked for. */
  readonly texts?: Readonly<Record<string, string>> | undefined;
}

const NOT_ASKED = 0xffffffff;
/** UTF-8 takes at most three bytes for what is one unit of a string. */
const MOST_BYTES_PER_UNIT = 3;
const NUMBER_BYTES = 4;

/** A size that `writeTrailer` does not exceed, in bytes. */
export function mostTrailerBytes({ model, reasonSets, texts }: Trailer): number {
  const sizeOf = (text: string): number => NUMBER_BYTES + MOST_BYTES_PER_UNIT * text.length;
  let bytes = sizeOf(model) + 2 * NUMBER_BYTES;
  for (const reasons of reasonSets) {
    bytes += NUMBER_BYTES;
    for (const reason of reasons) bytes += sizeOf(reason);
  }
  for (const id in texts) bytes += sizeOf(id) + sizeOf(texts[id]);
  return bytes;
}

/** Writes it from `start` on, where `mostTrailerBytes` must be free; gives its end. */
export function writeTrailer({ model, reasonSets, texts }: Trailer, to: Buffer, start: number): number {
  let at = start;
  const text = (value: string): void => {
    const length = to.write(value, at + NUMBER_BYTES, 'utf8');
    to.writeUInt32LE(length, at);
    at += NUMBER_BYTES + length;
  };
  text(model);
  at = to.writeUInt32LE(reasonSets.length, at);
  for (const reasons of reasonSets) {
    at = to.writeUInt32LE(reasons.length, at);
    reasons.forEach(text);
  }
  if (texts === undefined) return to.writeUInt32LE(NOT_ASKED, at);
  const entries = Object.entries(texts);
  at = to.writeUInt32LE(entries.length, at);
  for (const [id, value] of entries) {
    text(id);
    text(value);
  }
  return at;
}

/** A trailer as it came. */
export class WrittenTrailer implements Trailer {
  readonly model: string;
  readonly #bytes: Buffer;
  /** Where the reasons of each set begin, with their number. */
  readonly #sets: readonly number[];
  readonly #textsAt: number;
  #reasonSets: (readonly string[])[] | undefined;

  /**
   * @param bytes The trailer and nothing else.
   * @throws RangeError when it is cut off or goes on behind its end.
   */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    let at = 0;
    const skip = (): void => void (at += NUMBER_BYTES + this.#number(at));
    skip();
    this.model = this.#text(0);
    const sets: number[] = [];
    const number = (): number => this.#number((at += NUMBER_BYTES) - NUMBER_BYTES);
    for (let left = number(); left > 0; left--) {
      sets.push(at);
      for (let reasons = number(); reasons > 0; reasons--) skip();
    }
    this.#sets = sets;
    this.#textsAt = at;
    const texts = number();
    for (let left = texts === NOT_ASKED ? 0 : 2 * texts; left > 0; left--) skip();
    if (at !== bytes.length)
      throw new RangeError(`verdict batch: expected a trailer of ${at} bytes, got ${bytes.length}`);
  }

  /** How many sets of reasons there are. */
  get sets(): number {
    return this.#sets.length;
  }

  get reasonSets(): readonly (readonly string[])[] {
    return (this.#reasonSets ??= this.#sets.map((_, set) => {
      const reasons: string[] = [];
      this.showReasons(set, (bytes, start, end) => reasons.push(bytes.toString('utf8', start, end)));
      return reasons;
    }));
  }

  get texts(): Readonly<Record<string, string>> | undefined {
    const count = this.#number(this.#textsAt);
    if (count === NOT_ASKED) return undefined;
    const texts: Record<string, string> = {};
    let at = this.#textsAt + NUMBER_BYTES;
    for (let i = 0; i < count; i++) {
      const value = at + NUMBER_BYTES + this.#number(at);
      texts[this.#text(at)] = this.#text(value);
      at = value + NUMBER_BYTES + this.#number(value);
    }
    return texts;
  }

  /** Shows the reasons of a set as they lie there, in UTF-8: `bytes[start, end)`. */
  showReasons(set: number, show: (bytes: Buffer, start: number, end: number) => void): void {
    let at = this.#sets[set];
    let left = this.#number(at);
    for (at += NUMBER_BYTES; left > 0; left--) {
      const start = at + NUMBER_BYTES;
      at = start + this.#number(at);
      show(this.#bytes, start, at);
    }
  }

  #text(at: number): string {
    const start = at + NUMBER_BYTES;
    return this.#bytes.toString('utf8', start, start + this.#number(at));
  }

  #number(at: number): number {
    if (at + NUMBER_BYTES > this.#bytes.length)
      throw new RangeError(`verdict batch: expected a number at byte ${at} of its trailer, which ends there`);
    return this.#bytes.readUInt32LE(at);
  }
}
