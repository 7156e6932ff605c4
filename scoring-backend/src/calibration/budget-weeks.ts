/**
 * What the budget promised a stream in each week of event time and what it got, by kind of unit. Weeks begin on Monday,
 * 00:00 UTC. An episode belongs to the week in which it begins, and to the kind of its anomalies; one of several kinds is
 * one episode of each of them, and one of the stream.
 */
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import { SHARE_PER_WINDOW_SIZE, SHARE_RECORDS, SHARE_SESSIONS, WEEK_MS } from './budget.ts';
import { EPISODE_GAP_MS } from './episode-count.ts';
import { float64Column } from '../columns/small-columns.ts';

/** Kinds of units, as indexes: windows by size, smallest first. */
export const WINDOW_KIND = 0;
export const SESSION_KIND = 3;
export const RECORD_KIND = 4;
export const KINDS = 5;

/** Part of the budget that units of a kind may use. */
export const SHARES: readonly number[] = [
  ...[SHARE_PER_WINDOW_SIZE, SHARE_PER_WINDOW_SIZE, SHARE_PER_WINDOW_SIZE],
  ...[SHARE_SESSIONS, SHARE_RECORDS],
];

/** One week, as counted. */
export interface CountedWeek {
  readonly weekMs: number;
  /** Event time watched in it. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly episodes: number;
  /** By kind. */
  readonly units: readonly number[];
  readonly episodesOfKind: readonly number[];
}

export class BudgetWeeks {
  /** Of each week: from, to, episodes, then units and episodes by kind. */
  readonly #weeks = new Map<number, Float64Array>();
  readonly #changed = new Set<number>();
  /** Ends of the episodes that run: of the stream, then by kind. */
  readonly #untilMs = float64Column(1 + KINDS).fill(-Infinity);

  /** A window of a kind has closed, `[startMs, endMs)`. */
  window(kind: number, startMs: number, endMs: number, records: number): void {
    const weekMs = weekOf(startMs);
    const week = this.#week(weekMs, startMs);
    week[FROM] = Math.min(week[FROM], startMs);
    week[TO] = Math.max(week[TO], endMs);
    week[UNITS + kind]++;
    if (kind === WINDOW_KIND) week[UNITS + RECORD_KIND] += records;
    // The largest windows are told of at once; the rest goes with them.
    else if (kind === SESSION_KIND - 1) this.#changed.add(weekMs);
  }

  /** A session has ended. */
  session(startMs: number): void {
    this.#week(weekOf(startMs), startMs)[UNITS + SESSION_KIND]++;
  }

  /** An anomaly of a kind, of `[startMs, endMs]`. They come nearly in order of time. */
  anomaly(kind: number, startMs: number, endMs: number): void {
    const weekMs = weekOf(startMs);
    const week = this.#week(weekMs, startMs);
    if (this.#begins(0, startMs, endMs)) week[EPISODES]++;
    if (this.#begins(1 + kind, startMs, endMs)) week[UNITS + KINDS + kind]++;
    this.#changed.add(weekMs);
  }

  /** The weeks that have changed since the last call. Those that are over are forgotten. */
  take(): CountedWeek[] {
    if (this.#changed.size === 0) return [];
    const weeks = [...this.#changed].sort((a, b) => a - b).flatMap((weekMs) => this.#counted(weekMs));
    this.#changed.clear();
    const latest = Math.max(...this.#weeks.keys());
    // Sessions that began last week may still end.
    for (const weekMs of this.#weeks.keys()) if (weekMs < latest - WEEK_MS) this.#weeks.delete(weekMs);
    return weeks;
  }

  #counted(weekMs: number): CountedWeek[] {
    const week = this.#weeks.get(weekMs);
    if (week === undefined) return [];
    const [fromMs, toMs, episodes] = week;
    const units = [...week.subarray(UNITS, UNITS + KINDS)];
    return [{ weekMs, fromMs, toMs, episodes, units, episodesOfKind: [...week.subarray(UNITS + KINDS)] }];
  }

  #begins(which: number, startMs: number, endMs: number): boolean {
    const begins = startMs > this.#untilMs[which] + EPISODE_GAP_MS;
    this.#untilMs[which] = Math.max(this.#untilMs[which], endMs);
    return begins;
  }

  #week(weekMs: number, atMs: number): Float64Array {
    const known = this.#weeks.get(weekMs);
    if (known !== undefined) return known;
    const week = new Float64Array(UNITS + 2 * KINDS);
    week[FROM] = week[TO] = atMs;
    this.#weeks.set(weekMs, week);
    this.#changed.add(weekMs);
    if (this.#weeks.size > MOST_WEEKS) this.#forget(Math.min(...this.#weeks.keys()));
    return week;
  }

  #forget(weekMs: number): void {
    this.#weeks.delete(weekMs);
    this.#changed.delete(weekMs);
  }

  save(to: StateWriter): void {
    to.column(this.#untilMs);
    to.text(JSON.stringify([[...this.#weeks].map(([weekMs, week]) => [weekMs, ...week]), [...this.#changed]]));
  }

  load(from: StateReader): void {
    from.column(this.#untilMs);
    const [weeks, changed] = JSON.parse(from.text()) as [number[][], number[]];
    this.#weeks.clear();
    this.#changed.clear();
    for (const [weekMs, ...week] of weeks) this.#weeks.set(weekMs, Float64Array.from(week));
    for (const weekMs of changed) this.#changed.add(weekMs);
  }
}

/** Monday, 00:00 UTC, of the week of a time. The epoch was a Thursday. */
function weekOf(timeMs: number): number {
  return Math.floor((timeMs - MONDAY_MS) / WEEK_MS) * WEEK_MS + MONDAY_MS;
}

const MONDAY_MS = 345_600_000;
/** Columns of a week. */
const FROM = 0;
const TO = 1;
const EPISODES = 2;
const UNITS = 3;
/** Weeks kept until they are taken: a year and more of old logs read in one go. */
const MOST_WEEKS = 60;
