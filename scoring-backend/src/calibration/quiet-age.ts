/**
 * Tells empty windows of a mostly silent stream apart. To the detectors they are all alike, so their p comes in one lump
 * (p = 1), and a stream that is silent nine windows of ten would never show M ≥ 1 for as many as one window of ten.
 *
 * What tells them apart is how long ago the stream last logged: just after activity a window is nearer to what is
 * unusual in such a stream than in the depth of its silence. The age's rank among those of past empty windows spreads
 * the lump evenly (mid-p), and never makes an empty window odder than the least odd window outside of the lump. A
 * silence that goes on for ever becomes ever less odd by it: what was expected and is missing is the detectors' business.
 */
import type { WindowFeatures } from '../detectors/detector.ts';
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import { float64Column, grown } from '../columns/small-columns.ts';

export class QuietAge {
  /** As many bins as the oldest age learned needs. */
  #bins = float64Column(0);
  #empty = 0;
  /** End of the last window with records, -1 before the first. */
  #lastBusyMs = -1;

  /**
   * Bin of an empty window's age; -1 for a window that is not empty, or of which that is not known. Call it once for
   * every window, in order of time.
   */
  binOf(window: WindowFeatures): number {
    if (window.records > 0) this.#lastBusyMs = window.endMs;
    if (window.records > 0 || window.incomplete || this.#lastBusyMs < 0) return -1;
    const age = (window.endMs - this.#lastBusyMs) / (window.endMs - window.startMs);
    return Math.min(BINS - 1, Math.floor(BINS_PER_OCTAVE * Math.log2(Math.max(1, age))));
  }

  /** Where a window of this bin stands among the empty ones, in (0, 1]: small just after activity; 1 for bin -1. */
  rank(bin: number): number {
    if (bin < 0) return 1;
    let younger = 0;
    for (let b = 0; b < Math.min(bin, this.#bins.length); b++) younger += this.#bins[b];
    const alike = bin < this.#bins.length ? this.#bins[bin] : 0;
    return (younger + alike / 2 + 1) / (this.#empty + 1);
  }

  learn(bin: number): void {
    if (bin < 0) return;
    if (bin >= this.#bins.length) this.#bins = grown(this.#bins, Math.min(BINS, Math.max(BINS_PER_OCTAVE, 2 * bin)));
    this.#bins[bin]++;
    if (++this.#empty < MEMORY) return;
    // What was learned long ago fades.
    for (let b = 0; b < this.#bins.length; b++) this.#bins[b] /= 2;
    this.#empty /= 2;
  }

  save(to: StateWriter): void {
    to.column(this.#bins);
    to.numbers(this.#empty, this.#lastBusyMs);
  }

  load(from: StateReader): void {
    this.#bins = from.float64s();
    const numbers = new Float64Array(2);
    from.column(numbers);
    [this.#empty, this.#lastBusyMs] = numbers;
  }
}

/** Empty windows remembered, at most. */
const MEMORY = 4_096;
const BINS_PER_OCTAVE = 8;
/** Ages up to 2^20 windows: 22 months of 30 s. */
const BINS = 20 * BINS_PER_OCTAVE;
