/** Query type `logs`: the lines behind the anomalies of the time range, for Explore. Other lines are not kept here. */
import type { Anomaly, ExampleLine } from '../engine/outputs.ts';
import type { ApiContext } from './context.ts';
import { jsonColumn, logLinesFrame, textColumn, timeColumn } from './frames.ts';
import { labelsOf, streamsOf } from './query-range.ts';
import type { Asked } from './query-range.ts';
import { tooMany } from './row-table.ts';
import { MAX_LIMIT } from './types.ts';
import type { Query, WireFrame } from './types.ts';

/** Names Grafana colours lines by, per group of four SeverityNumbers. */
const SEVERITIES = ['unknown', 'trace', 'debug', 'info', 'warning', 'error', 'critical'];

export async function logsFrames({ store }: ApiContext, query: Query, asked: Asked): Promise<WireFrame[]> {
  const { refId, limit, minMargin, search } = query;
  const anomalies = await store.anomalies({
    ...streamsOf(query, asked.tenant),
    ...asked,
    minMargin,
    limit: MAX_LIMIT,
    offset: 0,
  });
  const lines = eachOnce(anomalies)
    .map(({ anomaly, example, index }) => ({
      ...example,
      id: `${anomaly.id}-${index}`,
      labels: {
        ...labelsOf(anomaly.stream),
        anomaly_id: anomaly.id,
        ...(example.templateId === '' ? {} : { template_id: example.templateId }),
        ...(example.traceId === '' ? {} : { trace_id: example.traceId }),
      },
    }))
    .filter(({ text }) => search === undefined || text.includes(search))
    .sort((a, b) => b.timeMs - a.timeMs);
  const shown = lines.slice(0, limit);
  if (shown.length === 0) return [];
  const custom = { limit, ...(search === undefined ? {} : { searchWords: [search] }) };
  const frame = logLinesFrame(refId, tooMany(lines.length, limit, 'latest lines'), custom, [
    timeColumn(
      'timestamp',
      shown.map(({ timeMs }) => timeMs),
    ),
    textColumn(
      'body',
      shown.map(({ text }) => text),
    ),
    textColumn(
      'severity',
      shown.map(({ severity }) => SEVERITIES[Math.ceil(severity / 4)]),
    ),
    textColumn(
      'id',
      shown.map(({ id }) => id),
    ),
    jsonColumn(
      'labels',
      shown.map(({ labels }) => labels),
    ),
  ]);
  return [frame];
}

interface ShownLine {
  readonly anomaly: Anomaly;
  readonly example: ExampleLine;
  readonly index: number;
}

/** A line that several anomalies show (windows of three sizes, a record in them) is one line. */
function eachOnce(anomalies: readonly Anomaly[]): ShownLine[] {
  const seen = new Set<string>();
  return anomalies.flatMap((anomaly) => {
    const own = anomaly.examples.map((example, index) => ({ anomaly, example, index, key: keyOf(anomaly, example) }));
    const fresh = own.filter(({ key }) => !seen.has(key));
    // After the whole anomaly: equal lines of the same millisecond in one anomaly are several.
    for (const { key } of own) seen.add(key);
    return fresh;
  });
}

function keyOf({ stream }: Anomaly, { timeMs, line, traceId, text }: ExampleLine): string {
  return JSON.stringify([labelsOf(stream), timeMs, line, traceId, text]);
}
