/**
 * Concept drift of a stream: is what it is like today still what it was like? Hourly means of some figures, each relative
 * to the same hour of the days before, so that day and night are no drift, go through two tests that complement each other:
 * Page-Hinkley is quick with jumps, ADWIN sure of slow ones. A drift is an event, told once; the models of the figure are
 * loosened by whoever hears of it, and the tests begin anew.
 *
 * The figures: records, errors and response times; the share of records of templates younger than a day (the OOV rate);
 * and the oddness of windows (the anomaly rate). About 4 KB.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { Adwin } from './adwin.ts';
import { HourOfDay } from './hour-of-day.ts';
import { PageHinkley } from './page-hinkley.ts';
import { float64Column } from '../../columns/small-columns.ts';

export const DRIFT_FIGURES = ['event_count', 'error_rate', 'response_time_avg', 'oov_rate', 'anomaly_rate'] as const;
export type DriftFigure = (typeof DRIFT_FIGURES)[number];

export interface DriftFound {
  readonly figure: DriftFigure;
  readonly test: 'Page-Hinkley' | 'ADWIN';
  /** Mean deviation from the same hour of the days before, in its usual spreads; its sign says which way. */
  readonly shift: number;
  /** Hours that it has lasted, as far as the test can tell. */
  readonly lasted: number;
}

export class DriftWatch {
  readonly #figures = DRIFT_FIGURES.map(() => ({
    hours: new HourOfDay(),
    pageHinkley: new PageHinkley(),
    adwin: new Adwin(ADWIN_DELTA),
  }));
  /** Sums and counts of the hour that runs, by figure. */
  readonly #sums = float64Column(DRIFT_FIGURES.length);
  readonly #counts = float64Column(DRIFT_FIGURES.length);
  #hour = -1;

  /** Takes in a window's figures, in the order of DRIFT_FIGURES; NaN for one that it does not have. */
  take(startMs: number, values: readonly number[]): DriftFound[] {
    const hour = Math.floor(startMs / HOUR_MS);
    const found = hour === this.#hour ? [] : this.#end();
    this.#hour = hour;
    values.forEach((value, i) => {
      if (Number.isNaN(value)) return;
      this.#sums[i] += value;
      this.#counts[i]++;
    });
    return found;
  }

  #end(): DriftFound[] {
    const found: DriftFound[] = [];
    this.#figures.forEach(({ hours, pageHinkley, adwin }, i) => {
      if (this.#counts[i] === 0) return;
      const mean = this.#sums[i] / this.#counts[i];
      this.#sums[i] = 0;
      this.#counts[i] = 0;
      const deviation = hours.take(this.#hour, mean);
      if (Number.isNaN(deviation)) return;
      const change = pageHinkley.take(deviation);
      const dropped = adwin.take(deviation);
      if (change === 0 && dropped === undefined) return;
      const shift = dropped === undefined ? deviation : adwin.mean - dropped;
      const lasted = change === 0 ? adwin.count : pageHinkley.lasted;
      found.push({ figure: DRIFT_FIGURES[i], test: change === 0 ? 'ADWIN' : 'Page-Hinkley', shift, lasted });
      hours.loosen();
      pageHinkley.reset();
      adwin.reset();
    });
    return found;
  }

  save(to: StateWriter): void {
    for (const { hours, pageHinkley, adwin } of this.#figures)
      for (const part of [hours, pageHinkley, adwin]) part.save(to);
    to.column(this.#sums);
    to.column(this.#counts);
    to.number(this.#hour);
  }

  load(from: StateReader): void {
    for (const { hours, pageHinkley, adwin } of this.#figures)
      for (const part of [hours, pageHinkley, adwin]) part.load(from);
    from.column(this.#sums);
    from.column(this.#counts);
    this.#hour = from.number();
  }
}

const HOUR_MS = 3_600_000;
/** Chance of a false cut per look: a few in a hundred thousand hours. */
const ADWIN_DELTA = 1e-5;
