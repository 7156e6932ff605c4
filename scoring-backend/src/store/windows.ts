/** Closed windows and their verdicts: table, rows, questions. */
import type { Kysely, Selectable } from 'kysely';
import type { Reason, WindowVerdict } from '../engine/outputs.ts';
import { chunks } from './chunks.ts';
import { streamColumns, streamWhere } from './stream-columns.ts';
import type { StreamColumns, StreamFilter } from './stream-columns.ts';
import { type FigureColumns, figureRow, figuresOf, replacedFigures } from './window-figures.ts';
import type { Tables } from './tables.ts';

export interface WindowsTable extends StreamColumns, FigureColumns {
  size_ms: number;
  start_ms: number;
  records: number;
  errors: number;
  new_templates: number;
  expected_low: number;
  expected_high: number;
  magnitude: number;
  score: number;
  confidence: number;
  margin: number;
  incomplete: number;
  is_anomaly: number;
  reasons: string;
  /** When the row was written by the wall clock: retention goes by this, so that old logs read today stay for a while. */
  stored_ms: number;
}

export async function createWindows(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('windows')
    .$call(streamColumns)
    .addColumn('size_ms', 'bigint', (column) => column.notNull())
    .addColumn('start_ms', 'bigint', (column) => column.notNull())
    .addColumn('records', 'bigint', (column) => column.notNull())
    .addColumn('errors', 'bigint', (column) => column.notNull())
    .addColumn('new_templates', 'bigint', (column) => column.notNull())
    .addColumn('expected_low', 'double precision', (column) => column.notNull())
    .addColumn('expected_high', 'double precision', (column) => column.notNull())
    .addColumn('magnitude', 'double precision', (column) => column.notNull())
    .addColumn('score', 'double precision', (column) => column.notNull())
    .addColumn('confidence', 'double precision', (column) => column.notNull())
    .addColumn('margin', 'double precision', (column) => column.notNull())
    .addColumn('incomplete', 'integer', (column) => column.notNull())
    .addColumn('is_anomaly', 'integer', (column) => column.notNull())
    .addColumn('reasons', 'text', (column) => column.notNull())
    .addColumn('stored_ms', 'bigint', (column) => column.notNull())
    // Time before service: panels ask for a range of one size over all services of a tenant.
    .addPrimaryKeyConstraint('windows_key', [...WINDOW_KEY])
    .execute();
  await db.schema.createIndex('windows_stored').on('windows').columns(['size_ms', 'stored_ms']).execute();
}

const WINDOW_KEY = ['tenant', 'size_ms', 'start_ms', 'service', 'namespace', 'environment'] as const;

/**
 * Writes windows. One that comes again after a crash replaces its row, unless it is incomplete and the row is not: what
 * was known then is better than what was pieced together later.
 */
export async function saveWindows(db: Kysely<Tables>, windows: readonly WindowVerdict[], nowMs: number): Promise<void> {
  for (const chunk of chunks(windows))
    await db
      .insertInto('windows')
      .values(chunk.map((window) => windowRow(window, nowMs)))
      .onConflict((conflict) =>
        conflict
          .columns([...WINDOW_KEY])
          .doUpdateSet((row) => ({
            records: row.ref('excluded.records'),
            errors: row.ref('excluded.errors'),
            new_templates: row.ref('excluded.new_templates'),
            expected_low: row.ref('excluded.expected_low'),
            expected_high: row.ref('excluded.expected_high'),
            magnitude: row.ref('excluded.magnitude'),
            score: row.ref('excluded.score'),
            confidence: row.ref('excluded.confidence'),
            margin: row.ref('excluded.margin'),
            incomplete: row.ref('excluded.incomplete'),
            is_anomaly: row.ref('excluded.is_anomaly'),
            reasons: row.ref('excluded.reasons'),
            ...replacedFigures(),
            stored_ms: row.ref('excluded.stored_ms'),
          }))
          .where((row) => row.or([row('windows.incomplete', '=', 1), row('excluded.incomplete', '=', 0)])),
      )
      .execute();
}

export interface WindowsQuestion extends StreamFilter {
  readonly sizeMs: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Most windows answered. */
  readonly limit: number;
}

