/**
 * Query types `windowTemplates` (a row per window and template) and `logVector` (a row per window): what single windows
 * held, latest first. Kept of every window of 5 min for a day, and of windows of all sizes that have reasons for as long
 * as windows are kept at all.
 */
import type { WindowTemplate } from '../engine/outputs.ts';
import type { StoredContents } from '../store/window-contents.ts';
import { LOG_VECTOR_SIZE } from '../windows/log-vector.ts';
import type { ApiContext } from './context.ts';
import { streamsOf } from './query-range.ts';
import type { Asked } from './query-range.ts';
import { numbers, rowTable, texts, times } from './row-table.ts';
import type { RowColumn } from './row-table.ts';
import type { Query, WireFrame } from './types.ts';

/** The size of which every window is told. */
const DEFAULT_SIZE_MS = 300_000;

interface Row extends Pick<StoredContents, 'stream' | 'startMs'>, WindowTemplate {
  readonly text: string;
}

const TEMPLATES: readonly RowColumn<Row>[] = [
  times('time', ({ startMs }) => startMs),
  texts('service', ({ stream }) => stream.service),
  texts('template', ({ text }) => text),
  numbers('count', ({ count }) => count),
  // JSON has no NaN; as a number it is a gap.
  numbers('expected', ({ expected }) => expected ?? NaN),
  texts('environment', ({ stream }) => stream.environment),
  texts('namespace', ({ stream }) => stream.namespace),
  texts('templateId', ({ id }) => id),
];

const VECTORS: readonly RowColumn<StoredContents>[] = [
  times('time', ({ startMs }) => startMs),
  texts('service', ({ stream }) => stream.service),
  texts('environment', ({ stream }) => stream.environment),
  texts('namespace', ({ stream }) => stream.namespace),
  ...Array.from({ length: LOG_VECTOR_SIZE }, (_, d) =>
    numbers<StoredContents>(`log_vector_${d}`, ({ logVector }) => logVector[d], { min: -1, max: 1 }),
  ),
];

export async function windowTemplatesFrames(context: ApiContext, query: Query, asked: Asked): Promise<WireFrame[]> {
  const { refId, limit } = query;
  const windows = await contentsOf(context, query, asked);
  const wanted = firstWindows(windows, limit);
  const rows = await Promise.all(wanted.map((window) => rowsOf(context, window)));
  const table = { refId, name: 'windowTemplates', limit, what: 'latest rows' };
  return rowTable(table, rows.flat(), TEMPLATES);
}

export async function logVectorFrames(context: ApiContext, query: Query, asked: Asked): Promise<WireFrame[]> {
  const { refId, limit } = query;
  const windows = await contentsOf(context, query, asked);
  // Of windows from while the family was off there is none.
  const known = windows.filter(({ logVector }) => logVector.length > 0);
  return rowTable({ refId, name: 'logVector', limit, what: 'latest windows' }, known, VECTORS);
}

function contentsOf({ store }: ApiContext, query: Query, asked: Asked): Promise<StoredContents[]> {
  const { limit, sizeMs = DEFAULT_SIZE_MS } = query;
  return store.contents({ ...streamsOf(query, asked.tenant), ...asked, sizeMs, limit: limit + 1 });
}

/** As many windows as are needed for more than `limit` rows: the texts of others need not be asked for. */
function firstWindows(windows: readonly StoredContents[], limit: number): StoredContents[] {
  let rows = 0;
  return windows.filter(({ templates }) => {
    const needed = rows <= limit;
    rows += templates.length;
    return needed;
  });
}

async function rowsOf({ store }: ApiContext, window: StoredContents): Promise<Row[]> {
  const { stream, startMs, templates, otherTemplates, otherRecords } = window;
  const known = await store.templateTexts(
    stream,
    templates.map(({ id }) => id),
  );
  const rows = templates.map((template) => ({ stream, startMs, ...template, text: known.get(template.id) ?? '' }));
  if (otherTemplates === 0) return rows;
  const text = `${otherTemplates} more templates`;
  return [...rows, { stream, startMs, id: '', count: otherRecords, expected: null, text }];
}
