/** The budget of one stream: what it promised and what came, in all and by week, and what a unit's M must exceed now. */
import { WEEK_MS } from '../../calibration/budget.ts';
import {
  BudgetWeeks,
  type CountedWeek,
  RECORD_KIND,
  SESSION_KIND,
  SHARES,
  WINDOW_KIND,
} from '../../calibration/budget-weeks.ts';
import { EpisodeCount } from '../../calibration/episode-count.ts';
import { type BudgetOfKind, type BudgetWeek, WINDOW_SIZES } from '../outputs.ts';
import type { StreamIdentity } from '../stream-identity.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

/** M that units must exceed now; Infinity while none can. */
export interface Thresholds {
  /** By window size. */
  readonly windows: readonly number[];
  readonly sessions: number;
  readonly records: number;
}

export class StreamBudget {
  readonly episodes = new EpisodeCount();
  readonly #weeks = new BudgetWeeks();
  readonly #perWeek: number;

  /** @param perWeek false episodes accepted per service and week */
  constructor(perWeek: number) {
    this.#perWeek = perWeek;
  }

  /** A window of WINDOW_SIZES[size] has closed. */
  window(size: number, startMs: number, endMs: number, records: number): void {
    this.episodes.watched(startMs, endMs);
    this.#weeks.window(WINDOW_KIND + size, startMs, endMs, records);
  }

  /** A session has ended. */
  session(startMs: number): void {
    this.#weeks.session(startMs);
  }

  oddWindow(size: number, startMs: number, endMs: number): void {
    this.#odd(WINDOW_KIND + size, startMs, endMs);
  }

  oddSession(startMs: number, endMs: number): void {
    this.#odd(SESSION_KIND, startMs, endMs);
  }

  oddRecord(timeMs: number): void {
    this.#odd(RECORD_KIND, timeMs, timeMs);
  }

  /** Weeks that have changed since the last call. */
  take(stream: StreamIdentity, thresholds: Thresholds): BudgetWeek[] {
    return this.#weeks.take().map((week) => this.#told(stream, week, thresholds));
  }

  #odd(kind: number, startMs: number, endMs: number): void {
    this.episodes.anomaly(startMs, endMs);
    this.#weeks.anomaly(kind, startMs, endMs);
  }

  #told(stream: StreamIdentity, week: CountedWeek, thresholds: Thresholds): BudgetWeek {
    const { weekMs, fromMs, toMs, episodes, units, episodesOfKind } = week;
    const promised = (this.#perWeek * (toMs - fromMs)) / WEEK_MS;
    const kinds = SHARES.map((share, kind): BudgetOfKind => ({
      ...this.#nameOf(kind, thresholds),
      units: units[kind],
      promised: promised * share,
      actual: episodesOfKind[kind],
    }));
    return { stream, weekMs, fromMs, toMs, promised, actual: episodes, kinds };
  }

  #nameOf(
    kind: number,
    { windows, sessions, records }: Thresholds,
  ): Pick<BudgetOfKind, 'unit' | 'sizeMs' | 'magnitude'> {
    if (kind === SESSION_KIND) return { unit: 'session', sizeMs: 0, magnitude: known(sessions) };
    if (kind === RECORD_KIND) return { unit: 'record', sizeMs: 0, magnitude: known(records) };
    const size = kind - WINDOW_KIND;
    return { unit: 'window', sizeMs: WINDOW_SIZES[size], magnitude: known(windows[size]) };
  }

  save(to: StateWriter): void {
    this.episodes.save(to);
    this.#weeks.save(to);
  }

  load(from: StateReader): void {
    this.episodes.load(from);
    this.#weeks.load(from);
  }
}

function known(magnitude: number): number | null {
  return Number.isFinite(magnitude) ? magnitude : null;
}
