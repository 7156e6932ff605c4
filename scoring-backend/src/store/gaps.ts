/** Event time of a stream during which records may have been seen but are not counted: table, rows, questions. */
import type { Kysely } from 'kysely';
import type { Gap } from '../engine/outputs.ts';
import { chunks } from './chunks.ts';
import { STREAM, streamColumns, streamWhere } from './stream-columns.ts';
import type { StreamColumns, StreamFilter } from './stream-columns.ts';
import type { Tables } from './tables.ts';

export interface GapsTable extends StreamColumns {
  from_ms: number;
  to_ms: number;
  stored_ms: number;
}

export async function createGaps(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('gaps')
    .$call(streamColumns)
    .addColumn('from_ms', 'bigint', (column) => column.notNull())
    .addColumn('to_ms', 'bigint', (column) => column.notNull())
    .addColumn('stored_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('gaps_key', [...STREAM, 'from_ms'])
    .execute();
}

/** Writes gaps; one that begins at the same time as a known one grows to the later end. */
export async function saveGaps(db: Kysely<Tables>, gaps: readonly Gap[], nowMs: number): Promise<void> {
  for (const chunk of chunks(gaps))
    await db
      .insertInto('gaps')
      .values(chunk.map(({ stream, fromMs, toMs }) => ({ ...stream, from_ms: fromMs, to_ms: toMs, stored_ms: nowMs })))
      .onConflict((conflict) =>
        conflict
          .columns([...STREAM, 'from_ms'])
          .doUpdateSet((row) => ({ to_ms: row.ref('excluded.to_ms') }))
          .whereRef('gaps.to_ms', '<', 'excluded.to_ms'),
      )
      .execute();
}

export interface GapsQuestion extends StreamFilter {
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
}

/** Gaps that touch `[fromMs, toMs)`, by time. */
export async function readGaps(db: Kysely<Tables>, question: GapsQuestion): Promise<Gap[]> {
  const rows = await db
    .selectFrom('gaps')
    .selectAll()
    .where((row) => streamWhere(row, question))
    .where('to_ms', '>=', question.fromMs)
    .where('from_ms', '<', question.toMs)
    .orderBy('from_ms')
    .limit(question.limit)
    .execute();
  return rows.map(({ tenant, namespace, service, environment, from_ms, to_ms }) => ({
    stream: { tenant, namespace, service, environment },
    fromMs: from_ms,
    toMs: to_ms,
  }));
}

/** Deletes gaps written before a time. */
export async function deleteGaps(db: Kysely<Tables>, beforeMs: number): Promise<number> {
  const result = await db.deleteFrom('gaps').where('stored_ms', '<', beforeMs).executeTakeFirst();
  return Number(result.numDeletedRows);
}
