/**
 * Remembers which template a 64-bit key of a line led to: its front key, its shape. Two places per key; it begins small (a server holds thousands of idle
 * streams) and grows with its misses. A stale place (its template was evicted) counts as empty.
 */
import type { StateReader, StateWriter } from './saved-state.ts';
import { int32Column } from '../columns/small-columns.ts';

const STRIDE = 4;
const SMALLEST = 1 << 5;

export class FrontCache {
  private readonly largest: number;
  /** Per place: key high, key low, index + 1 (0: empty), generation: one cache line holds both places of a key. */
  private cells = int32Column(SMALLEST * STRIDE);
  private mask = SMALLEST - 1;
  /** Misses since the cache grew, and in all. */
  private missesAtSize = 0;
  private misses = 0;

  /** @param largest Most keys remembered, a power of two. */
  constructor(largest: number) {
    this.largest = largest;
  }

  /** The index remembered for the key, or -1; `generations` are those of the live templates. */
  get(high: number, low: number, generations: Uint32Array): number {
    const { cells } = this;
    let at = place(high, low, this.mask);
    if (cells[at] !== high || cells[at + 1] !== low) {
      at ^= STRIDE;
      if (cells[at] !== high || cells[at + 1] !== low) return -1;
    }
    const index = cells[at + 2] - 1;
    return index >= 0 && generations[index] === cells[at + 3] >>> 0 ? index : -1;
  }

  /** Remembers a key that was not found. */
  set(high: number, low: number, index: number, generations: Uint32Array): void {
    this.misses++;
    if (++this.missesAtSize > this.mask + 1 && this.mask + 1 < this.largest) this.grow(generations);
    const first = place(high, low, this.mask);
    const second = first ^ STRIDE;
    let at = (this.misses & 1) === 1 ? first : second;
    if (this.isFree(second, generations)) at = second;
    if (this.isFree(first, generations)) at = first;
    this.write(at, high, low, index, generations[index]);
  }

  save(state: StateWriter, generations: Uint32Array): void {
    state.count(this.mask + 1);
    state.count(this.missesAtSize);
    state.count(this.misses);
    let last = 0;
    for (let at = 0; at < this.cells.length; at += STRIDE) {
      if (this.isFree(at, generations)) continue;
      state.count(at / STRIDE + 1 - last);
      last = at / STRIDE + 1;
      state.word(this.cells[at]);
      state.word(this.cells[at + 1]);
      state.count(this.cells[at + 2]);
    }
    state.count(0);
  }

  load(state: StateReader, generations: Uint32Array): void {
    const places = state.count();
    this.mask = places - 1;
    this.cells = int32Column(places * STRIDE);
    this.missesAtSize = state.count();
    this.misses = state.count();
    let at = -1;
    for (let step = state.count(); step > 0; step = state.count()) {
      at += step;
      const high = state.word();
      const low = state.word();
      const index = state.count() - 1;
      this.write(at * STRIDE, high, low, index, generations[index]);
    }
  }

  private isFree(at: number, generations: Uint32Array): boolean {
    const index = this.cells[at + 2] - 1;
    return index < 0 || generations[index] !== this.cells[at + 3] >>> 0;
  }

  private write(at: number, high: number, low: number, index: number, generation: number): void {
    const { cells } = this;
    cells[at] = high;
    cells[at + 1] = low;
    cells[at + 2] = index + 1;
    cells[at + 3] = generation;
  }

  private grow(generations: Uint32Array): void {
    const old = this.cells;
    const larger = Math.min((this.mask + 1) * 2, this.largest);
    this.cells = int32Column(larger * STRIDE);
    this.mask = larger - 1;
    this.missesAtSize = 0;
    for (let from = 0; from < old.length; from += STRIDE) {
      const index = old[from + 2] - 1;
      if (index < 0 || generations[index] !== old[from + 3] >>> 0) continue;
      // A pair of places never holds more than two keys of the larger table's pair.
      let at = place(old[from], old[from + 1], this.mask);
      if (!this.isFree(at, generations)) at ^= STRIDE;
      this.write(at, old[from], old[from + 1], index, generations[index]);
    }
  }
}

function place(high: number, low: number, mask: number): number {
  return ((high ^ (low >>> 3)) & mask) * STRIDE;
}
