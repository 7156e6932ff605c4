/** A hash table from 64-bit keys to numbers: open addressing with linear probing, growing by doubling. */
import type { StateReader, StateWriter } from './saved-state.ts';
import { int32Column } from '../columns/small-columns.ts';

const STRIDE = 4;
const SMALLEST = 16;

export class KeyTable {
  size = 0;
  /** Per place: key high, key low, value + 1 (0: empty), generation. */
  private cells = int32Column(SMALLEST * STRIDE);
  private mask = SMALLEST - 1;

  /** The value of the key, or -1; its generation is then in `generation`. */
  get(high: number, low: number): number {
    const at = this.place(high, low);
    return this.cells[at + 2] - 1;
  }

  generation(high: number, low: number): number {
    return this.cells[this.place(high, low) + 3];
  }

  set(high: number, low: number, value: number, generation: number): void {
    if ((this.size + 1) * 2 > this.mask + 1) this.grow();
    const at = this.place(high, low);
    const { cells } = this;
    if (cells[at + 2] === 0) this.size++;
    cells[at] = high;
    cells[at + 1] = low;
    cells[at + 2] = value + 1;
    cells[at + 3] = generation;
  }

  delete(high: number, low: number): void {
    const { cells, mask } = this;
    let hole = this.place(high, low);
    if (cells[hole + 2] === 0) return;
    this.size--;
    // Backward shift: each follower that may stand in the hole moves there, so that no tombstones remain.
    for (let at = next(hole, mask); cells[at + 2] !== 0; at = next(at, mask)) {
      const home = slot(cells[at], cells[at + 1], mask);
      const fromHome = (at / STRIDE - home) & mask;
      if (fromHome < (((at - hole) / STRIDE) & mask)) continue;
      cells.copyWithin(hole, at, at + STRIDE);
      hole = at;
    }
    cells[hole + 2] = 0;
  }

  /** In the order of the places, which is a function of the keys and the order they came in. */
  save(state: StateWriter): void {
    state.count(this.mask + 1);
    state.count(this.size);
    for (let at = 0; at < this.cells.length; at += STRIDE) {
      if (this.cells[at + 2] === 0) continue;
      state.word(this.cells[at]);
      state.word(this.cells[at + 1]);
      state.count(this.cells[at + 2]);
      state.count(this.cells[at + 3]);
    }
  }

  load(state: StateReader): void {
    const places = state.count();
    this.cells = int32Column(places * STRIDE);
    this.mask = places - 1;
    this.size = 0;
    for (let left = state.count(); left > 0; left--) {
      const high = state.word();
      const low = state.word();
      const value = state.count() - 1;
      this.set(high, low, value, state.count());
    }
  }

  private place(high: number, low: number): number {
    const { cells, mask } = this;
    let at = slot(high, low, mask) * STRIDE;
    while (cells[at + 2] !== 0 && (cells[at] !== high || cells[at + 1] !== low)) at = next(at, mask);
    return at;
  }

  private grow(): void {
    const old = this.cells;
    this.mask = this.mask * 2 + 1;
    this.cells = int32Column((this.mask + 1) * STRIDE);
    for (let from = 0; from < old.length; from += STRIDE) {
      if (old[from + 2] !== 0) this.cells.set(old.subarray(from, from + STRIDE), this.place(old[from], old[from + 1]));
    }
  }
}

function slot(high: number, low: number, mask: number): number {
  return (high ^ (low >>> 7)) & mask;
}

function next(at: number, mask: number): number {
  return (at + STRIDE) & (mask * STRIDE + STRIDE - 1);
}
