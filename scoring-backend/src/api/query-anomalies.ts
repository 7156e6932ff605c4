/** Query type `anomalies`: a table, latest first. */
import type { ApiContext } from './context.ts';
import { numberColumn, tableFrame, textColumn, timeColumn } from './frames.ts';
import type { Notice } from './frames.ts';
import { streamsOf } from './query-range.ts';
import type { Asked } from './query-range.ts';
import type { Query, WireFrame } from './types.ts';

export async function anomaliesFrames({ store }: ApiContext, query: Query, asked: Asked): Promise<WireFrame[]> {
  const { refId, limit, minMargin, search } = query;
  const rows = await store.anomalies({
    ...streamsOf(query, asked.tenant),
    ...asked,
    minMargin,
    search,
    limit: limit + 1,
    offset: 0,
  });
  const notices = tooMany(rows.length, limit, 'latest anomalies');
  const shown = rows.slice(0, limit);
  if (shown.length === 0) return [];
  const frame = tableFrame(refId, 'anomalies', notices, [
    timeColumn(
      'time',
      shown.map(({ startMs }) => startMs),
    ),
    timeColumn(
      'timeEnd',
      shown.map(({ endMs }) => endMs),
    ),
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
      'unit',
      shown.map(({ unit }) => unit),
    ),
    numberColumn(
      'score',
      shown.map(({ score }) => score),
      { min: 0, max: 1 },
    ),
    numberColumn(
      'magnitude',
      shown.map(({ magnitude }) => magnitude),
    ),
    numberColumn(
      'margin',
      shown.map(({ margin }) => margin),
    ),
    numberColumn(
      'confidence',
      shown.map(({ confidence }) => confidence),
      { min: 0, max: 1 },
    ),
    textColumn(
      'reason',
      shown.map(({ reasons }) => reasons.map(({ text }) => text).join('; ')),
    ),
    textColumn(
      'template',
      shown.map(({ template }) => template),
    ),
    textColumn(
      'example',
      shown.map(({ examples }) => examples[0]?.text ?? ''),
    ),
    textColumn(
      'templateId',
      shown.map(({ templateId }) => templateId),
    ),
    textColumn(
      'id',
      shown.map(({ id }) => id),
    ),
  ]);
  return [frame];
}

/** A notice when there is more than is shown. */
export function tooMany(found: number, limit: number, what: string): Notice[] {
  if (found <= limit) return [];
  return [{ severity: 'info', text: `Only the ${limit} ${what} are shown: there are more.` }];
}
