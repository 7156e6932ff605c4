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
  uniqueUsers: 'unique_users',
  ipEntropy: 'ip_entropy',
  responseTimeAvg: 'response_time_avg',
  responseTimeP95: 'response_time_p95',
  templateCount: 'template_count',
  sequenceSurprise: 'sequence_surprise',
  bytes: 'bytes',
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

/** The number `field` of windows that start in `[fromMs, toMs)` and have one, by time. */
export async function readSeries(db: Kysely<Tables>, question: SeriesQuestion): Promise<WindowPoint[]> {
  const column = COLUMNS[question.field];
  return (
    db
      .selectFrom('windows')
      .select(['service', 'environment', 'namespace', 'start_ms as startMs'])
      // Rows without the number are left out, so it is one.
      .select((row) => row.ref(column).$castTo<number>().as('value'))
      .where(column, 'is not', null)
      .where('size_ms', '=', question.sizeMs)
      .where('start_ms', '>=', question.fromMs)
      .where('start_ms', '<', question.toMs)
      .where((row) => streamWhere(row, question))
      .orderBy('start_ms')
      .limit(question.limit)
      .execute()
  );
}
