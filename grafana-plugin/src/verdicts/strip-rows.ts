/** Data frames of `scores` and `anomalies` queries turned into the rows of the Seismograph. */
import { FieldType, getFieldDisplayName, type DataFrame, type Field } from '@grafana/data';
import type { WindowField } from '@seismo/scoring-backend/api';
import { anomalyMarks, isAnomalyTable, type AnomalyMark } from './anomaly-marks.ts';
import { streamKey, streamLabel, streamOfLabels, type StreamName } from './stream.ts';

/** One number of a stream's windows over time, ascending. */
export interface WindowSeries {
  readonly times: ArrayLike<number>;
  readonly values: ArrayLike<number | null>;
  readonly field: Field;
  /** Time between two points as the backend told it, in ms. */
  readonly intervalMs?: number | undefined;
}

/** What is drawn of one stream. */
export interface StripRow {
  readonly key: string;
  readonly stream: StreamName;
  readonly label: string;
  /** Length of a window in ms. */
  readonly sizeMs: number;
  readonly series: Partial<Record<WindowField, WindowSeries>>;
  /** Ascending by start. */
  readonly marks: readonly AnomalyMark[];
  /** Highest score of the range, and of the margin when it is known. */
  readonly peakScore: number;
  readonly peakMargin: number;
  /** Confidence of the last window, when it is known. */
  readonly confidence: number | undefined;
}

export type RowOrder = 'worst' | 'name';

/** Field a query of this refId asked for, for frames whose value column has another name. */
export type AskedFields = Readonly<Record<string, WindowField | undefined>>;

/** Rows, worst first or by name. Frames that are neither scores nor anomalies are left out. */
export function stripRows(
  frames: readonly DataFrame[],
  asked: AskedFields = {},
  order: RowOrder = 'worst',
): StripRow[] {
  const drafts = new Map<string, { stream: StreamName; series: StripRow['series'] }>();
  for (const frame of frames) {
    if (isAnomalyTable(frame)) continue;
    const time = frame.fields.find((field) => field.type === FieldType.time);
    if (!time) continue;
    for (const field of frame.fields) {
      if (field.type !== FieldType.number) continue;
      const stream = streamOfLabels(field.labels, getFieldDisplayName(field, frame, [...frames]));
      const key = streamKey(stream);
      const draft = drafts.get(key) ?? { stream, series: {} };
      draft.series[windowField(field, frame, asked)] = {
        times: time.values,
        values: field.values,
        field,
        intervalMs: time.config.interval ?? undefined,
      };
      drafts.set(key, draft);
    }
  }
  const marks = marksByStream(frames);
  const hasTable = frames.some(isAnomalyTable);
  const rows = [...drafts].map(([key, { stream, series }]) =>
    makeRow(key, stream, series, hasTable ? (marks.get(key) ?? []) : undefined),
  );
  return rows.sort(order === 'worst' ? worstFirst : byName);
}

const WINDOW_FIELDS: ReadonlySet<string> = new Set<WindowField>([
  'score',
  'margin',
  'magnitude',
  'confidence',
  'records',
  'errors',
  'newTemplates',
  'expectedLow',
  'expectedHigh',
  'uniqueUsers',
  'ipEntropy',
  'responseTimeAvg',
  'responseTimeP95',
  'templateCount',
  'sequenceSurprise',
  'bytes',
]);

function windowField(field: Field, frame: DataFrame, asked: AskedFields): WindowField {
  if (isWindowField(field.name)) return field.name;
  const said: unknown = frame.meta?.custom?.['field'];
  if (isWindowField(said)) return said;
  return asked[frame.refId ?? ''] ?? 'score';
}

function isWindowField(name: unknown): name is WindowField {
  return typeof name === 'string' && WINDOW_FIELDS.has(name);
}

function marksByStream(frames: readonly DataFrame[]): Map<string, AnomalyMark[]> {
  const marks = new Map<string, AnomalyMark[]>();
  for (const mark of frames.filter(isAnomalyTable).flatMap(anomalyMarks)) {
    const key = streamKey(mark.stream);
    const list = marks.get(key);
    if (list) list.push(mark);
    else marks.set(key, [mark]);
  }
  for (const list of marks.values()) list.sort((a, b) => a.startMs - b.startMs);
  return marks;
}

function makeRow(
  key: string,
  stream: StreamName,
  series: StripRow['series'],
  told: readonly AnomalyMark[] | undefined,
): StripRow {
  const any = series.score ?? series.margin ?? Object.values(series)[0];
  const sizeMs = windowSize(any);
  const marks = told ?? marksFromMargin(stream, series.margin, series.score, sizeMs);
  const confidences = series.confidence?.values;
  return {
    key,
    stream,
    label: streamLabel(stream),
    sizeMs,
    series,
    marks,
    peakScore: highest(series.score, 0),
    peakMargin: Math.max(highest(series.margin, -Infinity), ...marks.slice(0, 1000).map((mark) => mark.margin)),
    confidence: confidences ? (confidences[confidences.length - 1] ?? undefined) : undefined,
  };
}

/** Without a table of anomalies, windows over the line are the anomalies. */
function marksFromMargin(
  stream: StreamName,
  margin: WindowSeries | undefined,
  score: WindowSeries | undefined,
  sizeMs: number,
): AnomalyMark[] {
  const marks: AnomalyMark[] = [];
  for (let i = 0; margin && i < margin.values.length; i++) {
    const value = margin.values[i];
    if (value === null || !(value > 0)) continue;
    const startMs = margin.times[i];
    const sameTime = score?.times[i] === startMs ? (score.values[i] ?? 0) : 0;
    marks.push({ id: '', stream, startMs, endMs: startMs + sizeMs, score: sameTime, margin: value, reason: '' });
  }
  return marks;
}

/** What the backend told, else the shortest distance of two windows: a gap is longer, never shorter. */
function windowSize(series: WindowSeries | undefined): number {
  if (series?.intervalMs !== undefined && series.intervalMs > 0) return series.intervalMs;
  let size = Infinity;
  for (let i = 1; series && i < Math.min(series.times.length, 500); i++) {
    const step = series.times[i] - series.times[i - 1];
    if (step > 0 && step < size) size = step;
  }
  return Number.isFinite(size) ? size : 60_000;
}

function highest(series: WindowSeries | undefined, floor: number): number {
  let peak = floor;
  for (let i = 0; series && i < series.values.length; i++) {
    const value = series.values[i];
    if (value !== null && value > peak) peak = value;
  }
  return peak;
}

function worstFirst(a: StripRow, b: StripRow): number {
  const flagged = Number(b.marks.length > 0) - Number(a.marks.length > 0);
  return flagged || b.peakScore - a.peakScore || byName(a, b);
}

function byName(a: StripRow, b: StripRow): number {
  return a.label.localeCompare(b.label);
}
