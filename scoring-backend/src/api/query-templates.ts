/** Query type `templates`: those seen in the time range as a table, most frequent first. */
import type { StoredTemplate } from '../store/templates.ts';
import type { ApiContext } from './context.ts';
import { streamsOf } from './query-range.ts';
import type { Asked } from './query-range.ts';
import { numbers, rowTable, texts, times } from './row-table.ts';
import type { RowColumn } from './row-table.ts';
import type { Query, WireFrame } from './types.ts';

const COLUMNS: readonly RowColumn<StoredTemplate>[] = [
  texts('service', ({ stream }) => stream.service),
  texts('environment', ({ stream }) => stream.environment),
  texts('namespace', ({ stream }) => stream.namespace),
  texts('template', ({ text }) => text),
  numbers('count', ({ count }) => count),
  times('firstSeen', ({ firstSeenMs }) => firstSeenMs),
  times('lastSeen', ({ lastSeenMs }) => lastSeenMs),
  texts('example', ({ example }) => example),
  texts('supersededBy', ({ supersededBy }) => supersededBy),
  texts('id', ({ id }) => id),
];

export async function templatesFrames({ store }: ApiContext, query: Query, asked: Asked): Promise<WireFrame[]> {
  const { refId, limit, search } = query;
  const streams = streamsOf(query, asked.tenant);
  const rows = await store.templates({ ...streams, ...asked, search, order: 'count', limit: limit + 1, offset: 0 });
  return rowTable({ refId, name: 'templates', limit, what: 'most frequent templates' }, rows, COLUMNS);
}
