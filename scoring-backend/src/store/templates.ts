/** The template catalogue of every stream: table, rows, questions. */
import type { Kysely, Selectable } from 'kysely';
import type { CatalogueChange, TemplateRow } from '../engine/outputs.ts';
import type { StreamIdentity } from '../engine/stream-identity.ts';
import { chunks } from './chunks.ts';
import { STREAM, contains, streamColumns, streamWhere } from './stream-columns.ts';
import type { StreamColumns, StreamFilter } from './stream-columns.ts';
import type { Tables } from './tables.ts';

export interface TemplatesTable extends StreamColumns {
  id: string;
  text: string;
  count: number;
  first_seen_ms: number;
  last_seen_ms: number;
  superseded_by: string;
  example: string;
  /** When the row was written by the wall clock, for retention. */
  stored_ms: number;
}

export async function createTemplates(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('templates')
    .$call(streamColumns)
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('text', 'text', (column) => column.notNull())
    .addColumn('count', 'bigint', (column) => column.notNull())
    .addColumn('first_seen_ms', 'bigint', (column) => column.notNull())
    .addColumn('last_seen_ms', 'bigint', (column) => column.notNull())
    .addColumn('superseded_by', 'text', (column) => column.notNull())
    .addColumn('example', 'text', (column) => column.notNull())
    .addColumn('stored_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('templates_key', [...STREAM, 'id'])
    .execute();
  await db.schema.createIndex('templates_stored').on('templates').columns(['stored_ms']).execute();
}

/** Writes rows of the catalogue as they are now; counts are totals. */
export async function saveTemplates(
  db: Kysely<Tables>,
  changes: readonly CatalogueChange[],
  nowMs: number,
): Promise<void> {
  const rows = changes.flatMap(({ stream, rows }) => rows.map((row) => templateRow(stream, row, nowMs)));
  for (const chunk of chunks(rows))
    await db
      .insertInto('templates')
      .values(chunk)
      .onConflict((conflict) =>
        conflict.columns([...STREAM, 'id']).doUpdateSet((row) => ({
          text: row.ref('excluded.text'),
          count: row.ref('excluded.count'),
          first_seen_ms: row.ref('excluded.first_seen_ms'),
          last_seen_ms: row.ref('excluded.last_seen_ms'),
          superseded_by: row.ref('excluded.superseded_by'),
          example: row.ref('excluded.example'),
          stored_ms: row.ref('excluded.stored_ms'),
        })),
      )
      .execute();
}

export interface TemplatesQuestion extends StreamFilter {
  /** Last seen at or after. */
  readonly fromMs?: number | undefined;
  /** First seen before. */
  readonly toMs?: number | undefined;
  /** Part of the text, as it is written. */
  readonly search?: string | undefined;
  readonly order: 'count' | 'firstSeen' | 'lastSeen';
  readonly limit: number;
  readonly offset: number;
}

export interface StoredTemplate extends TemplateRow {
  readonly stream: StreamIdentity;
}

/** SQLite takes 32,766 parameters a statement. */
const IDS_PER_QUESTION = 1000;
const ORDER = { count: 'count', firstSeen: 'first_seen_ms', lastSeen: 'last_seen_ms' } as const;

/** Templates, most frequent or latest first. */
export async function readTemplates(db: Kysely<Tables>, question: TemplatesQuestion): Promise<StoredTemplate[]> {
  const { fromMs, toMs, search } = question;
  const rows = await db
    .selectFrom('templates')
    .selectAll()
    .where((row) => streamWhere(row, question))
    .$if(fromMs !== undefined, (query) => query.where('last_seen_ms', '>=', fromMs as number))
    .$if(toMs !== undefined, (query) => query.where('first_seen_ms', '<', toMs as number))
    .$if(search !== undefined, (query) => query.where(contains('text', search as string)))
    .orderBy(ORDER[question.order], 'desc')
    .orderBy('service')
    .orderBy('id')
    .limit(question.limit)
    .offset(question.offset)
    .execute();
  return rows.map(templateOf);
}

/** The texts of templates of one stream, by id; what is not in the catalogue (yet, or any more) is missing. */
export async function readTemplateTexts(
  db: Kysely<Tables>,
  stream: StreamIdentity,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const chunk of chunks(ids, IDS_PER_QUESTION)) {
    const rows = await db
      .selectFrom('templates')
      .select(['id', 'text'])
      .where('tenant', '=', stream.tenant)
      .where('namespace', '=', stream.namespace)
      .where('service', '=', stream.service)
      .where('environment', '=', stream.environment)
      .where('id', 'in', chunk)
      .execute();
    for (const { id, text } of rows) texts.set(id, text);
  }
  return texts;
}

/** Deletes templates not written since a time. */
export async function deleteTemplates(db: Kysely<Tables>, beforeMs: number): Promise<number> {
  const result = await db.deleteFrom('templates').where('stored_ms', '<', beforeMs).executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** The time before which rows have to go so that at most `max` stay; undefined when there are not more. */
export async function templatesBound(db: Kysely<Tables>, max: number): Promise<number | undefined> {
  const row = await db
    .selectFrom('templates')
    .select('stored_ms')
    .orderBy('stored_ms', 'desc')
    .limit(1)
    .offset(max)
    .executeTakeFirst();
  return row === undefined ? undefined : row.stored_ms + 1;
}

function templateRow(stream: StreamIdentity, row: TemplateRow, nowMs: number): Selectable<TemplatesTable> {
  return {
    ...stream,
    id: row.id,
    text: row.text,
    count: row.count,
    first_seen_ms: row.firstSeenMs,
    last_seen_ms: row.lastSeenMs,
    superseded_by: row.supersededBy,
    example: row.example,
    stored_ms: nowMs,
  };
}

function templateOf(row: Selectable<TemplatesTable>): StoredTemplate {
  const { tenant, namespace, service, environment } = row;
  return {
    stream: { tenant, namespace, service, environment },
    id: row.id,
    text: row.text,
    count: row.count,
    firstSeenMs: row.first_seen_ms,
    lastSeenMs: row.last_seen_ms,
    supersededBy: row.superseded_by,
    example: row.example,
  };
}