/** Windows that start in `[fromMs, toMs)`, by time. */
export async function readWindows(db: Kysely<Tables>, question: WindowsQuestion): Promise<WindowVerdict[]> {
  const rows = await db
    .selectFrom('windows')
    .selectAll()
    .where('size_ms', '=', question.sizeMs)
    .where('start_ms', '>=', question.fromMs)
    .where('start_ms', '<', question.toMs)
    .where((row) => streamWhere(row, question))
    .orderBy('start_ms')
    .orderBy('service')
    .orderBy('namespace')
    .orderBy('environment')
    .limit(question.limit)
    .execute();
  return rows.map(windowOf);
}

export interface ServicesQuestion extends WindowsQuestion {
  readonly offset: number;
}

export interface ServiceSummary {
  readonly namespace: string;
  readonly service: string;
  readonly environment: string;
  readonly records: number;
  readonly errors: number;
  readonly score: number;
  readonly margin: number;
  readonly anomalousWindows: number;
  readonly lastWindowMs: number;
}

/** What the windows of one size say about each stream of a tenant, busiest first. */
export async function readServices(db: Kysely<Tables>, question: ServicesQuestion): Promise<ServiceSummary[]> {
  const rows = await db
    .selectFrom('windows')
    .where('size_ms', '=', question.sizeMs)
    .where('start_ms', '>=', question.fromMs)
    .where('start_ms', '<', question.toMs)
    .where((row) => streamWhere(row, question))
    .groupBy(['namespace', 'service', 'environment'])
    .select((row) => [
      'namespace',
      'service',
      'environment',
      row.fn.sum<number>('records').as('records'),
      row.fn.sum<number>('errors').as('errors'),
      row.fn.max('score').as('score'),
      row.fn.max('margin').as('margin'),
      row.fn.sum<number>('is_anomaly').as('anomalousWindows'),
      row.fn.max('start_ms').as('lastWindowMs'),
    ])
    .orderBy('records', 'desc')
    .orderBy('service')
    .orderBy('namespace')
    .orderBy('environment')
    .limit(question.limit)
    .offset(question.offset)
    .execute();
  return rows;
}

/** Deletes windows of a size written before a time, about `limit` at once: rows of one write share their time and go together. */
export async function deleteWindows(
  db: Kysely<Tables>,
  sizeMs: number,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const last = await db
    .selectFrom('windows')
    .select('stored_ms')
    .where('size_ms', '=', sizeMs)
    .orderBy('stored_ms')
    .limit(1)
    .offset(limit - 1)
    .executeTakeFirst();
  const result = await db
    .deleteFrom('windows')
    .where('size_ms', '=', sizeMs)
    .where('stored_ms', '<', beforeMs)
    .$if(last !== undefined, (query) => query.where('stored_ms', '<=', last?.stored_ms ?? 0))
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

function windowRow(window: WindowVerdict, nowMs: number): Selectable<WindowsTable> {
  return {
    ...window.stream,
    size_ms: window.sizeMs,
    start_ms: window.startMs,
    records: window.records,
    errors: window.errors,
    new_templates: window.newTemplates,
    expected_low: window.expectedLow,
    expected_high: window.expectedHigh,
    magnitude: window.magnitude,
    score: window.score,
    confidence: window.confidence,
    margin: window.margin,
    incomplete: window.incomplete ? 1 : 0,
    is_anomaly: window.isAnomaly ? 1 : 0,
    reasons: JSON.stringify(window.reasons),
    ...figureRow(window.figures),
    stored_ms: nowMs,
  };
}

function windowOf(row: Selectable<WindowsTable>): WindowVerdict {
  const { tenant, namespace, service, environment } = row;
  return {
    stream: { tenant, namespace, service, environment },
    sizeMs: row.size_ms,
    startMs: row.start_ms,
    records: row.records,
    errors: row.errors,
    newTemplates: row.new_templates,
    expectedLow: row.expected_low,
    expectedHigh: row.expected_high,
    magnitude: row.magnitude,
    score: row.score,
    confidence: row.confidence,
    margin: row.margin,
    incomplete: row.incomplete === 1,
    isAnomaly: row.is_anomaly === 1,
    reasons: JSON.parse(row.reasons) as Reason[],
    figures: figuresOf(row),
  };
}
