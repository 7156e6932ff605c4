/** Which open session has a key: numbers of sessions by the 64-bit hash of their key, in an open-addressing table. */
import { grown } from '../detectors/per-template.ts';

export class SessionSlots {
  /** Slots: 1 + number of a session, 0 free. */
  #table: Int32Array;
  /** By session number: the hash of its key, two halves. */
  high: Int32Array;
  low: Int32Array;

  constructor(capacity: number) {
    this.#table = new Int32Array(2 * capacity);
    this.high = new Int32Array(capacity);
    this.low = new Int32Array(capacity);
  }

  get capacity(): number {
    return this.high.length;
  }

  /** The session with this hash, −1 for none. */
  find(high: number, low: number): number {
    const mask = this.#table.length - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const session = this.#table[slot] - 1;
      if (session < 0 || (this.low[session] === low && this.high[session] === high)) return session;
    }
  }

  /** Enters a session by the hash it has in `high` and `low`. */
  place(session: number): void {
    const mask = this.#table.length - 1;
    let slot = this.low[session] & mask;
    while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
    this.#table[slot] = session + 1;
  }

  /** Takes a session out; those that were pushed on behind it move up (Knuth 6.4, algorithm R). */
  remove(session: number): void {
    const mask = this.#table.length - 1;
    let hole = this.#slotOf(session);
    let slot = hole;
    for (;;) {
      this.#table[hole] = 0;
      let home: number;
      do {
        slot = (slot + 1) & mask;
        if (this.#table[slot] === 0) return;
        home = this.low[this.#table[slot] - 1] & mask;
      } while (hole <= slot ? hole < home && home <= slot : hole < home || home <= slot);
      this.#table[hole] = this.#table[slot];
      hole = slot;
    }
  }

  /** Gives a session another number, one that is free. */
  move(from: number, to: number): void {
    this.#table[this.#slotOf(from)] = to + 1;
    this.high[to] = this.high[from];
    this.low[to] = this.low[from];
  }

  /** Makes room for more sessions, and enters the first `sessions` anew. */
  resize(capacity: number, sessions: number): void {
    this.high = grown(this.high, capacity);
    this.low = grown(this.low, capacity);
    this.#table = new Int32Array(2 * capacity);
    for (let session = 0; session < sessions; session++) this.place(session);
  }

  #slotOf(session: number): number {
    const mask = this.#table.length - 1;
    let slot = this.low[session] & mask;
    while (this.#table[slot] !== session + 1) slot = (slot + 1) & mask;
    return slot;
  }
}
