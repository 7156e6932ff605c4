/**
 * What M a unit must exceed to be flagged, by one of three rules:
 *
 * - `budget` (default): the threshold that lets the accepted false episodes pass (budget.ts);
 * - `static`: a score, the same for all streams, kinds and times;
 * - `quantile`: the score that all but the oddest share of this stream's trailing units of the kind stayed below. It goes
 *   with what the stream shows lately and flags the same share of a quiet one and a troubled one. Until as many units
 *   have come as make two of that share, the budget's threshold holds.
 *
 * Addresses, accounts and parameters are judged by rates of false alarms of their own, under every rule.
 */
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import { BINS, binOf, lowestOfBin } from './tail.ts';
import { float64Column } from '../columns/small-columns.ts';

export type ThresholdKind = 'budget' | 'static' | 'quantile';

export interface ThresholdSettings {
  readonly threshold: ThresholdKind;
  /** Score above which a unit is flagged under `static`, in (0, 1). */
  readonly thresholdScore: number;
  /** Share of the trailing units that stays unflagged under `quantile`, in (0, 1). */
  readonly thresholdQuantile: number;
}

export const DEFAULT_THRESHOLD: ThresholdSettings = {
  threshold: 'budget',
  thresholdScore: 0.9,
  thresholdQuantile: 0.9999,
};

export class Threshold {
  readonly #kind: ThresholdKind;
  readonly #fixed: number;
  readonly #flaggedShare: number;
  /** Units by bin of their M, with `quantile` only. */
  readonly #bins: Float64Array;
  #units = 0;
  /** M that the quantile asks for, as of the last `#refreshAt`; -1 while it is not known. */
  #quantile = -1;
  #refreshAt = 0;

  constructor({ threshold, thresholdScore, thresholdQuantile }: ThresholdSettings = DEFAULT_THRESHOLD) {
    this.#kind = threshold;
    this.#fixed = -2 * Math.log2(1 - thresholdScore);
    this.#flaggedShare = 1 - thresholdQuantile;
    this.#bins = float64Column(threshold === 'quantile' ? BINS : 0);
  }

  /** Does it ask to hear of all units? */
  get counts(): boolean {
    return this.#kind === 'quantile';
  }

  /** M to exceed where the budget asks for `budget`. */
  over(budget: number): number {
    if (this.#kind === 'static') return this.#fixed;
    return this.#quantile < 0 ? budget : this.#quantile;
  }

  /** Hears of a unit, flagged or not, after it was judged. Does nothing unless `counts`. */
  count(magnitude: number): void {
    if (this.#kind !== 'quantile') return;
    this.#bins[binOf(magnitude)]++;
    this.#units++;
    if (this.#units < this.#refreshAt) return;
    this.#refreshAt = Math.ceil(this.#units * GROWTH) + 1;
    this.#refresh();
  }

  #refresh(): void {
    if (this.#units * this.#flaggedShare < LEAST_FLAGGED) return;
    const most = this.#units * this.#flaggedShare;
    let bin = BINS - 1;
    for (let above = this.#bins[bin]; bin > 0 && above <= most; above += this.#bins[--bin]);
    // The bin that holds the quantile stays unflagged as a whole: many units may share one M.
    this.#quantile = lowestOfBin(bin + 1);
    if (this.#units < TRAILING_FLAGGED / this.#flaggedShare) return;
    for (let b = 0; b < BINS; b++) this.#bins[b] /= 2;
    this.#units /= 2;
    this.#refreshAt = this.#units;
  }

  save(to: StateWriter): void {
    to.number(this.#bins.length);
    to.column(this.#bins);
    to.numbers(this.#units, this.#quantile, this.#refreshAt);
  }

  /** Under another rule than it was saved with it begins anew. */
  load(from: StateReader): void {
    const bins = new Float64Array(from.number());
    const numbers = new Float64Array(3);
    from.column(bins);
    from.column(numbers);
    if (bins.length !== this.#bins.length) return;
    this.#bins.set(bins);
    [this.#units, this.#quantile, this.#refreshAt] = numbers;
  }
}

/** Units that the flagged share must come to before there is a quantile, and beyond which older units count half. */
const LEAST_FLAGGED = 2;
const TRAILING_FLAGGED = 50;
/** The quantile is looked up again when so many times as many units have come. */
const GROWTH = 1.02;
