/**
 * The embedded store: one connection that writes and one that answers, each in a thread of its own.
 * What is asked of it is in the files of the table families; how rows get in is write-queue.ts.
 */
import { Kysely } from 'kysely';
import type { Checkpoint, CheckpointKeeper } from '../engine/threads/checkpoint.ts';
import type {
  Anomaly,
  BudgetWeek,
  CatalogueChange,
  Drift,
  EngineEvents,
  Gap,
  WindowVerdict,
} from '../engine/outputs.ts';
import type { StreamIdentity } from '../engine/stream-identity.ts';
import type { StreamMinute } from '../engine/correlation/tenant-minutes.ts';
import { messageOf, SeismoError } from '../errors.ts';
import { readAnomalies } from './anomalies.ts';
import type { AnomaliesQuestion } from './anomalies.ts';
import { readBudgets } from './budgets.ts';
import type { BudgetsQuestion } from './budgets.ts';
import { markInUse, readCheckpoints, readPartitions } from './checkpoints.ts';
import { holdDataDir } from './data-dir.ts';
import { readDrifts } from './drifts.ts';
import type { DriftsQuestion } from './drifts.ts';
import { readGaps } from './gaps.ts';
import type { GapsQuestion } from './gaps.ts';
import { readKeptMinutes } from './kept-minutes.ts';
import { migrate } from './migrations.ts';
import { startRetention } from './retention.ts';
import type { RetentionSettings } from './retention.ts';
import { SqliteConnection, SqliteError } from './sqlite-connection.ts';
import { SqliteDialect } from './sqlite-dialect.ts';
import type { Tables } from './tables.ts';
import { readTemplates, readTemplateTexts } from './templates.ts';
import type { StoredTemplate, TemplatesQuestion } from './templates.ts';
import { readWindowContents } from './window-contents.ts';
import type { StoredContents } from './window-contents.ts';
import { readSeries } from './window-series.ts';
import type { SeriesQuestion, WindowPoint } from './window-series.ts';
import { readServices, readWindows } from './windows.ts';
import type { ServicesQuestion, ServiceSummary, WindowsQuestion } from './windows.ts';
import { WriteQueue } from './write-queue.ts';
import type { WriteQueueCounters } from './write-queue.ts';

export interface StoreSettings extends RetentionSettings {
  readonly maxQueuedRows: number;
}

/** Questions to the store. Every one names a tenant and a limit. */
export interface StoreReader {
  windows(question: WindowsQuestion): Promise<WindowVerdict[]>;
  series(question: SeriesQuestion): Promise<WindowPoint[]>;
  contents(question: WindowsQuestion): Promise<StoredContents[]>;
  services(question: ServicesQuestion): Promise<ServiceSummary[]>;
  anomalies(question: AnomaliesQuestion): Promise<Anomaly[]>;
  templates(question: TemplatesQuestion): Promise<StoredTemplate[]>;
  templateTexts(stream: StreamIdentity, ids: readonly string[]): Promise<Map<string, string>>;
  gaps(question: GapsQuestion): Promise<Gap[]>;
  drifts(question: DriftsQuestion): Promise<Drift[]>;
  budgets(question: BudgetsQuestion): Promise<BudgetWeek[]>;
}

export interface StoreCounters extends WriteQueueCounters {
  /** Rows deleted because their time was over. */
  readonly expired: number;
  /** Templates deleted because there were too many. */
  readonly templatesForgotten: number;
}

export class Store implements StoreReader, CheckpointKeeper {
  readonly #writer: Kysely<Tables>;
  readonly #reader: Kysely<Tables>;
  readonly #queue: WriteQueue;
  readonly #retention: ReturnType<typeof startRetention>;
  readonly #closeAll: () => Promise<void>;

  private constructor(
    writer: Kysely<Tables>,
    reader: Kysely<Tables>,
    settings: StoreSettings,
    closeAll: () => Promise<void>,
    onFailure: (error: unknown) => void,
  ) {
    this.#writer = writer;
    this.#reader = reader;
    this.#queue = new WriteQueue(writer, settings.maxQueuedRows, onFailure);
    this.#retention = startRetention(writer, settings);
    this.#closeAll = closeAll;
  }

