/** One SQLite connection in a thread of its own, seen from outside: statements in, rows out, in order. */
import { Worker } from 'node:worker_threads';
import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import { messageOf } from '../errors.ts';
import { threadEnvironment } from '../thread-environment.ts';
import type { SqlAnswer, SqliteThreadOptions, SqlRequest } from './sqlite-thread.ts';

/** A statement failed. `sqliteCode` is SQLite's (extended) result code, 0 when the thread itself is gone. */
export class SqliteError extends Error {
  override readonly name = 'SqliteError';
  readonly sqliteCode: number;

  constructor(message: string, sqliteCode: number) {
    super(message);
    this.sqliteCode = sqliteCode;
  }
}

type Waiting = { readonly resolve: (answer: SqlAnswer) => void; readonly reject: (error: Error) => void };

/** Rows live for a moment only; by its own default V8 would keep many times this, in each thread. */
const YOUNG_MB = 8;
const OLD_MB = 512;

export class SqliteConnection implements DatabaseConnection {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #exited: Promise<void>;
  #lastId = 0;
  #gone: SqliteError | undefined;

  private constructor(options: SqliteThreadOptions) {
    this.#worker = new Worker(new URL('./sqlite-thread.ts', import.meta.url), {
      workerData: options,
      env: threadEnvironment(),
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: OLD_MB },
    });
    this.#worker.on('message', (answer: SqlAnswer) => this.#settle(answer));
    this.#worker.on('error', (error) => this.#end(`the store thread failed: ${messageOf(error)}`));
    this.#exited = new Promise((resolve) =>
      this.#worker.on('exit', () => {
        this.#end('the store is closed');
        resolve();
      }),
    );
  }

  /** @throws SqliteError when the file cannot be opened or is no database */
  static async open(options: SqliteThreadOptions): Promise<SqliteConnection> {
    const connection = new SqliteConnection(options);
    await new Promise<SqlAnswer>((resolve, reject) => connection.#waiting.set(0, { resolve, reject }));
    return connection;
  }

  async executeQuery<R>({ sql, parameters }: Pick<CompiledQuery, 'sql' | 'parameters'>): Promise<QueryResult<R>> {
    if (this.#gone !== undefined) throw this.#gone;
    const id = ++this.#lastId;
    const answer = await new Promise<SqlAnswer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ id, sql, parameters } as SqlRequest);
    });
    if ('error' in answer) throw new SqliteError(answer.error, answer.sqliteCode);
    return { rows: answer.rows as R[], numAffectedRows: BigInt(answer.changes) };
  }

  // Answers are bounded by a limit in every question, so nothing is streamed.
  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new SqliteError('the store answers whole results, it does not stream', 0);
  }

  /** Closes the database after the statements sent so far. */
  async close(): Promise<void> {
    if (this.#gone === undefined) this.#worker.postMessage({ id: -1, sql: '', parameters: [] } satisfies SqlRequest);
    await this.#exited;
  }

  #settle(answer: SqlAnswer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('error' in answer) waiting?.reject(new SqliteError(answer.error, answer.sqliteCode));
    else waiting?.resolve(answer);
  }

  #end(reason: string): void {
    this.#gone ??= new SqliteError(reason, 0);
    for (const { reject } of this.#waiting.values()) reject(this.#gone);
    this.#waiting.clear();
  }
}
