/** Query type `templates`: those seen in the time range as a table, most frequent first. */
import type { ApiContext } from './context.ts';
import { numberColumn, tableFrame, textColumn, timeColumn } from './frames.ts';
import { tooMany } from './query-anomalies.ts';
import { streamsOf } from './query-range.ts';
import type { Asked } from './query-range.ts';
import type { Query, WireFrame } from './types.ts';

export async function templatesFrames({ store }: ApiContext, query: Query, asked: Asked): Promise<WireFrame[]> {
  const { refId, limit, search } = query;
  const rows = await store.templates({
    ...streamsOf(query, asked.tenant),
    ...asked,
    search,
    order: 'count',
    limit: limit + 1,
    offset: 0,
  });
  const shown = rows.slice(0, limit);
  if (shown.length === 0) return [];
  const frame = tableFrame(refId, 'templates', tooMany(rows.length, limit, 'most frequent templates'), [
    textColumn(
      'service',
      shown.map(({ stream }) => stream.service),
    ),
    textColumn(
      'environment',
      shown.map(({ stream }) => stream.environment),
    ),
    textColumn(
      'namespace',
      shown.map(({ stream }) => stream.namespace),
    ),
    textColumn(
      'template',
      shown.map(({ text }) => text),
    ),
    numberColumn(
      'count',
      shown.map(({ count }) => count),
    ),
    timeColumn(
      'firstSeen',
      shown.map(({ firstSeenMs }) => firstSeenMs),
    ),
    timeColumn(
      'lastSeen',
      shown.map(({ lastSeenMs }) => lastSeenMs),
    ),
    textColumn(
      'example',
      shown.map(({ example }) => example),
    ),
    textColumn(
      'supersededBy',
      shown.map(({ supersededBy }) => supersededBy),
    ),
    textColumn(
      'id',
      shown.map(({ id }) => id),
    ),
  ]);
  return [frame];
}