  /**
   * Opens the store in a folder, and brings it to the newest shape.
   * @param onFailure told of every write that failed; most are tried again
   * @throws SeismoError DATA_DIR_IN_USE, STORE_DAMAGED, STORE_UNAVAILABLE
   */
  static async open(
    dataDir: string,
    settings: StoreSettings,
    onFailure: (error: unknown) => void = () => undefined,
  ): Promise<Store> {
    const { file, release } = holdDataDir(dataDir);
    const connections: SqliteConnection[] = [];
    // Not Kysely's destroy(): that closes nothing when nothing was asked.
    const closeAll = async (): Promise<void> => {
      await Promise.all(connections.map((connection) => connection.close()));
      release();
    };
    try {
      const connect = async (readOnly: boolean): Promise<Kysely<Tables>> => {
        const connection = await SqliteConnection.open({ file, readOnly });
        connections.push(connection);
        return new Kysely<Tables>({ dialect: new SqliteDialect(connection) });
      };
      const writer = await connect(false);
      await migrate(writer);
      return new Store(writer, await connect(true), settings, closeAll, onFailure);
    } catch (error) {
      await closeAll();
      throw openError(file, error);
    }
  }

  windows(question: WindowsQuestion): Promise<WindowVerdict[]> {
    return readWindows(this.#reader, question);
  }

  series(question: SeriesQuestion): Promise<WindowPoint[]> {
    return readSeries(this.#reader, question);
  }

  contents(question: WindowsQuestion): Promise<StoredContents[]> {
    return readWindowContents(this.#reader, question);
  }

  services(question: ServicesQuestion): Promise<ServiceSummary[]> {
    return readServices(this.#reader, question);
  }

  anomalies(question: AnomaliesQuestion): Promise<Anomaly[]> {
    return readAnomalies(this.#reader, question);
  }

  templates(question: TemplatesQuestion): Promise<StoredTemplate[]> {
    return readTemplates(this.#reader, question);
  }

  templateTexts(stream: StreamIdentity, ids: readonly string[]): Promise<Map<string, string>> {
    return readTemplateTexts(this.#reader, stream, ids);
  }

  gaps(question: GapsQuestion): Promise<Gap[]> {
    return readGaps(this.#reader, question);
  }

  drifts(question: DriftsQuestion): Promise<Drift[]> {
    return readDrifts(this.#reader, question);
  }

  budgets(question: BudgetsQuestion): Promise<BudgetWeek[]> {
    return readBudgets(this.#reader, question);
  }

  /** The 1 min windows of each tenant's last `keptMs` of event time as of now, in order of time, to be read bit by bit. */
  keptMinutes(keptMs: number): Promise<AsyncIterable<readonly StreamMinute[]>> {
    return readKeptMinutes(this.#reader, keptMs);
  }

  /** Takes events to be written soon; what does not fit the queue is dropped and counted. */
  write(events: EngineEvents): void {
    this.#queue.add(events);
  }

  /** Writes a checkpoint with the catalogue it goes with, in one transaction. Tries until it works or the store closes. */
  save(checkpoint: Checkpoint, catalogue: readonly CatalogueChange[]): Promise<void> {
    return this.#queue.addCheckpoint(checkpoint, catalogue);
  }

  /** The number of engines the checkpoints are of; undefined when there is none yet. */
  partitions(): Promise<number | undefined> {
    return readPartitions(this.#writer);
  }

  /** The last checkpoints. From now on they count as unclean: see `Checkpoint.clean`. */
  async load(): Promise<Checkpoint[]> {
    const checkpoints = await readCheckpoints(this.#writer);
    await markInUse(this.#writer);
    return checkpoints;
  }

  /** Settles when everything taken so far is written. */
  flushed(): Promise<void> {
    return this.#queue.flushed();
  }

  /** False after a write that failed, until one works. */
  get healthy(): boolean {
    return this.#queue.healthy;
  }

  counters(): StoreCounters {
    return { ...this.#queue.counters(), ...this.#retention.counters() };
  }

  /** Writes what waits, for at most `graceMs`, and closes. */
  async close(graceMs = 10_000): Promise<void> {
    await this.#queue.close(graceMs);
    await this.#retention.stop();
    await this.#closeAll();
  }
}

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

function openError(file: string, error: unknown): unknown {
  if (error instanceof SeismoError || !(error instanceof SqliteError)) return error;
  const primary = error.sqliteCode & 0xff;
  if (primary === SQLITE_CORRUPT || primary === SQLITE_NOTADB)
    return new SeismoError(
      'STORE_DAMAGED',
      `${file} is damaged or no SQLite database (${error.message}); put a backup in its place, or move it away to begin anew`,
      { cause: error },
    );
  return new SeismoError('STORE_UNAVAILABLE', `cannot open ${file}: ${messageOf(error)}`, { cause: error });
}
