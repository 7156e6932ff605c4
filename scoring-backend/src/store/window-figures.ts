/** The figures of a window beside its counts, as columns: added to the table of windows later. */
import type { Kysely, RawBuilder } from 'kysely';
import { sql } from 'kysely';
import type { WindowFigures } from '../engine/outputs.ts';
import type { Tables } from './tables.ts';

export interface FigureColumns {
  unique_users: number | null;
  ip_entropy: number | null;
  response_time_avg: number | null;
  response_time_p95: number | null;
  template_count: number | null;
  sequence_surprise: number | null;
  bytes: number | null;
}

export const FIGURE_COLUMNS = [
  'unique_users',
  'ip_entropy',
  'response_time_avg',
  'response_time_p95',
  'template_count',
  'sequence_surprise',
  'bytes',
] as const satisfies readonly (keyof FigureColumns)[];

export async function addFigures(db: Kysely<Tables>): Promise<void> {
  for (const name of FIGURE_COLUMNS)
    await db.schema.alterTable('windows').addColumn(name, 'double precision').execute();
}

export function figureRow(figures: WindowFigures): FigureColumns {
  return {
    unique_users: figures.uniqueUsers,
    ip_entropy: figures.ipEntropy,
    response_time_avg: figures.responseTimeAvg,
    response_time_p95: figures.responseTimeP95,
    template_count: figures.templateCount,
    sequence_surprise: figures.sequenceSurprise,
    bytes: figures.bytes,
  };
}

export function figuresOf(row: FigureColumns): WindowFigures {
  return {
    uniqueUsers: row.unique_users,
    ipEntropy: row.ip_entropy,
    responseTimeAvg: row.response_time_avg,
    responseTimeP95: row.response_time_p95,
    templateCount: row.template_count,
    sequenceSurprise: row.sequence_surprise,
    bytes: row.bytes,
  };
}

/** The columns with the values of the row that replaces them. */
export function replacedFigures(): Record<keyof FigureColumns, RawBuilder<number | null>> {
  const replaced = FIGURE_COLUMNS.map((name) => [name, sql<number | null>`excluded.${sql.ref(name)}`] as const);
  return Object.fromEntries(replaced) as Record<keyof FigureColumns, RawBuilder<number | null>>;
}
