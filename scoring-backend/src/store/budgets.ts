/** What the budget promised each stream in each week, and what it got: table, rows, questions. */
import type { Kysely } from 'kysely';
import type { BudgetOfKind, BudgetWeek } from '../engine/outputs.ts';
import { chunks } from './chunks.ts';
import { STREAM, streamColumns, streamWhere } from './stream-columns.ts';
import type { StreamColumns, StreamFilter } from './stream-columns.ts';
import type { Tables } from './tables.ts';

export interface BudgetsTable extends StreamColumns {
  week_ms: number;
  from_ms: number;
  to_ms: number;
  promised: number;
  actual: number;
  /** By kind of unit, as JSON. */
  kinds: string;
  stored_ms: number;
}

export async function createBudgets(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createTable('budgets')
    .$call(streamColumns)
    .addColumn('week_ms', 'bigint', (column) => column.notNull())
    .addColumn('from_ms', 'bigint', (column) => column.notNull())
    .addColumn('to_ms', 'bigint', (column) => column.notNull())
    .addColumn('promised', 'double precision', (column) => column.notNull())
    .addColumn('actual', 'bigint', (column) => column.notNull())
    .addColumn('kinds', 'text', (column) => column.notNull())
    .addColumn('stored_ms', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('budgets_key', [...STREAM, 'week_ms'])
    .execute();
}

/** Writes weeks; the totals of one that is known replace what was known. */
export async function saveBudgets(db: Kysely<Tables>, budgets: readonly BudgetWeek[], nowMs: number): Promise<void> {
  for (const chunk of chunks(budgets))
    await db
      .insertInto('budgets')
      .values(
        chunk.map(({ stream, weekMs, fromMs, toMs, promised, actual, kinds }) => ({
          ...stream,
          ...{ week_ms: weekMs, from_ms: fromMs, to_ms: toMs, promised, actual },
          ...{ kinds: JSON.stringify(kinds), stored_ms: nowMs },
        })),
      )
      .onConflict((conflict) =>
        conflict.columns([...STREAM, 'week_ms']).doUpdateSet((row) => ({
          from_ms: row.ref('excluded.from_ms'),
          to_ms: row.ref('excluded.to_ms'),
          promised: row.ref('excluded.promised'),
          actual: row.ref('excluded.actual'),
          kinds: row.ref('excluded.kinds'),
          stored_ms: row.ref('excluded.stored_ms'),
        })),
      )
      .execute();
}

export interface BudgetsQuestion extends StreamFilter {
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** Weeks in which something of `[fromMs, toMs)` was watched, latest first. */
export async function readBudgets(db: Kysely<Tables>, question: BudgetsQuestion): Promise<BudgetWeek[]> {
  const { fromMs, toMs } = question;
  const rows = await db
    .selectFrom('budgets')
    .selectAll()
    .where((row) => streamWhere(row, question))
    .$if(fromMs !== undefined, (query) => query.where('to_ms', '>', fromMs as number))
    .$if(toMs !== undefined, (query) => query.where('from_ms', '<', toMs as number))
    .orderBy('week_ms', 'desc')
    .orderBy('service')
    .orderBy('environment')
    .orderBy('namespace')
    .limit(question.limit)
    .offset(question.offset)
    .execute();
  return rows.map(({ tenant, namespace, service, environment, week_ms, from_ms, to_ms, promised, actual, kinds }) => ({
    stream: { tenant, namespace, service, environment },
    ...{ weekMs: week_ms, fromMs: from_ms, toMs: to_ms, promised, actual },
    kinds: JSON.parse(kinds) as BudgetOfKind[],
  }));
}

/** Deletes weeks written before a time. */
export async function deleteBudgets(db: Kysely<Tables>, beforeMs: number): Promise<number> {
  const result = await db.deleteFrom('budgets').where('stored_ms', '<', beforeMs).executeTakeFirst();
  return Number(result.numDeletedRows);
}
