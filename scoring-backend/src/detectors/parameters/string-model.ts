/**
 * What the texts in one place look like: which kinds of bytes follow each other, and how long they are. A value that is
 * made differently (an injected command among names) holds a transition that was never seen.
 *
 * After Kruegel and Vigna, "Anomaly Detection of Web-based Attacks" (CCS 2003): their length, character distribution
 * and structure, here as one Markov chain over classes of bytes (letters and digits are one class each, signs are
 * told apart) with a tail of lengths beside it. Values are not kept. At most 2.5 kB: 64 bytes per class that occurs.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { sidak } from '../ensemble.ts';
import { grown, release, uint16Column, uint32Column, uint8Column } from '../../columns/small-columns.ts';

export class StringModel {
  /** Transitions between classes, a row per class before that has any: its number is 1 + `#rowOf` the class. */
  #follows = uint16Column(0);
  readonly #rowOf = uint8Column(CLASSES);
  #used = 0;
  readonly #rows = uint32Column(CLASSES);
  readonly #classes = uint32Column(CLASSES);
  /** Values by length, four bins per octave. */
  readonly #lengths = uint32Column(LENGTHS);
  #transitions = 0;
  #values = 0;

  /** Values learned. */
  get values(): number {
    return this.#values;
  }

  /** Learns the value `bytes[start, end)`; of long ones the first 256 bytes. */
  learn(bytes: Uint8Array, start = 0, end = bytes.length): void {
    const limit = Math.min(end, start + MOST_BYTES);
    let before = 0;
    for (let at = start; at <= limit; at++) {
      const now = at < limit ? CLASS[bytes[at]] : 0;
      const row = this.#row(before);
      if (this.#follows[row + now] === MOST_COUNT) this.#halve();
      this.#follows[row + now]++;
      this.#rows[before]++;
      this.#classes[now]++;
      this.#transitions++;
      before = now;
    }
    this.#lengths[lengthBin(end - start)]++;
    this.#values++;
  }

  /**
   * −log10 p of the value: the least likely of its transitions, and a length at least so far out, corrected for having
   * looked at all of them. 0 before anything was learned.
   *
   *     const names = new StringModel();
   *     for (const name of ['anna', 'berta', 'cecil', …]) names.learn(encode(name));
   *     names.magnitude(encode("x' or 1=1 --")); // above 2; of 'dora' it is about 0
   */
  magnitude(bytes: Uint8Array, start = 0, end = bytes.length): number {
    if (this.#values === 0) return 0;
    const limit = Math.min(end, start + MOST_BYTES);
    let least = 1;
    let before = 0;
    for (let at = start; at <= limit; at++) {
      const now = at < limit ? CLASS[bytes[at]] : 0;
      const general = (this.#classes[now] + 0.5) / (this.#transitions + 0.5 * CLASSES);
      const row = this.#rows[before];
      const follows = row === 0 ? 0 : this.#follows[(this.#rowOf[before] - 1) * CLASSES + now];
      const p = (follows + PRIOR * general) / (row + PRIOR);
      if (p < least) least = p;
      before = now;
    }
    const byTransition = sidak(-Math.log10(least), Math.min(limit - start + 1, LOOKS));
    return sidak(Math.max(byTransition, this.#lengthMagnitude(end - start)), 2);
  }

  /** How long nine in ten of them are and what they are made of, for people. */
  usual(): string {
    const [shortest, longest] = [this.#lengthAt(0.05), this.#lengthAt(0.95)];
    const made = NAMES.filter(([from, to]) => {
      const share = this.#classes.subarray(from, to).reduce((sum, count) => sum + count, 0) / this.#transitions;
      return share >= WORTH_NAMING;
    });
    return `about ${shortest} to ${longest} characters of ${made.map(([, , name]) => name).join(', ')}`;
  }

  #lengthAt(share: number): number {
    let below = 0;
    let b = 0;
    while (b < LENGTHS - 1 && (below += this.#lengths[b]) <= share * this.#values) b++;
    return Math.round(2 ** (b / 4)) - 1;
  }

  #lengthMagnitude(length: number): number {
    const bin = lengthBin(length);
    let longer = 0;
    let shorter = 0;
    for (let b = 0; b < LENGTHS; b++) {
      if (b >= bin) longer += this.#lengths[b];
      if (b <= bin) shorter += this.#lengths[b];
    }
    return -Math.log10(Math.min(1, (2 * (Math.min(longer, shorter) + 0.5)) / (this.#values + 1)));
  }

  /** Counts that would overflow are halved, all of them: the old fades. */
  #halve(): void {
    for (const column of [this.#follows, this.#rows, this.#classes, this.#lengths])
      for (let i = 0; i < column.length; i++) column[i] >>>= 1;
    this.#rows.fill(0);
    this.#transitions = 0;
    for (let before = 0; before < CLASSES; before++) {
      if (this.#rowOf[before] === 0) continue;
      const row = this.#row(before);
      for (let now = 0; now < CLASSES; now++) this.#rows[before] += this.#follows[row + now];
      this.#transitions += this.#rows[before];
    }
    this.#values = this.#lengths.reduce((sum, count) => sum + count, 0);
  }

  /** Where the transitions of a class begin; they are made with the first. */
  #row(before: number): number {
    if (this.#rowOf[before] === 0) {
      this.#rowOf[before] = ++this.#used;
      if (this.#used * CLASSES > this.#follows.length)
        this.#follows = grown(this.#follows, Math.min(CLASSES, Math.max(FEW_ROWS, 2 * (this.#used - 1))) * CLASSES);
    }
    return (this.#rowOf[before] - 1) * CLASSES;
  }

  /** The model is no more. */
  release(): void {
    for (const column of [this.#follows, this.#rowOf, this.#rows, this.#classes, this.#lengths]) release(column);
  }

  save(to: StateWriter): void {
    to.numbers(this.#transitions, this.#values, this.#used, this.#follows.length);
    for (const column of [this.#follows, this.#rowOf, this.#rows, this.#classes, this.#lengths]) to.column(column);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(4);
    from.column(numbers);
    [this.#transitions, this.#values, this.#used] = numbers;
    this.#follows = uint16Column(numbers[3]);
    for (const column of [this.#follows, this.#rowOf, this.#rows, this.#classes, this.#lengths]) from.column(column);
  }
}

const CLASSES = 32;
/** Rows of transitions at first. */
const FEW_ROWS = 4;
const LENGTHS = 48;
const MOST_BYTES = 256;
const MOST_COUNT = 65_535;
/** Strength of the general frequency of a class where its predecessor was seldom seen. */
const PRIOR = 2;
/** The transitions of one value depend on each other: more than so many count as so many looks. */
const LOOKS = 8;

/** Classes `[from, to)` by name, and the share from which they are named. */
const NAMES: readonly (readonly [number, number, string])[] = [
  [1, 3, 'letters'],
  [3, 4, 'digits'],
  [4, 5, 'letters of other scripts'],
  [5, 6, 'blanks'],
  [6, CLASSES, 'signs'],
];
const WORTH_NAMING = 0.01;

/** Signs by class; those that come in pairs are one. */
const SIGNS = [
  '.',
  '-',
  '_',
  '/',
  ':',
  ',',
  '@',
  '=',
  '&',
  '%',
  '+',
  '#',
  "'",
  '"',
  '`',
  ';',
  '|',
  '\\',
  '$',
  '*',
  '!',
  '?',
  '()',
  '<>',
  '[]{}',
  '^~',
];

/** Class 0 is the end of the value; bytes from 128 are letters of other scripts. */
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 97 && byte < 123) return 1;
  if (byte >= 65 && byte < 91) return 2;
  if (byte >= 48 && byte < 58) return 3;
  if (byte >= 128) return 4;
  if (byte <= 32 || byte === 127) return 5;
  return 6 + SIGNS.findIndex((signs) => signs.includes(String.fromCharCode(byte)));
});

function lengthBin(length: number): number {
  return Math.min(LENGTHS - 1, Math.round(Math.log2(length + 1) * 4));
}
