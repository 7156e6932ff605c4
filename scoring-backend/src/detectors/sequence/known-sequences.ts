/**
 * Whole sequences by hash, and how often each came. Most sessions of most streams are one of a few sequences: a session
 * that has come often needs no closer look, and is learned in doubling steps instead of one by one.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { int32Column } from '../../columns/small-columns.ts';

export class KnownSequences {
  #high = int32Column(INITIAL);
  #low = int32Column(INITIAL);
  /** 0 marks a free slot. */
  #count = int32Column(INITIAL);
  #size = 0;
  #slot = 0;

  /** Looks a sequence up; how often it came. */
  find(symbols: Int32Array, length: number, complete: boolean): number {
    let high = complete ? 0x2545f491 : 0x1b873593;
    let low = length;
    for (let i = 0; i < length; i++) {
      high = Math.imul(high ^ symbols[i], 0x85ebca6b);
      high ^= high >>> 13;
      low = Math.imul(low ^ symbols[i], 0xcc9e2d51);
      low ^= low >>> 15;
    }
    this.#seek(high, low);
    return this.#count[this.#slot];
  }

  /** Counts the sequence that `find` looked up: as how many sessions it is to be learned now. */
  learn(): number {
    const count = ++this.#count[this.#slot];
    if (count === 1) this.#size++;
    if (this.#size > MOST) this.#rebuild(this.#count.length, 1);
    else if (this.#size * 2 > this.#count.length) this.#rebuild(this.#count.length * 2, 0);
    if (count <= REPEATED) return 1;
    return (count & (count - 1)) === 0 ? count / 2 : 0;
  }

  /** Finds the slot of a hash, or a free one for it. */
  #seek(high: number, low: number): void {
    const mask = this.#count.length - 1;
    let slot = (low ^ (high >>> 7)) & mask;
    while (this.#count[slot] !== 0 && (this.#high[slot] !== high || this.#low[slot] !== low)) slot = (slot + 1) & mask;
    this.#slot = slot;
    this.#high[slot] = high;
    this.#low[slot] = low;
  }

  /** Enters everything anew into so many slots, with counts shifted right: what comes to 0 is forgotten. */
  #rebuild(capacity: number, shift: number): void {
    const { 0: highs, 1: lows, 2: counts } = [this.#high, this.#low, this.#count];
    this.#high = int32Column(capacity);
    this.#low = int32Column(capacity);
    this.#count = int32Column(capacity);
    this.#size = 0;
    for (let from = 0; from < counts.length; from++) {
      const left = counts[from] >> shift;
      if (left === 0) continue;
      this.#seek(highs[from], lows[from]);
      this.#count[this.#slot] = left;
      this.#size++;
    }
  }

  save(to: StateWriter): void {
    const used = Int32Array.from(this.#count.keys()).filter((slot) => this.#count[slot] > 0);
    to.number(this.#count.length);
    to.number(used.length);
    to.column(used);
    for (const column of [this.#high, this.#low, this.#count]) to.column(used.map((slot) => column[slot]));
  }

  load(from: StateReader): void {
    const capacity = from.number();
    this.#high = int32Column(capacity);
    this.#low = int32Column(capacity);
    this.#count = int32Column(capacity);
    this.#size = from.number();
    const [slots, highs, lows, counts] = Array.from({ length: 4 }, () => {
      const column = new Int32Array(this.#size);
      from.column(column);
      return column;
    });
    slots.forEach((slot, i) => {
      this.#high[slot] = highs[i];
      this.#low[slot] = lows[i];
      this.#count[slot] = counts[i];
    });
  }
}

/** A sequence that came so often is normal without a closer look. */
export const REPEATED = 16;
const INITIAL = 64;
/** Sequences kept: when there are more, counts are halved. */
const MOST = 4_096;
