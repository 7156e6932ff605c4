/** Too many or too few records of the whole stream: against its level, its season, and the modes it is known to have. */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { NOT_READY, type Finding, type WindowFeatures } from '../detector.ts';
import { sidak } from '../ensemble.ts';
import { countQuantile } from '../statistics/negative-binomial.ts';
import { CountLevel } from './count-level.ts';
import { RecurringStates } from './recurring.ts';

export class StreamRate {
  readonly #level = new CountLevel({ burst: 2, spread: 0.1, windows: 6 }, 60);
  readonly #modes = new RecurringStates();

  /** @param factor by which its season lifts or lowers this window above those before it */
  judge(window: WindowFeatures, factor = 1): Finding {
    if (!this.#level.ready) return NOT_READY;
    this.#modes.count();
    // Between the season and no season, what explains the count better counts: a season says when, not exactly when.
    const [plain, seasonal] = [this.#explained(window, 1), factor === 1 ? Infinity : this.#explained(window, factor)];
    const magnitude = Math.min(plain, seasonal);
    const evidence = {
      kind: 'rate',
      magnitude,
      expected: this.#level.predict(seasonal < plain ? factor : 1).mean,
      actual: window.records,
      unit: 'records',
      template: -1,
    } as const;
    return { applicable: true, ready: true, magnitude, evidence: [evidence] };
  }

  learn(window: WindowFeatures): void {
    if (!this.noteOdd(window)) this.#level.learn(window.records);
  }

  /** Takes in a window that is not learned, because it was flagged. True when it belongs to a mode, not to the level. */
  noteOdd(window: WindowFeatures): boolean {
    if (!this.#level.ready || this.#byLevel(window, 1) <= ODD) return false;
    return this.#modes.note(this.#key(window, 1), window.startMs, window.endMs, this.#size(window, 1));
  }

  /** The band that 90 % of normal windows lie in; [0, 0] before the first one was learned. */
  band(factor = 1): readonly [number, number] {
    if (!this.#level.ready) return [0, 0];
    const { mean, variance } = this.#level.predict(factor);
    return [countQuantile(-Z_95, mean, variance), countQuantile(Z_95, mean, variance)];
  }

  loosen(): void {
    this.#level.loosen();
  }

  #explained(window: WindowFeatures, factor: number): number {
    const [key, size] = [this.#key(window, factor), this.#size(window, factor)];
    return this.#modes.explained(key, this.#byLevel(window, factor), size, window.startMs);
  }

  #byLevel(window: WindowFeatures, factor: number): number {
    const { mean } = this.#level.predict(factor);
    const { records } = window;
    if (records < mean) {
      if (window.incomplete) return 0;
      const below = this.#level.below(records, factor);
      const upShare = window.upShare ?? 1;
      return sidak(upShare < 1 ? Math.min(below, this.#level.below(records, factor * upShare)) : below, SIDES);
    }
    const above = sidak(this.#level.above(records, factor), SIDES);
    // Traffic comes in bursts now and then that no level tells of: Pareto distributed, in multiples of the level.
    const burst = this.#modes.unseen * (mean / records) ** BURST_EXPONENT;
    return Math.min(above, -Math.log10(10 ** -above + burst));
  }

  #key(window: WindowFeatures, factor: number): number {
    return window.records >= this.#level.predict(factor).mean ? ABOVE : BELOW;
  }

  /** What a mode is a size of: the records above the level, how many times fewer they are below it (a quiet night is no outage). */
  #size(window: WindowFeatures, factor: number): number {
    if (this.#key(window, factor) === ABOVE) return window.records + 1;
    return (this.#level.predict(factor).mean + 1) / (window.records + 1);
  }

  save(to: StateWriter): void {
    this.#level.save(to);
    this.#modes.save(to);
  }

  load(from: StateReader): void {
    this.#level.load(from);
    this.#modes.load(from);
  }
}

/** The modes of a stream: more than its level, and less. */
const ABOVE = 1;
const BELOW = 0;
/** Magnitude by the level alone from which a window counts as in a mode. */
const ODD = 3;
const BURST_EXPONENT = 5;
/** A count may be off on either. */
const SIDES = 2;
/** The normal distribution's 95 % quantile. */
const Z_95 = 1.645;
