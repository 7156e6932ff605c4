/**
 * Verdicts on a series of measured values that come at about even steps: CPU, temperature, requests per 5 minutes.
 *
 * A value is looked at in several ways (value-views.ts), because one way sees spikes and another one shifts, a lost rhythm
 * or a new shape. Each way's deviation is worth what it was worth in this series before (deviation-scale.ts). What counts
 * is the length of the vector of their magnitudes, so that ways which agree count for more than one alone, less what the
 * length of eight such vectors is too long by: that was measured on simulated series.
 *
 * The budget is counted in values: one false alarm accepted per 2,016 of them, a week of 5 minutes. A verdict is spoken
 * once per 144 values: those that follow an odd one are odd with it. All values are learned, odd ones too, so that a
 * lasting change becomes the normal by itself. Even series keep to the budget; in series with heavy tails or rare bursts the
 * ways agree too often by chance, and it is exceeded up to sevenfold. A series takes 70 KB.
 */
import type { StateReader, StateWriter } from '../../engine/state-codec.ts';
import { DeviationScale } from './deviation-scale.ts';
import { type View, VIEWS, ValueViews } from './value-views.ts';

export interface ValueVerdict {
  /** M = −log10 p. */
  readonly magnitude: number;
  /** M − M_budget; flagged when above 0. At most 0 while an earlier verdict is still being spoken. */
  readonly margin: number;
  /** What is oddest about the value. */
  readonly view: View;
}

export class ValueJudge {
  readonly #views = new ValueViews();
  readonly #scales = VIEWS.map(() => new DeviationScale());
  readonly #budget: number;
  #values = 0;
  /** Number of the value until which a verdict is spoken. */
  #spokenUntil = 0;

  /** @param budgetPerWeek false alarms accepted per 2,016 values */
  constructor(budgetPerWeek = 1) {
    this.#budget = Math.log10(VALUES_PER_WEEK / budgetPerWeek);
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
      const magnitude = scale.magnitude(deviations[i]);
      scale.learn(deviations[i]);
      squares += magnitude * magnitude;
      if (magnitude <= largest) return;
      largest = magnitude;
      view = VIEWS[i];
    });
    this.#views.learn(timeMs, value);
    const magnitude = Math.max(0, Math.sqrt(squares) - TOO_LONG);
    return { magnitude, margin: this.#spoken(magnitude - this.#budget), view };
  }

  #spoken(margin: number): number {
    if (margin <= 0) return margin;
    if (this.#values < this.#spokenUntil) return 0;
    this.#spokenUntil = this.#values + SPOKEN_FOR;
    return margin;
  }

  save(to: StateWriter): void {
    this.#views.save(to);
    for (const scale of this.#scales) scale.save(to);
    to.column(Float64Array.of(this.#values, this.#spokenUntil));
  }

  load(from: StateReader): void {
    this.#views.load(from);
    for (const scale of this.#scales) scale.load(from);
    const numbers = new Float64Array(2);
    from.column(numbers);
    [this.#values, this.#spokenUntil] = numbers;
  }
}

const VALUES_PER_WEEK = 2_016;
const SPOKEN_FOR = 144;
const TOO_LONG = 0.5;
