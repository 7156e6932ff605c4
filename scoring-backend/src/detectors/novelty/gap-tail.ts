/**
 * How long ago templates were last seen when they come: the tail of a stream's gaps, in records, over all templates.
 * Logs repeat themselves in bursts; a line that came a moment ago is not odd, however rare its template is in the long run.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { float64Column, grown } from '../../columns/small-columns.ts';

export class GapTail {
  /** As many bins as the longest gap needs. */
  #bins = float64Column(0);
  /** As of the last refresh: share of gaps in this bin or a longer one, and the same beyond the last bin. */
  #tail = float64Column(0);
  #beyond = 1;

  /** P(gap ≥ this one), to a quarter octave. */
  p(gap: number): number {
    const bin = binOf(gap);
    return bin < this.#tail.length ? this.#tail[bin] : this.#beyond;
  }

  learn(gap: number): void {
    const bin = binOf(gap);
    if (bin >= this.#bins.length) this.#reach(bin);
    this.#bins[bin]++;
  }

  #reach(bin: number): void {
    const { length } = this.#bins;
    const longer = Math.min(BINS, Math.max(FEW_BINS, 2 * length, bin + 1));
    this.#bins = grown(this.#bins, longer);
    this.#tail = grown(this.#tail, longer);
    this.#tail.fill(this.#beyond, length);
  }

  refresh(): void {
    let total = 1;
    for (const count of this.#bins) total += count;
    let longer = 1;
    this.#beyond = longer / total;
    for (let bin = this.#bins.length - 1; bin >= 0; bin--) {
      longer += this.#bins[bin];
      this.#tail[bin] = longer / total;
    }
  }

  save(to: StateWriter): void {
    to.column(this.#bins);
    to.column(this.#tail);
    to.number(this.#beyond);
  }

  load(from: StateReader): void {
    this.#bins = from.float64s();
    this.#tail = from.float64s();
    this.#beyond = from.number();
  }
}

/** Four bins per octave of gap + 1. */
function binOf(gap: number): number {
  const value = Math.min(gap + 1, LONGEST);
  const exponent = 31 - Math.clz32(value);
  const quarter = exponent >= 2 ? (value >>> (exponent - 2)) & 3 : (value << (2 - exponent)) & 3;
  return exponent * 4 + quarter;
}

const LONGEST = 2 ** 31 - 1;
const BINS = 31 * 4;
const FEW_BINS = 16;
