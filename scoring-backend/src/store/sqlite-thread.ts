/**
 * The thread that owns one SQLite connection: it runs the statements it is sent, so that neither the disk nor a long
 * question holds up the thread that asks. The other end is sqlite-connection.ts.
 */
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

export interface SqliteThreadOptions {
  readonly file: string;
  readonly readOnly: boolean;
}

export interface SqlRequest {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly SQLInputValue[];
}

export type SqlAnswer =
  | { readonly id: number; readonly rows: readonly unknown[]; readonly changes: number | bigint }
  | { readonly id: number; readonly error: string; readonly sqliteCode: number };

/** Prepared statements kept; INSERTs of different lengths are different statements. */
const STATEMENTS = 64;
/** How long to wait for another process that holds the file, ms (`seismo` commands that read it, backups). */
const BUSY_MS = 5000;

if (parentPort !== null) serve(parentPort, workerData as SqliteThreadOptions);

function serve(port: NonNullable<typeof parentPort>, { file, readOnly }: SqliteThreadOptions): void {
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(file, { readOnly, timeout: BUSY_MS });
    // FULL: a checkpoint that was acknowledged is on disk, also when the power fails.
    if (!readOnly) database.exec('pragma journal_mode = wal; pragma synchronous = full');
    database.prepare('select count(*) from sqlite_master').get();
  } catch (error) {
    port.postMessage(failure(0, error));
    port.close();
    return;
  }
  const statements = new Map<string, StatementSync>();
  port.postMessage({ id: 0, rows: [], changes: 0 } satisfies SqlAnswer);
  port.on('message', ({ id, sql, parameters }: SqlRequest) => {
    if (id < 0) {
      database.close();
      port.close();
      return;
    }
    try {
      port.postMessage(run(id, prepared(database, statements, sql), parameters));
    } catch (error) {
      port.postMessage(failure(id, error));
    }
  });
}

function run(id: number, statement: StatementSync, parameters: readonly SQLInputValue[]): SqlAnswer {
  if (statement.columns().length > 0) return { id, rows: statement.all(...parameters), changes: 0 };
  return { id, rows: [], changes: statement.run(...parameters).changes };
}

function prepared(database: DatabaseSync, statements: Map<string, StatementSync>, sql: string): StatementSync {
  const known = statements.get(sql);
  const statement = known ?? database.prepare(sql);
  // A Map keeps the order of insertion: the first one is the one unused for longest.
  if (known !== undefined) statements.delete(sql);
  statements.set(sql, statement);
  if (statements.size > STATEMENTS) statements.delete(statements.keys().next().value ?? sql);
  return statement;
}

function failure(id: number, error: unknown): SqlAnswer {
  const { message, errcode } = error as Error & { errcode?: number };
  return { id, error: message, sqliteCode: errcode ?? 0 };
}
