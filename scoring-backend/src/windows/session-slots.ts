/**
 * The open sessions of a stream as rows of 64 bytes, one cache line each, and which of them has a key: numbers of sessions
 * by the 64-bit hash of their key, in an open-addressing table. A record costs one line of the table and one row.
 */

/**
 * Fields of a row; a row's times are in `times`, at ROW_TIMES times the session's number. What every record needs comes
 * first: where the memory begins within a cache line is not known, and these 40 bytes mostly lie in one.
 */
export const ROW = 16;
export const HIGH = 0;
export const LAST = 1;
export const RECORDS = 2;
export const ERRORS = 3;
/** Behind the three times. */
export const LOW = 10;
export const OLDER = 11;
export const NEWER = 12;
export const FIRST = 13;
/** Length of the key; negative for the bytes of a binary one. */
export const KEY_LENGTH = 14;
/** 1: records of it may have been missed. */
export const TORN = 15;

/** Behind the first four numbers. */
export const ROW_TIMES = 8;
export const START_MS = 2;
export const END_MS = 3;
/** What END_MS was when the session was put among the newest. */
export const LINKED_MS = 4;

export class SessionSlots {
  /** Pairs: lower half of the hash, 1 + number of the session (0 free). */
  #table: Int32Array = NO_SESSIONS;
  rows: Int32Array = NO_ROWS;
  /** The same memory. */
  times: Float64Array = NO_TIMES;

  get capacity(): number {
    return this.rows.length / ROW;
  }

  /** The session with this hash, −1 for none. */
  find(high: number, low: number): number {
    const table = this.#table;
    const mask = table.length - 1;
    for (let at = (2 * low) & mask; ; at = (at + 2) & mask) {
      const session = table[at + 1] - 1;
      if (session < 0 || (table[at] === low && this.rows[session * ROW + HIGH] === high)) return session;
    }
  }

  /** Enters a session by the hash in its row. */
  place(session: number): void {
    const mask = this.#table.length - 1;
    const low = this.rows[session * ROW + LOW];
    let at = (2 * low) & mask;
    while (this.#table[at + 1] !== 0) at = (at + 2) & mask;
    this.#table[at] = low;
    this.#table[at + 1] = session + 1;
  }

  /** Takes a session out; those that were pushed on behind it move up (Knuth 6.4, algorithm R). */
  remove(session: number): void {
    const table = this.#table;
    const mask = table.length - 1;
    let hole = this.#placeOf(session);
    let at = hole;
    for (;;) {
      table[hole + 1] = 0;
      let home: number;
      do {
        at = (at + 2) & mask;
        if (table[at + 1] === 0) return;
        home = (2 * table[at]) & mask;
      } while (hole <= at ? hole < home && home <= at : hole < home || home <= at);
      table[hole] = table[at];
      table[hole + 1] = table[at + 1];
      hole = at;
    }
  }

  /** Gives a session another number, one that is free. */
  move(from: number, to: number): void {
    this.#table[this.#placeOf(from) + 1] = to + 1;
    this.rows.copyWithin(to * ROW, from * ROW, (from + 1) * ROW);
  }

  /** Makes room for more sessions, and enters the first `sessions` anew. */
  resize(capacity: number, sessions: number): void {
    if (capacity > this.capacity) {
      const { rows } = this;
      this.rows = new Int32Array(capacity * ROW);
      this.rows.set(rows);
      this.times = new Float64Array(this.rows.buffer);
    }
    this.#table = new Int32Array(4 * capacity);
    for (let session = 0; session < sessions; session++) this.place(session);
  }

  #placeOf(session: number): number {
    const mask = this.#table.length - 1;
    let at = (2 * this.rows[session * ROW + LOW]) & mask;
    while (this.#table[at + 1] !== session + 1) at = (at + 2) & mask;
    return at;
  }
}

/** Many streams have no sessions at all: nothing is ever written here. */
const NO_SESSIONS = new Int32Array(2);
const NO_ROWS = new Int32Array(0);
const NO_TIMES = new Float64Array(NO_ROWS.buffer);
