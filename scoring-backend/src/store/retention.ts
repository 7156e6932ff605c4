/** Deletes rows whose time is over, a little at a time, so that new rows never wait long for the connection. */
import type { Kysely } from 'kysely';
import { deleteAnomalies } from './anomalies.ts';
import { deleteBudgets } from './budgets.ts';
import { deleteDrifts } from './drifts.ts';
import { deleteGaps } from './gaps.ts';
import type { Tables } from './tables.ts';
import { deleteTemplates, templatesBound } from './templates.ts';
import { deleteWindowContents } from './window-contents.ts';
import { deleteWindows } from './windows.ts';

/** All in ms, by the wall clock at which rows were written. */
export interface RetentionSettings {
  readonly keepWindows30sMs: number;
  readonly keepWindows1mMs: number;
  readonly keepWindows5mMs: number;
  readonly keepAnomaliesMs: number;
  /** Most rows of the template catalogue over all streams; those not written for longest go first. */
  readonly maxTemplateRows: number;
  readonly retentionMs: number;
}

export interface RetentionCounters {
  readonly expired: number;
  readonly templatesForgotten: number;
}

const ROWS_AT_ONCE = 5000;

/** Deletes once now and then every `retentionMs`. A run that fails is left to the next one. */
export function startRetention(db: Kysely<Tables>, settings: RetentionSettings) {
  let expired = 0;
  let templatesForgotten = 0;
  let stopped = false;
  let running: Promise<void> | undefined;
  const sweep = async (): Promise<void> => {
    const result = await deleteExpired(db, settings, Date.now(), () => stopped);
    expired += result.expired;
    templatesForgotten += result.templatesForgotten;
  };
  const start = (): void => {
    running ??= sweep()
      .catch(() => undefined)
      .finally(() => (running = undefined));
  };
  const timer = setInterval(start, settings.retentionMs).unref();
  start();
  return {
    counters: (): RetentionCounters => ({ expired, templatesForgotten }),
    stop: async (): Promise<void> => {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}

/** One run. `nowMs` is the wall clock, which decides what is past its time. */
export async function deleteExpired(
  db: Kysely<Tables>,
  settings: RetentionSettings,
  nowMs: number,
  stopped: () => boolean = () => false,
): Promise<RetentionCounters> {
  let expired = 0;
  const windows = [
    [30_000, settings.keepWindows30sMs],
    [60_000, settings.keepWindows1mMs],
    [300_000, settings.keepWindows5mMs],
  ] as const;
  for (const [sizeMs, keepMs] of windows) {
    let deleted: number;
    do {
      deleted = stopped() ? 0 : await deleteWindows(db, sizeMs, nowMs - keepMs, ROWS_AT_ONCE);
      expired += deleted;
    } while (deleted > 0);
  }
  if (stopped()) return { expired, templatesForgotten: 0 };
  const before = nowMs - settings.keepAnomaliesMs;
  expired += await deleteWindowContents(db, false, nowMs - settings.keepWindows30sMs);
  expired += await deleteWindowContents(db, true, nowMs - settings.keepWindows5mMs);
  expired += await deleteAnomalies(db, before);
  expired += await deleteGaps(db, before);
  expired += await deleteDrifts(db, before);
  expired += await deleteBudgets(db, before);
  expired += await deleteTemplates(db, before);
  const bound = await templatesBound(db, settings.maxTemplateRows);
  return { expired, templatesForgotten: bound === undefined ? 0 : await deleteTemplates(db, bound) };
}
