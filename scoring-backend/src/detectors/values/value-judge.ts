/**
 * Verdicts on a series of measured values that come at about even steps: CPU, temperature, requests per 5 minutes.
 *
 * A value is looked at in several ways (value-views.ts), because one way sees spikes and another one shifts, a lost rhythm
 * or a new shape. Each way's deviation is worth what the largest ones of blocks of 24 values were worth in this series
 * before (block-scale.ts). The length of the vector of their magnitudes says how far the ways agree, and is worth what it
 * was worth in blocks before. What counts is the larger of the strongest way and their agreement.
 *
 * The budget is counted in blocks: one false alarm accepted per 84 of them, a week of 5 minutes. A verdict is spoken once
 * per 144 values: those that follow an odd one are odd with it. The views learn all values, odd ones too, so that a lasting
 * change becomes the normal by itself. Series of many shapes keep to the budget; one with rare bursts at any time exceeds
 * it, up to fourfold, in its first two weeks. A series takes 90 KB.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { BlockScale } from './block-scale.ts';
import { type View, VIEWS, ValueViews } from './value-views.ts';

export interface ValueVerdict {
  /** M = −log10 p of a block of 24 values that holds one as odd. */
  readonly magnitude: number;
  /** M − M_budget; flagged when above 0. At most 0 while an earlier verdict is still being spoken. */
  readonly margin: number;
  /** What is oddest about the value. */
  readonly view: View;
}

export class ValueJudge {
  readonly #views = new ValueViews();
  readonly #scales = VIEWS.map(() => new BlockScale());
  readonly #agreement = new BlockScale();
  readonly #budget: number;
  #values = 0;
  /** Has the block at hand an odd value? */
  #isOdd = false;
  /** Number of the value until which a verdict is spoken. */
  #spokenUntil = 0;

  /** @param budgetPerWeek false alarms accepted per 2,016 values */
  constructor(budgetPerWeek = 1) {
    this.#budget = Math.log10(BLOCKS_PER_WEEK / budgetPerWeek);
  }

  /**
   * Judges the next value, then learns it. Times are in ms of any epoch and do not go back.
   * @example new ValueJudge().judge(0, 21.5) // { magnitude: 0, … }: nothing is known yet
   */
  judge(timeMs: number, value: number): ValueVerdict {
    this.#values++;
    const deviations = this.#views.deviations(timeMs, value);
    let squares = 0;
    let largest = 0;
    let view: View = VIEWS[0];
    this.#scales.forEach((scale, i) => {
      if (Number.isNaN(deviations[i])) return;
      // Deviations of measured values have heavy tails, Pareto rather than exponential; their logarithms exponential ones.
      const x = Math.log2(1 + deviations[i]);
      const magnitude = scale.magnitude(x);
      scale.look(x);
      squares += magnitude * magnitude;
      if (magnitude <= largest) return;
      largest = magnitude;
      view = VIEWS[i];
    });
    this.#views.learn(timeMs, value);
    const length = Math.sqrt(squares);
    const magnitude = Math.max(0, Math.max(largest, this.#agreement.magnitude(length)) - TWO_CHANCES);
    this.#agreement.look(length);
    const margin = magnitude - this.#budget;
    this.#isOdd ||= margin > 0;
    if (this.#values % BLOCK === 0) this.#closeBlock();
    return { magnitude, margin: this.#spoken(margin), view };
  }

  #closeBlock(): void {
    for (const scale of [...this.#scales, this.#agreement]) scale.close(this.#isOdd);
    this.#isOdd = false;
  }

  #spoken(margin: number): number {
    if (margin <= 0) return margin;
    if (this.#values < this.#spokenUntil) return 0;
    this.#spokenUntil = this.#values + SPOKEN_FOR;
    return margin;
  }

  save(to: StateWriter): void {
    this.#views.save(to);
    for (const scale of [...this.#scales, this.#agreement]) scale.save(to);
    to.numbers(this.#values, this.#spokenUntil, this.#isOdd ? 1 : 0);
  }

  load(from: StateReader): void {
    this.#views.load(from);
    for (const scale of [...this.#scales, this.#agreement]) scale.load(from);
    const numbers = new Float64Array(3);
    from.column(numbers);
    [this.#values, this.#spokenUntil] = numbers;
    this.#isOdd = numbers[2] === 1;
  }
}

const BLOCK = 24;
const BLOCKS_PER_WEEK = 84;
const SPOKEN_FOR = 144;
/** Decades by which the larger of the two is too large: they mostly say the same. Measured on simulated series. */
const TWO_CHANCES = 0.15;
