/**
 * Grafana data frames as JSON, with the data-plane types that dashboards, Explore and alert rules go by.
 * Source: grafana-plugin-sdk-go `data.Frame` JSON; https://grafana.com/developers/dataplane/
 */
import type { WireFrame } from './types.ts';

type Field = WireFrame['schema']['fields'][number];

/** A column of a frame: how it is described, and its values. */
export interface Column {
  readonly field: Field;
  readonly values: unknown[];
}

export interface Notice {
  readonly severity: 'info' | 'warning';
  readonly text: string;
}

/** A column of times, ms since the epoch. */
export function timeColumn(name: string, values: number[], config: Record<string, unknown> = {}): Column {
  return { field: { name, type: 'time', typeInfo: { frame: 'time.Time' }, config }, values };
}

export function numberColumn(name: string, values: (number | null)[], config: Record<string, unknown> = {}): Column {
  return {
    field: { name, type: 'number', typeInfo: { frame: 'float64', nullable: true }, config },
    values: values.map(finite),
  };
}

export function textColumn(name: string, values: string[], config: Record<string, unknown> = {}): Column {
  return { field: { name, type: 'string', typeInfo: { frame: 'string' }, config }, values };
}

/** A column of JSON values, such as the labels of log lines. */
export function jsonColumn(name: string, values: unknown[]): Column {
  return { field: { name, type: 'other', typeInfo: { frame: 'json.RawMessage' }, config: {} }, values };
}

/** One series of `timeseries-multi`: its labels are those of no other series of the answer, its times ascend. */
export function seriesFrame(options: {
  readonly refId: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly times: number[];
  readonly values: number[];
  readonly timeConfig: Record<string, unknown>;
  readonly valueConfig: Record<string, unknown>;
  readonly custom: Record<string, unknown>;
  readonly notices: readonly Notice[];
}): WireFrame {
  const value = numberColumn(options.name, options.values, options.valueConfig);
  return frame(options.refId, options.name, 'timeseries-multi', options, [
    timeColumn('time', options.times, options.timeConfig),
    { ...value, field: { ...value.field, labels: { ...options.labels } } },
  ]);
}

export function tableFrame(refId: string, name: string, notices: readonly Notice[], columns: Column[]): WireFrame {
  return frame(refId, name, 'table', { notices }, columns);
}

/** Log lines for Explore: timestamp, body, severity, id, labels, in this order. */
export function logLinesFrame(
  refId: string,
  notices: readonly Notice[],
  custom: Record<string, unknown>,
  columns: readonly [timestamp: Column, body: Column, severity: Column, id: Column, labels: Column],
): WireFrame {
  return frame(refId, 'logs', 'log-lines', { notices, custom, preferredVisualisationType: 'logs' }, [...columns]);
}

function frame(
  refId: string,
  name: string,
  type: string,
  meta: { notices: readonly Notice[]; custom?: Record<string, unknown>; preferredVisualisationType?: string },
  columns: Column[],
): WireFrame {
  const { notices, custom, preferredVisualisationType } = meta;
  return {
    schema: {
      refId,
      name,
      meta: {
        type,
        // Log lines are at version 0.0 of their contract, the others at 0.1.
        typeVersion: type === 'log-lines' ? [0, 0] : [0, 1],
        ...(preferredVisualisationType === undefined ? {} : { preferredVisualisationType }),
        ...(custom === undefined ? {} : { custom }),
        ...(notices.length === 0 ? {} : { notices }),
      },
      fields: columns.map(({ field }) => field),
    },
    data: { values: columns.map(({ values }) => values) },
  };
}

/** JSON has no NaN or infinity; Grafana shows null as a gap. */
function finite(value: number | null): number | null {
  return value === null || !Number.isFinite(value) ? null : value;
}
