/**
 * Numbers and names of the actors of one table, a row each. They are many, and written with every checkpoint: what lies
 * together is written together, where an object each would be several places of memory to go to.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { float64Column, grown, release, uint8Column } from '../../columns/small-columns.ts';

/** Numbers of a row, and what they are: what a name is looked up by, and its place among the tallies. */
export const ROW = 18;
export const KEY = 0;
export const HASH = 1;
const NAME_LENGTH = 2;
/** Which parts the actor has besides its row. */
export const PARTS = 3;
export const PERIOD_START_MS = 4;
export const SPOKEN_UNTIL_MS = 5;
export const SUCCEEDED = 6;
export const REQUESTS = 7;
export const ATTACKS = 8;
export const OTHER = 9;
/** Statements about failed logins that are told apart: how often each was made, then 1 + its template (0 none). */
export const STATEMENTS = 4;
export const TIMES = 10;
export const TEMPLATES = TIMES + STATEMENTS;

export class ActorRows {
  /** Row r is `[r · ROW, (r + 1) · ROW)`. */
  numbers = float64Column(0);
  #names = uint8Column(0);
  #rows = 0;
  /** Rows given back. */
  readonly #free: number[] = [];

  /** A row of zeros. */
  take(): number {
    const row = this.#free.pop() ?? this.#rows++;
    if (row * ROW >= this.numbers.length) this.#resize(Math.max(FEWEST, 2 * row));
    else this.numbers.fill(0, row * ROW, (row + 1) * ROW);
    return row;
  }

  giveBack(row: number): void {
    this.#free.push(row);
  }

  /** All rows are given back for good. */
  release(): void {
    release(this.numbers);
    release(this.#names);
  }

  /** Names a row `bytes[start, end)`, or as much of it as there is room for. */
  setName(row: number, bytes: Uint8Array, start: number, end: number): void {
    const length = Math.min(end - start, NAME_BYTES);
    for (let i = 0; i < length; i++) this.#names[row * NAME_BYTES + i] = bytes[start + i];
    this.numbers[row * ROW + NAME_LENGTH] = length;
  }

  name(row: number): string {
    const at = row * NAME_BYTES;
    return decoder.decode(this.#names.subarray(at, at + this.numbers[row * ROW + NAME_LENGTH]));
  }

  #resize(rows: number): void {
    this.numbers = grown(this.numbers, rows * ROW);
    this.#names = grown(this.#names, rows * NAME_BYTES);
  }

  /** Writes the rows of these actors in this order. */
  save(to: StateWriter, actors: readonly { readonly row: number }[]): void {
    const count = actors.length;
    if (count * ROW > gatheredNumbers.length) {
      gatheredNumbers = new Float64Array(2 * count * ROW);
      gatheredNames = new Uint8Array(2 * count * NAME_BYTES);
    }
    // Of a name that had this row before nothing is written.
    gatheredNames.fill(0, 0, count * NAME_BYTES);
    const [numbers, names] = [this.numbers, this.#names];
    let next = 0;
    for (const { row } of actors) {
      for (let i = 0; i < ROW; i++) gatheredNumbers[next * ROW + i] = numbers[row * ROW + i];
      const length = numbers[row * ROW + NAME_LENGTH];
      for (let i = 0; i < length; i++) gatheredNames[next * NAME_BYTES + i] = names[row * NAME_BYTES + i];
      next++;
    }
    to.column(gatheredNumbers, count * ROW);
    to.column(gatheredNames, count * NAME_BYTES);
  }

  /** Rows `[0, count)` in the order in which they were written. */
  load(from: StateReader, count: number): void {
    this.#resize(count);
    this.#rows = count;
    from.column(this.numbers);
    from.column(this.#names);
  }
}

/** Bytes kept of a name. */
const NAME_BYTES = 64;
const FEWEST = 8;
const decoder = new TextDecoder();
/** Rows on their way into a snapshot, of one table after the other. */
let gatheredNumbers = new Float64Array(0);
let gatheredNames = new Uint8Array(0);
