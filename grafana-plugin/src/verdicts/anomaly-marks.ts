/** Rows of an `anomalies` table frame as marks on the strip. The evidence itself is fetched when somebody asks for it. */
import type { DataFrame } from '@grafana/data';
import type { StreamName } from './stream.ts';

export interface AnomalyMark {
  /** Empty when the mark was derived from a margin. */
  readonly id: string;
  readonly stream: StreamName;
  readonly startMs: number;
  readonly endMs: number;
  readonly score: number;
  readonly margin: number;
  /** The first reason as a sentence, or empty. */
  readonly reason: string;
}

/** A table with a service, a score and a start per row, as the backend answers `anomalies`. */
export function isAnomalyTable(frame: DataFrame): boolean {
  const column = columnsOf(frame);
  return column('service') !== undefined && column('score') !== undefined && startOf(column) !== undefined;
}

export function anomalyMarks(frame: DataFrame): AnomalyMark[] {
  const column = columnsOf(frame);
  const start = startOf(column);
  const end = column('timeEnd') ?? column('endMs') ?? column('end');
  const text = (name: string, i: number) => String(column(name)?.[i] ?? '');
  const number = (name: string, i: number) => Number(column(name)?.[i] ?? 0);
  return Array.from({ length: frame.length }, (_, i) => {
    const startMs = Number(start?.[i] ?? 0);
    return {
      id: text('id', i),
      stream: {
        service: text('service', i),
        environment: text('environment', i),
        namespace: text('namespace', i),
      },
      startMs,
      endMs: Math.max(Number(end?.[i] ?? startMs), startMs),
      score: number('score', i),
      margin: number('margin', i),
      reason: firstReason(column('reason')?.[i] ?? column('reasons')?.[i]),
    };
  });
}

type Column = (name: string) => ArrayLike<unknown> | undefined;

function columnsOf(frame: DataFrame): Column {
  return (name) => frame.fields.find((field) => field.name === name)?.values;
}

function startOf(column: Column): ArrayLike<unknown> | undefined {
  return column('time') ?? column('startMs') ?? column('start') ?? column('timestamp');
}

/** Reasons come as a sentence, or as JSON: a list of sentences or of objects with a `text`. */
function firstReason(cell: unknown): string {
  let value = cell;
  if (typeof cell === 'string' && /^\s*[[{]/.test(cell)) {
    try {
      value = JSON.parse(cell);
    } catch {
      return cell;
    }
  }
  if (Array.isArray(value)) value = value[0];
  if (typeof value === 'object' && value !== null && 'text' in value) value = value.text;
  return typeof value === 'string' ? value : '';
}
