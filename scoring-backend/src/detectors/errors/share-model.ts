/**
 * The share of marked records per window (errors, records of new templates): a Beta-Binomial predictive. Records of one
 * window are alike, so the share spreads more than independent records would make it; that correlation ρ is learned from
 * the windows' own shares (method of moments) with a prior worth some windows.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { shareMagnitude } from '../statistics/beta-binomial.ts';

export class ShareModel {
  readonly #priorCorrelation: number;
  readonly #keep: number;
  #marked = 0;
  #total = 0;
  #windows = 0;
  #correlations = 0;

  constructor(priorCorrelation: number, memory: number) {
    this.#priorCorrelation = priorCorrelation;
    this.#keep = 1 - 1 / memory;
  }

  get ready(): boolean {
    return this.#windows > 0.9;
  }

  /** The expected share. */
  get mean(): number {
    return (this.#marked + 0.5) / (this.#total + 1);
  }

  /** −log10 p of at least this many of so many. */
  magnitude(marked: number, total: number): number {
    if (!this.ready || total === 0) return 0;
    const correlation = this.#correlation();
    const perWindow = this.#total / this.#windows;
    const independent = this.#total / (1 + Math.max(0, perWindow - 1) * correlation);
    // The mean is not known exactly either: its variance adds to the share's own.
    const spread = Math.min(0.5, correlation + 1 / (independent + 1));
    return shareMagnitude(marked, total, this.mean, 1 / spread - 1);
  }

  learn(marked: number, total: number): void {
    if (total === 0) return;
    let correlation = 0;
    if (this.ready) {
      const mean = this.mean;
      const binomial = mean * (1 - mean);
      correlation = Math.min(1, ((marked / total - mean) ** 2 - binomial / total) / binomial);
    }
    this.#correlations = this.#correlations * this.#keep + correlation;
    this.#marked = this.#marked * this.#keep + marked;
    this.#total = this.#total * this.#keep + total;
    this.#windows = this.#windows * this.#keep + 1;
  }

  loosen(): void {
    const factor = this.#windows > 1 ? 1 / this.#windows : 1;
    this.#marked *= factor;
    this.#total *= factor;
    this.#correlations *= factor;
    this.#windows *= factor;
  }

  #correlation(): number {
    const learned = (PRIOR_WINDOWS * this.#priorCorrelation + this.#correlations) / (PRIOR_WINDOWS + this.#windows);
    return Math.max(1e-5, learned);
  }

  save(to: StateWriter): void {
    to.numbers(this.#marked, this.#total, this.#windows, this.#correlations);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(4);
    from.column(numbers);
    [this.#marked, this.#total, this.#windows, this.#correlations] = numbers;
  }
}

const PRIOR_WINDOWS = 10;
