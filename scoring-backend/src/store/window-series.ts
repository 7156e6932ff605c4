/** One number of the windows over time, without the rest of them: what a panel draws. */
import type { Kysely } from 'kysely';
import { streamWhere } from './stream-columns.ts';
import type { Tables } from './tables.ts';
import type { WindowsQuestion, WindowsTable } from './windows.ts';

const COLUMNS = {
  score: 'score',
  margin: 'margin',
  magnitude: 'magnitude',
  confidence: 'confidence',
  records: 'records',
  errors: 'errors',
  newTemplates: 'new_templates',
  expectedLow: 'expected_low',
  expectedHigh: 'expected_high',
} as const satisfies Record<string, keyof WindowsTable>;

export interface SeriesQuestion extends WindowsQuestion {
  readonly field: keyof typeof COLUMNS;
}

export interface WindowPoint {
  readonly service: string;
  readonly environment: string;
  readonly namespace: string;
  readonly startMs: number;
  readonly value: number;
}

/** The number `field` of windows that start in `[fromMs, toMs)`, by time. */
export async function readSeries(db: Kysely<Tables>, question: SeriesQuestion): Promise<WindowPoint[]> {
  return db
    .selectFrom('windows')
    .select(['service', 'environment', 'namespace', 'start_ms as startMs', `${COLUMNS[question.field]} as value`])
    .where('size_ms', '=', question.sizeMs)
    .where('start_ms', '>=', question.fromMs)
    .where('start_ms', '<', question.toMs)
    .where((row) => streamWhere(row, question))
    .orderBy('start_ms')
    .limit(question.limit)
    .execute();
}
