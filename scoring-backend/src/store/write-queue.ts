/**
 * What waits for the disk. Bounded: beyond the bound windows give way first, then the newest rows of any kind, and both
 * are counted. All rows that wait are written in one transaction, so that a slow disk makes larger batches, not more.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Checkpoint } from '../engine/threads/checkpoint.ts';
import type {
  Anomaly,
  BudgetWeek,
  CatalogueChange,
  Drift,
  EngineEvents,
  Gap,
  WindowVerdict,
} from '../engine/outputs.ts';
import { saveAnomalies } from './anomalies.ts';
import { saveBudgets } from './budgets.ts';
import { saveCheckpoint } from './checkpoints.ts';
import { saveDrifts } from './drifts.ts';
import { saveGaps } from './gaps.ts';
import { SqliteError } from './sqlite-connection.ts';
import type { Tables } from './tables.ts';
import { saveTemplates } from './templates.ts';
import { saveWindowContents } from './window-contents.ts';
import { saveWindows } from './windows.ts';

export interface WriteQueueCounters {
  /** Rows waiting for the disk. */
  readonly queued: number;
  readonly written: number;
  /** Rows that did not fit the queue, or were left when the store was closed. */
  readonly dropped: number;
  /** Transactions that failed and were tried again. */
  readonly failures: number;
}

interface Work {
  readonly windows: WindowVerdict[];
  readonly anomalies: Anomaly[];
  readonly gaps: Gap[];
  readonly drifts: Drift[];
  readonly budgets: BudgetWeek[];
  readonly checkpoints: CheckpointWork[];
}

interface CheckpointWork {
  readonly checkpoint: Checkpoint;
  readonly catalogue: readonly CatalogueChange[];
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

const RETRY_MS = 1000;

export class WriteQueue {
  readonly #db: Kysely<Tables>;
  readonly #maxRows: number;
  readonly #onFailure: (error: unknown) => void;
  #waiting: Work = emptyWork();
  #rows = 0;
  #written = 0;
  #dropped = 0;
  #failures = 0;
  #healthy = true;
  #running: Promise<void> | undefined;
  readonly #closing = new AbortController();

  constructor(db: Kysely<Tables>, maxRows: number, onFailure: (error: unknown) => void) {
    this.#db = db;
    this.#maxRows = maxRows;
    this.#onFailure = onFailure;
  }

  get healthy(): boolean {
    return this.#healthy;
  }

  counters(): WriteQueueCounters {
    return { queued: this.#rows, written: this.#written, dropped: this.#dropped, failures: this.#failures };
  }

  add({ windows, anomalies, gaps, drifts, budgets }: EngineEvents): void {
    for (const gap of gaps) if (this.#hasRoom(true)) this.#waiting.gaps.push(gap);
    for (const drift of drifts) if (this.#hasRoom(true)) this.#waiting.drifts.push(drift);
    for (const budget of budgets) if (this.#hasRoom(true)) this.#waiting.budgets.push(budget);
    for (const anomaly of anomalies) if (this.#hasRoom(true)) this.#waiting.anomalies.push(anomaly);
    for (const window of windows) if (this.#hasRoom(false)) this.#waiting.windows.push(window);
    this.#start();
  }

  addCheckpoint(checkpoint: Checkpoint, catalogue: readonly CatalogueChange[]): Promise<void> {
    const saved = new Promise<void>((done, failed) =>
      this.#waiting.checkpoints.push({ checkpoint, catalogue, done, failed }),
    );
    this.#start();
    return saved;
  }

  async flushed(): Promise<void> {
    await this.#running;
  }

  /** Writes what waits; gives up on it after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.#closing.abort(), graceMs);
    await this.#running;
    clearTimeout(timer);
    this.#closing.abort();
  }

  /** Takes the place of one row. A row that matters more than a window takes a waiting window's place. */
  #hasRoom(matters: boolean): boolean {
    if (this.#rows < this.#maxRows) {
      this.#rows++;
      return true;
    }
    this.#dropped++;
    return matters && this.#waiting.windows.pop() !== undefined;
  }

  #start(): void {
    this.#running ??= this.#run();
  }

  async #run(): Promise<void> {
    // The caller's turn first: one tick's outputs of several engines become one transaction.
    await sleep(0);
    while (!isEmpty(this.#waiting)) {
      const work = this.#waiting;
      this.#waiting = emptyWork();
      // One after the other: a row that the database refuses must not take a checkpoint with it.
      const { checkpoints } = work;
      await this.#settle({ ...work, checkpoints: [] });
      await this.#settle({ ...emptyWork(), checkpoints });
    }
    // In the same turn as the check above: what is added from now on starts a new run.
    this.#running = undefined;
  }

  async #settle(work: Work): Promise<void> {
    if (isEmpty(work)) return;
    const saved = await this.#writeUntilItWorks(work);
    const { checkpoints, ...events } = work;
    const rows = Object.values(events).reduce((sum, list) => sum + list.length, 0);
    this.#rows -= rows;
    if (saved) this.#written += rows + checkpoints.length;
    else this.#dropped += rows;
    for (const { done, failed } of checkpoints)
      if (saved) done();
      else failed(new Error('the checkpoint could not be written'));
  }

  async #writeUntilItWorks(work: Work): Promise<boolean> {
    while (!this.#closing.signal.aborted) {
      try {
        await this.#write(work);
        this.#healthy = true;
        return true;
      } catch (error) {
        this.#failures++;
        this.#onFailure(error);
        // Trying again helps against a full or busy disk, not against a row the database will never take.
        if (!mayPass(error)) return false;
        this.#healthy = false;
        await sleep(RETRY_MS, undefined, { signal: this.#closing.signal }).catch(() => undefined);
      }
    }
    return false;
  }

  #write(work: Work): Promise<void> {
    const nowMs = Date.now();
    return this.#db.transaction().execute(async (transaction) => {
      await saveWindows(transaction, work.windows, nowMs);
      await saveWindowContents(transaction, work.windows, nowMs);
      await saveAnomalies(transaction, work.anomalies, nowMs);
      await saveGaps(transaction, work.gaps, nowMs);
      await saveDrifts(transaction, work.drifts, nowMs);
      await saveBudgets(transaction, work.budgets, nowMs);
      for (const { checkpoint, catalogue } of work.checkpoints) {
        await saveTemplates(transaction, catalogue, nowMs);
        await saveCheckpoint(transaction, checkpoint);
      }
    });
  }
}

/** Result codes of SQLite that no row is at fault for: BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN. */
const PASSING = [5, 6, 7, 8, 10, 13, 14];

function mayPass(error: unknown): boolean {
  return error instanceof SqliteError && PASSING.includes(error.sqliteCode & 0xff);
}

function emptyWork(): Work {
  return { windows: [], anomalies: [], gaps: [], drifts: [], budgets: [], checkpoints: [] };
}

function isEmpty(work: Work): boolean {
  return Object.values(work).every((list: readonly unknown[]) => list.length === 0);
}
