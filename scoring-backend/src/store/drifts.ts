/** Changes of what a stream is like: table, rows, questions. */
import type { Kysely } from 'kysely';
import type { CorrelationDetail } from '../engine/correlation-detail.ts';
import type { Drift, ReleaseDetail } from '../engine/outputs.ts';
import { chunks } from './chunks.ts';
import { STREAM, streamColumns, streamWhere } from './stream-columns.ts';
import type { StreamColumns, StreamFilter } from './stream-columns.ts';
import type { Tables } from './tables.ts';

export interface DriftsTable extends StreamColumns {
  time_ms: number;
  since_ms: number;
  figure: Drift['figure'];
  test: Drift['test'];
  shift: number;
  /** What a release brought, as JSON; '' for other drifts. */
  release: string;
  /** From whom it has parted, as JSON, and that one's service; '' for other drifts. */
  correlation: string;
  other_service: string;
  stored_ms: number;
}

export async function createDrifts(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('drifts')
    .$call(streamColumns)
    .addColumn('time_ms', 'bigint', (column) => column.notNull())
    .addColumn('since_ms', 'bigint', (column) => column.notNull())
    .addColumn('figure', 'text', (column) => column.notNull())
    .addColumn('test', 'text', (column) => column.notNull())
    .addColumn('shift', 'double precision', (column) => column.notNull())
    .addColumn('stored_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('drifts_key', [...STREAM, 'time_ms', 'figure'])
    .execute();
  await db.schema.createIndex('drifts_time').on('drifts').columns(['tenant', 'time_ms']).execute();
}

export async function addRelease(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .alterTable('drifts')
    .addColumn('release', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
}

export async function addCorrelation(db: Kysely<Tables>): Promise<void> {
  for (const name of ['correlation', 'other_service'] as const)
    await db.schema
      .alterTable('drifts')
      .addColumn(name, 'text', (column) => column.notNull().defaultTo(''))
      .execute();
}

/** Writes drifts; one that is found again in a replay of the same records is already there. */
export async function saveDrifts(db: Kysely<Tables>, drifts: readonly Drift[], nowMs: number): Promise<void> {
  for (const chunk of chunks(drifts))
    await db
      .insertInto('drifts')
      .values(
        chunk.map(({ stream, timeMs, sinceMs, figure, test, shift, release, correlation }) => ({
          ...stream,
          ...{ time_ms: timeMs, since_ms: sinceMs, figure, test, shift, stored_ms: nowMs },
          release: release === undefined ? '' : JSON.stringify(release),
          correlation: correlation === undefined ? '' : JSON.stringify(correlation),
          other_service: correlation?.with.service ?? '',
        })),
      )
      .onConflict((conflict) => conflict.columns([...STREAM, 'time_ms', 'figure']).doNothing())
      .execute();
}

export interface DriftsQuestion extends StreamFilter {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** Drifts found in `[fromMs, toMs)`, latest first; a change between two services is one of either. */
export async function readDrifts(db: Kysely<Tables>, question: DriftsQuestion): Promise<Drift[]> {
  const { fromMs, toMs } = question;
  const rows = await db
    .selectFrom('drifts')
    .selectAll()
    .where((row) => {
      const { services, ...rest } = question;
      if (services === undefined) return streamWhere(row, question);
      return row.and([
        streamWhere(row, rest),
        row.or([row('service', 'in', services), row('other_service', 'in', services)]),
      ]);
    })
    .$if(fromMs !== undefined, (query) => query.where('time_ms', '>=', fromMs as number))
    .$if(toMs !== undefined, (query) => query.where('time_ms', '<', toMs as number))
    .orderBy('time_ms', 'desc')
    .orderBy('service')
    .orderBy('environment')
    .orderBy('namespace')
    .orderBy('figure')
    .limit(question.limit)
    .offset(question.offset)
    .execute();
  return rows.map((row) => {
    const { tenant, namespace, service, environment, figure, test, shift, release, correlation } = row;
    return {
      stream: { tenant, namespace, service, environment },
      ...{ timeMs: row.time_ms, sinceMs: row.since_ms, figure, test, shift },
      ...(release === '' ? {} : { release: JSON.parse(release) as ReleaseDetail }),
      ...(correlation === '' ? {} : { correlation: JSON.parse(correlation) as CorrelationDetail }),
    };
  });
}

/** Deletes drifts written before a time. */
export async function deleteDrifts(db: Kysely<Tables>, beforeMs: number): Promise<number> {
  const result = await db.deleteFrom('drifts').where('stored_ms', '<', beforeMs).executeTakeFirst();
  return Number(result.numDeletedRows);
}
