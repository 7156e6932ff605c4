/**
 * The threshold of a kind of finding: its unit is what an actor does in a period, ten minutes or a day, and of all such units
 * of a week B · share may be flagged by chance. Records have ¼ of the budget for what is rare; the rules have ⅛
 * beside it, split evenly over logins, logins of a day, requests and injections.
 */
import { WeeklyUnits } from '../../calibration/budget.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

export class AttackBudget {
  readonly #weekly = new WeeklyUnits();
  readonly #accepted: number;
  #units = 0;
  #firstMs = -1;
  /** M that a finding must exceed. */
  magnitude: number;

  /** Length of the period, in ms. */
  readonly periodMs: number;

  constructor(budgetPerWeek: number, periodMs: number) {
    this.periodMs = periodMs;
    this.#accepted = budgetPerWeek * SHARE;
    this.magnitude = Math.log10(UNITS_AT_FIRST / this.#accepted);
  }

  /** An actor has begun a unit. */
  count(): void {
    this.#units++;
  }

  /** A bucket of event time has closed. */
  bucketClosed(startMs: number, endMs: number): void {
    const perWeek = this.#weekly.add(this.#units, startMs, endMs);
    this.#units = 0;
    // The first minutes say little about a week: what is expected of any stream fades within an hour.
    if (this.#firstMs < 0) this.#firstMs = startMs;
    const known = Math.min(1, (endMs - this.#firstMs) / SETTLED_MS);
    const logUnits = known * Math.log10(perWeek) + (1 - known) * Math.log10(UNITS_AT_FIRST);
    this.magnitude = Math.max(LEAST, logUnits - Math.log10(this.#accepted));
  }

  save(to: StateWriter): void {
    this.#weekly.save(to);
    to.numbers(this.#units, this.magnitude, this.#firstMs);
  }

  load(from: StateReader): void {
    this.#weekly.load(from);
    const numbers = new Float64Array(3);
    from.column(numbers);
    [this.#units, this.magnitude, this.#firstMs] = numbers;
  }
}

const SHARE = 1 / 8 / 4;
/** Units a week of a stream of which nothing is known. */
const UNITS_AT_FIRST = 500;
const SETTLED_MS = 3_600_000;
/** Less than 1 in 100 is no finding, however few units there are. */
const LEAST = 2;
