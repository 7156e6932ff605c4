/** Anomalies with their evidence: table, rows, questions. */
import type { Kysely, Selectable } from 'kysely';
import type { Anomaly, ExampleLine, Reason } from '../engine/outputs.ts';
import type { Explanation } from '../explain/explanation.ts';
import { chunks } from './chunks.ts';
import { contains, streamColumns, streamWhere } from './stream-columns.ts';
import type { StreamColumns, StreamFilter } from './stream-columns.ts';
import type { Tables } from './tables.ts';

export interface AnomaliesTable extends StreamColumns {
  id: string;
  unit: Anomaly['unit'];
  start_ms: number;
  end_ms: number;
  magnitude: number;
  score: number;
  confidence: number;
  margin: number;
  reasons: string;
  template_id: string;
  template: string;
  examples: string;
  /** '' where there is none. */
  explanation: string;
  model: string;
  /** When the row was written by the wall clock, for retention. */
  stored_ms: number;
}

export async function createAnomalies(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('anomalies')
    .$call(streamColumns)
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('unit', 'text', (column) => column.notNull())
    .addColumn('start_ms', 'bigint', (column) => column.notNull())
    .addColumn('end_ms', 'bigint', (column) => column.notNull())
    .addColumn('magnitude', 'double precision', (column) => column.notNull())
    .addColumn('score', 'double precision', (column) => column.notNull())
    .addColumn('confidence', 'double precision', (column) => column.notNull())
    .addColumn('margin', 'double precision', (column) => column.notNull())
    .addColumn('reasons', 'text', (column) => column.notNull())
    .addColumn('template_id', 'text', (column) => column.notNull())
    .addColumn('template', 'text', (column) => column.notNull())
    .addColumn('examples', 'text', (column) => column.notNull())
    .addColumn('model', 'text', (column) => column.notNull())
    .addColumn('stored_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('anomalies_key', ['tenant', 'id'])
    .execute();
  await db.schema.createIndex('anomalies_time').on('anomalies').columns(['tenant', 'start_ms']).execute();
  await db.schema.createIndex('anomalies_stored').on('anomalies').columns(['stored_ms']).execute();
}

/** The explanation came later than the table. */
export async function addExplanation(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .alterTable('anomalies')
    .addColumn('explanation', 'text', (column) => column.notNull().defaultTo(''))
    .execute();
}

/** Writes anomalies; one that is found again in a replay of the same records has the same id and is already there. */
export async function saveAnomalies(db: Kysely<Tables>, anomalies: readonly Anomaly[], nowMs: number): Promise<void> {
  for (const chunk of chunks(anomalies))
    await db
      .insertInto('anomalies')
      .values(chunk.map((anomaly) => anomalyRow(anomaly, nowMs)))
      .onConflict((conflict) => conflict.columns(['tenant', 'id']).doNothing())
      .execute();
}

export interface AnomaliesQuestion extends StreamFilter {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly unit?: Anomaly['unit'] | undefined;
  readonly minMargin?: number | undefined;
  /** Part of the reasons or the template, as it is written. */
  readonly search?: string | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** Anomalies that start in `[fromMs, toMs)`, latest first. */
export async function readAnomalies(db: Kysely<Tables>, question: AnomaliesQuestion): Promise<Anomaly[]> {
  const { fromMs, toMs, unit, minMargin, search } = question;
  const rows = await db
    .selectFrom('anomalies')
    .selectAll()
    .where((row) => streamWhere(row, question))
    .$if(fromMs !== undefined, (query) => query.where('start_ms', '>=', fromMs as number))
    .$if(toMs !== undefined, (query) => query.where('start_ms', '<', toMs as number))
    .$if(unit !== undefined, (query) => query.where('unit', '=', unit as Anomaly['unit']))
    .$if(minMargin !== undefined, (query) => query.where('margin', '>=', minMargin as number))
    .$if(search !== undefined, (query) =>
      query.where((row) => row.or([contains('reasons', search as string), contains('template', search as string)])),
    )
    .orderBy('start_ms', 'desc')
    .orderBy('id')
    .limit(question.limit)
    .offset(question.offset)
    .execute();
  return rows.map(anomalyOf);
}

/** Deletes anomalies written before a time. */
export async function deleteAnomalies(db: Kysely<Tables>, beforeMs: number): Promise<number> {
  const result = await db.deleteFrom('anomalies').where('stored_ms', '<', beforeMs).executeTakeFirst();
  return Number(result.numDeletedRows);
}

function anomalyRow(anomaly: Anomaly, nowMs: number): Selectable<AnomaliesTable> {
  return {
    ...anomaly.stream,
    id: anomaly.id,
    unit: anomaly.unit,
    start_ms: anomaly.startMs,
    end_ms: anomaly.endMs,
    magnitude: anomaly.magnitude,
    score: anomaly.score,
    confidence: anomaly.confidence,
    margin: anomaly.margin,
    reasons: JSON.stringify(anomaly.reasons),
    template_id: anomaly.templateId,
    template: anomaly.template,
    examples: JSON.stringify(anomaly.examples),
    explanation: anomaly.explanation === undefined ? '' : JSON.stringify(anomaly.explanation),
    model: anomaly.model,
    stored_ms: nowMs,
  };
}

function anomalyOf(row: Selectable<AnomaliesTable>): Anomaly {
  const { tenant, namespace, service, environment } = row;
  return {
    id: row.id,
    stream: { tenant, namespace, service, environment },
    unit: row.unit,
    startMs: row.start_ms,
    endMs: row.end_ms,
    magnitude: row.magnitude,
    score: row.score,
    confidence: row.confidence,
    margin: row.margin,
    reasons: JSON.parse(row.reasons) as Reason[],
    templateId: row.template_id,
    template: row.template,
    examples: JSON.parse(row.examples) as ExampleLine[],
    ...(row.explanation === '' ? {} : { explanation: JSON.parse(row.explanation) as Explanation }),
    model: row.model,
  };
}
