/**
 * What closed windows held: table, rows, questions. A table beside that of the windows, since few windows have a row here
 * and the rows are large.
 */
import type { Kysely } from 'kysely';
import type { WindowContents, WindowTemplate, WindowVerdict } from '../engine/outputs.ts';
import type { StreamIdentity } from '../engine/stream-identity.ts';
import { chunks } from './chunks.ts';
import { streamColumns, streamWhere } from './stream-columns.ts';
import type { StreamColumns } from './stream-columns.ts';
import type { Tables } from './tables.ts';
import type { WindowsQuestion } from './windows.ts';

export interface WindowContentsTable extends StreamColumns {
  size_ms: number;
  start_ms: number;
  incomplete: number;
  /** Was it an anomaly, or had it reasons? Such rows are kept longer. */
  telling: number;
  /** As JSON: [id, count, expected] each. */
  templates: string;
  other_templates: number;
  other_records: number;
  /** As JSON: numbers. */
  log_vector: string;
  stored_ms: number;
}

export async function createWindowContents(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('window_contents')
    .$call(streamColumns)
    .addColumn('size_ms', 'bigint', (column) => column.notNull())
    .addColumn('start_ms', 'bigint', (column) => column.notNull())
    .addColumn('incomplete', 'integer', (column) => column.notNull())
    .addColumn('telling', 'integer', (column) => column.notNull())
    .addColumn('templates', 'text', (column) => column.notNull())
    .addColumn('other_templates', 'bigint', (column) => column.notNull())
    .addColumn('other_records', 'bigint', (column) => column.notNull())
    .addColumn('log_vector', 'text', (column) => column.notNull())
    .addColumn('stored_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('window_contents_key', [...KEY])
    .execute();
  await db.schema
    .createIndex('window_contents_stored')
    .on('window_contents')
    .columns(['telling', 'stored_ms'])
    .execute();
}

const KEY = ['tenant', 'size_ms', 'start_ms', 'service', 'namespace', 'environment'] as const;

/** Writes what is told of windows; one that comes again replaces its row as it does in the table of windows. */
export async function saveWindowContents(
  db: Kysely<Tables>,
  windows: readonly WindowVerdict[],
  nowMs: number,
): Promise<void> {
  const rows = windows.flatMap((window) =>
    window.contents === undefined ? [] : [rowOf(window, window.contents, nowMs)],
  );
  for (const chunk of chunks(rows))
    await db
      .insertInto('window_contents')
      .values(chunk)
      .onConflict((conflict) =>
        conflict
          .columns([...KEY])
          .doUpdateSet((row) => ({
            incomplete: row.ref('excluded.incomplete'),
            telling: row.ref('excluded.telling'),
            templates: row.ref('excluded.templates'),
            other_templates: row.ref('excluded.other_templates'),
            other_records: row.ref('excluded.other_records'),
            log_vector: row.ref('excluded.log_vector'),
            stored_ms: row.ref('excluded.stored_ms'),
          }))
          .where((row) => row.or([row('window_contents.incomplete', '=', 1), row('excluded.incomplete', '=', 0)])),
      )
      .execute();
}

/** What a window held, and which one it was. */
export interface StoredContents extends WindowContents {
  readonly stream: StreamIdentity;
  readonly startMs: number;
}

/** What is kept of windows that start in `[fromMs, toMs)`, latest first. */
export async function readWindowContents(db: Kysely<Tables>, question: WindowsQuestion): Promise<StoredContents[]> {
  const rows = await db
    .selectFrom('window_contents')
    .selectAll()
    .where('size_ms', '=', question.sizeMs)
    .where('start_ms', '>=', question.fromMs)
    .where('start_ms', '<', question.toMs)
    .where((row) => streamWhere(row, question))
    .orderBy('start_ms', 'desc')
    .orderBy('service')
    .orderBy('namespace')
    .orderBy('environment')
    .limit(question.limit)
    .execute();
  return rows.map(({ tenant, namespace, service, environment, ...row }) => ({
    stream: { tenant, namespace, service, environment },
    startMs: row.start_ms,
    templates: (JSON.parse(row.templates) as [string, number, number | null][]).map(
      ([id, count, expected]): WindowTemplate => ({ id, count, expected }),
    ),
    otherTemplates: row.other_templates,
    otherRecords: row.other_records,
    logVector: JSON.parse(row.log_vector) as number[],
  }));
}

/** Deletes rows written before a time: those of windows with reasons (`telling`), or the others. */
export async function deleteWindowContents(db: Kysely<Tables>, telling: boolean, beforeMs: number): Promise<number> {
  const result = await db
    .deleteFrom('window_contents')
    .where('telling', '=', telling ? 1 : 0)
    .where('stored_ms', '<', beforeMs)
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

function rowOf(window: WindowVerdict, contents: WindowContents, nowMs: number): WindowContentsTable {
  return {
    ...window.stream,
    size_ms: window.sizeMs,
    start_ms: window.startMs,
    incomplete: window.incomplete ? 1 : 0,
    telling: window.isAnomaly || window.reasons.some(({ kind }) => kind !== 'learning') ? 1 : 0,
    templates: JSON.stringify(contents.templates.map(({ id, count, expected }) => [id, count, expected])),
    other_templates: contents.otherTemplates,
    other_records: contents.otherRecords,
    log_vector: JSON.stringify(contents.logVector),
    stored_ms: nowMs,
  };
}
