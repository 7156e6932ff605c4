/** Data frames as plugins send them: Arrow IPC files with Grafana's field types, labels and meta in the metadata. */
import { tableFromIPC } from 'apache-arrow';

export interface FrameField {
  readonly name: string;
  /** Grafana's type: `time`, `number`, `string`, … */
  readonly type: string;
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly config: Readonly<Record<string, unknown>>;
  /** Times in ms. */
  readonly values: unknown[];
}

export interface Frame {
  readonly name: string;
  readonly refId: string;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly fields: FrameField[];
}

export function readFrame(bytes: Uint8Array): Frame {
  const table = tableFromIPC(bytes);
  const { metadata, fields } = table.schema;
  return {
    name: metadata.get('name') ?? '',
    refId: metadata.get('refId') ?? '',
    meta: parsed(metadata.get('meta')) ?? {},
    fields: fields.map((field, index) => ({
      name: field.name,
      type: field.metadata.get('tstype') ?? '',
      labels: parsed<Record<string, string>>(field.metadata.get('labels')),
      config: parsed(field.metadata.get('config')) ?? {},
      values: Array.from(table.getChildAt(index) ?? [], plain),
    })),
  };
}

function parsed<T extends object>(text: string | undefined): T | undefined {
  return text === undefined || text === '' ? undefined : (JSON.parse(text) as T);
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Uint8Array ? JSON.parse(Buffer.from(value).toString()) : value;
}
