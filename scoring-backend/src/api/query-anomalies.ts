/** Query type `anomalies`: a table, latest first. */
import type { Anomaly } from '../engine/outputs.ts';
import type { ApiContext } from './context.ts';
import { streamsOf } from './query-range.ts';
import type { Asked } from './query-range.ts';
import { numbers, rowTable, texts, times } from './row-table.ts';
import type { RowColumn } from './row-table.ts';
import type { Query, WireFrame } from './types.ts';

const SHARE = { min: 0, max: 1 };

const COLUMNS: readonly RowColumn<Anomaly>[] = [
  times('time', ({ startMs }) => startMs),
  texts('service', ({ stream }) => stream.service),
  texts('reason', ({ reasons }) => reasons.map(({ text }) => text).join('; ')),
  numbers('score', ({ score }) => score, SHARE),
  numbers('magnitude', ({ magnitude }) => magnitude),
  numbers('margin', ({ margin }) => margin),
  numbers('confidence', ({ confidence }) => confidence, SHARE),
  texts('unit', ({ unit }) => unit),
  times('timeEnd', ({ endMs }) => endMs),
  texts('environment', ({ stream }) => stream.environment),
  texts('namespace', ({ stream }) => stream.namespace),
  texts('check', ({ explanation }) => explanation?.check?.text ?? ''),
  texts('template', ({ template }) => template),
  texts('example', ({ examples }) => examples[0]?.text ?? ''),
  texts('templateId', ({ templateId }) => templateId),
  texts('id', ({ id }) => id),
];

export async function anomaliesFrames({ store }: ApiContext, query: Query, asked: Asked): Promise<WireFrame[]> {
  const { refId, limit, minMargin, search } = query;
  const streams = streamsOf(query, asked.tenant);
  const rows = await store.anomalies({ ...streams, ...asked, minMargin, search, limit: limit + 1, offset: 0 });
  return rowTable({ refId, name: 'anomalies', limit, what: 'latest anomalies' }, rows, COLUMNS);
}
