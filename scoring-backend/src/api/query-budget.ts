/** Query types `budget` (a row per service, week and kind of unit) and `drift`: tables, latest first. */
import type { BudgetOfKind, BudgetWeek, Drift } from '../engine/outputs.ts';
import { driftText } from '../explain/drift-text.ts';
import { ACTUAL_IS_A_BOUND } from './budget.ts';
import type { ApiContext } from './context.ts';
import { streamsOf } from './query-range.ts';
import type { Asked } from './query-range.ts';
import { numbers, rowTable, texts, times } from './row-table.ts';
import type { RowColumn } from './row-table.ts';
import type { Query, WireFrame } from './types.ts';

/** The total of a week has no kind. */
interface Row extends Pick<BudgetWeek, 'stream' | 'weekMs' | 'fromMs' | 'toMs'> {
  readonly kind: string;
  readonly promised: number;
  readonly actual: number;
  readonly magnitude: number | null;
}

const BUDGET: readonly RowColumn<Row>[] = [
  times('week', ({ weekMs }) => weekMs),
  texts('service', ({ stream }) => stream.service),
  texts('unit', ({ kind }) => kind),
  numbers('promised', ({ promised }) => promised),
  numbers('actual', ({ actual }) => actual, { description: ACTUAL_IS_A_BOUND }),
  // JSON has no NaN; as a number it is a gap.
  numbers('magnitude', ({ magnitude }) => magnitude ?? NaN),
  times('from', ({ fromMs }) => fromMs),
  times('to', ({ toMs }) => toMs),
  texts('environment', ({ stream }) => stream.environment),
  texts('namespace', ({ stream }) => stream.namespace),
];

const DRIFT: readonly RowColumn<Drift>[] = [
  times('time', ({ timeMs }) => timeMs),
  texts('service', ({ stream }) => stream.service),
  texts('what', driftText),
  texts('figure', ({ figure }) => figure),
  numbers('shift', ({ shift }) => shift),
  texts('test', ({ test }) => test),
  times('since', ({ sinceMs }) => sinceMs),
  texts('environment', ({ stream }) => stream.environment),
  texts('namespace', ({ stream }) => stream.namespace),
];

export async function budgetFrames({ store }: ApiContext, query: Query, asked: Asked): Promise<WireFrame[]> {
  const { refId, limit } = query;
  const weeks = await store.budgets({ ...streamsOf(query, asked.tenant), ...asked, limit: limit + 1, offset: 0 });
  return rowTable({ refId, name: 'budget', limit, what: 'latest rows' }, weeks.flatMap(rowsOf), BUDGET);
}

export async function driftFrames({ store }: ApiContext, query: Query, asked: Asked): Promise<WireFrame[]> {
  const { refId, limit } = query;
  const rows = await store.drifts({ ...streamsOf(query, asked.tenant), ...asked, limit: limit + 1, offset: 0 });
  return rowTable({ refId, name: 'drift', limit, what: 'latest drifts' }, rows, DRIFT);
}

function rowsOf({ stream, weekMs, fromMs, toMs, promised, actual, kinds }: BudgetWeek): Row[] {
  const week = { stream, weekMs, fromMs, toMs };
  const total = { ...week, kind: 'all', promised, actual, magnitude: null };
  return [total, ...kinds.map((of) => ({ ...week, ...of, kind: kindName(of) }))];
}

function kindName({ unit, sizeMs }: BudgetOfKind): string {
  if (unit !== 'window') return unit;
  return sizeMs < 60_000 ? `window ${sizeMs / 1000} s` : `window ${sizeMs / 60_000} min`;
}
