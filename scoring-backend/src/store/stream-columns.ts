/** The four columns that say which stream a row belongs to, and how questions narrow them. Every question names a tenant. */
import { sql } from 'kysely';
import type { CreateTableBuilder, ExpressionBuilder, ExpressionWrapper, RawBuilder, SqlBool } from 'kysely';
import type { Tables } from './tables.ts';

export interface StreamColumns {
  tenant: string;
  namespace: string;
  service: string;
  environment: string;
}

export interface StreamFilter {
  readonly tenant: string;
  /** Any of these services; left out: all. */
  readonly services?: readonly string[] | undefined;
  readonly environment?: string | undefined;
  readonly namespace?: string | undefined;
}

export const STREAM = ['tenant', 'namespace', 'service', 'environment'] as const;

export function streamColumns<T extends string, C extends string>(
  table: CreateTableBuilder<T, C>,
): CreateTableBuilder<T, C | (typeof STREAM)[number]> {
  return STREAM.reduce<CreateTableBuilder<T, C | (typeof STREAM)[number]>>(
    (grown, name) => grown.addColumn(name, 'text', (column) => column.notNull()),
    table,
  );
}

type StreamTables = 'windows' | 'anomalies' | 'templates' | 'gaps' | 'drifts' | 'budgets' | 'window_contents';

export function streamWhere<T extends StreamTables>(
  row: ExpressionBuilder<Tables, T>,
  filter: StreamFilter,
): ExpressionWrapper<Tables, T, SqlBool> {
  // Each of these tables has all these columns, whichever it is; the type of a union of tables cannot say so.
  const any = row as unknown as ExpressionBuilder<Tables, 'windows'>;
  const parts = [any('tenant', '=', filter.tenant)];
  if (filter.services !== undefined) parts.push(any('service', 'in', filter.services));
  if (filter.environment !== undefined) parts.push(any('environment', '=', filter.environment));
  if (filter.namespace !== undefined) parts.push(any('namespace', '=', filter.namespace));
  return any.and(parts) as unknown as ExpressionWrapper<Tables, T, SqlBool>;
}

/** Does a column hold this text, as it is written? LIKE would differ between the engines, in case and in wildcards. */
export function contains(column: 'text' | 'template' | 'reasons', text: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`replace(${sql.ref(column)}, ${text}, '') <> ${sql.ref(column)}`;
}
