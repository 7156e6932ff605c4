/** Tables made from rows: a column is a name and what it takes of each row. */
import { numberColumn, tableFrame, textColumn, timeColumn } from './frames.ts';
import type { Column, Notice } from './frames.ts';
import type { WireFrame } from './types.ts';

/** A column of a table whose rows are `R`. */
export type RowColumn<R> = (rows: readonly R[]) => Column;

/** Times, ms since the epoch. */
export function times<R>(name: string, of: (row: R) => number): RowColumn<R> {
  return (rows) => timeColumn(name, rows.map(of));
}

export function numbers<R>(name: string, of: (row: R) => number, config?: Record<string, unknown>): RowColumn<R> {
  return (rows) => numberColumn(name, rows.map(of), config);
}

export function texts<R>(name: string, of: (row: R) => string): RowColumn<R> {
  return (rows) => textColumn(name, rows.map(of));
}

interface Limited {
  readonly refId: string;
  readonly name: string;
  readonly limit: number;
  /** What is shown when there is more: 'latest anomalies'. */
  readonly what: string;
}

/**
 * No frame without rows, else one with the first `limit` of them.
 * @param rows one more than `limit` says that there are more
 */
export function rowTable<R>(table: Limited, rows: readonly R[], columns: readonly RowColumn<R>[]): WireFrame[] {
  const { refId, name, limit, what } = table;
  const shown = rows.slice(0, limit);
  if (shown.length === 0) return [];
  const made = columns.map((column) => column(shown));
  return [tableFrame(refId, name, tooMany(rows.length, limit, what), made)];
}

/** A notice when there is more than is shown. */
export function tooMany(found: number, limit: number, what: string): Notice[] {
  if (found <= limit) return [];
  return [{ severity: 'info', text: `Only the ${limit} ${what} are shown: there are more.` }];
}
