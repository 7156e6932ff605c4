/**
 * Durations of a window, for mean and quantiles: a histogram over log-spaced bins (DDSketch: Masson, Rim, Lee 2019), eight
 * per octave from 1 µs to 4.6 hours, so a quantile is off by at most 4.5 %. Two sketches add up to that of both windows. The bins
 * around the durations seen are kept, at most 1 KiB.
 */
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import { int32Column, release } from '../columns/small-columns.ts';
export class DurationSketch {
  /** Bins from `#least` on. */
  #bins = int32Column(0);
  #least = 0;
  count = 0;
  sumMs = 0;

  /** Anything but a finite duration of 0 or more is left out. */
  add(ms: number): void {
    if (!(ms >= 0 && ms < Infinity)) return;
    this.count++;
    this.sumMs += ms;
    const bin = Math.floor((Math.log2(ms) - LOG2_LEAST) * BINS_PER_OCTAVE);
    this.#add(Math.max(0, Math.min(BINS - 1, bin)), 1);
  }

  merge(other: DurationSketch): void {
    for (let i = 0; i < other.#bins.length; i++) if (other.#bins[i] > 0) this.#add(other.#least + i, other.#bins[i]);
    this.count += other.count;
    this.sumMs += other.sumMs;
  }

  /** NaN when there is none. */
  meanMs(): number {
    return this.count === 0 ? NaN : this.sumMs / this.count;
  }

  /** The duration that `share` of all are not above; NaN when there is none. */
  quantileMs(share: number): number {
    if (this.count === 0) return NaN;
    const rank = Math.max(1, Math.ceil(share * this.count));
    let seen = 0;
    let bin = -1;
    while (seen < rank) seen += this.#bins[++bin];
    return 2 ** (LOG2_LEAST + (this.#least + bin + 0.5) / BINS_PER_OCTAVE);
  }

  #add(bin: number, times: number): void {
    if (bin < this.#least || bin >= this.#least + this.#bins.length) this.#reach(bin);
    this.#bins[bin - this.#least] += times;
  }

  /** Keeps this bin too, in whole octaves. */
  #reach(bin: number): void {
    const [bins, least] = [this.#bins, this.#least];
    const octave = bin - (bin % BINS_PER_OCTAVE);
    const end = octave + BINS_PER_OCTAVE;
    this.#least = bins.length === 0 ? octave : Math.min(octave, least);
    this.#bins = int32Column(Math.max(end, bins.length === 0 ? 0 : least + bins.length) - this.#least);
    this.#bins.set(bins, bins.length === 0 ? 0 : least - this.#least);
    release(bins);
  }

  save(to: StateWriter): void {
    to.numbers(this.count, this.sumMs, this.#least, this.#bins.length);
    to.column(this.#bins);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(4);
    from.column(numbers);
    [this.count, this.sumMs, this.#least] = numbers;
    release(this.#bins);
    this.#bins = int32Column(numbers[3]);
    from.column(this.#bins);
  }

  clear(): void {
    this.#bins.fill(0);
    this.count = 0;
    this.sumMs = 0;
  }
}

const BINS_PER_OCTAVE = 8;
const OCTAVES = 34;
const BINS = OCTAVES * BINS_PER_OCTAVE;
/** log2 of 1 µs in ms, rounded. */
const LOG2_LEAST = -10;
