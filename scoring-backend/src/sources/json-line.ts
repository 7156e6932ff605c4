/**
 * One line of JSON as the common schema has it: timestamp, source, service, severity, message, metadata. Log files in
 * the field use other names for the same things; the usual ones are understood.
 */
import { severityOfText } from '@seismo/otel-processor/normalise/severity';
import { ADDRESS, PATH, QUERY, STATUS, USER } from '@seismo/otel-processor/otlp/record-keys';

export interface JsonLine {
  /** ms since the epoch, NaN when the line has no time. */
  readonly timeMs: number;
  /** '' when the line names none. */
  readonly service: string;
  readonly namespace: string;
  readonly environment: string;
  /** SeverityNumber, 0 unknown. */
  readonly severity: number;
  /** `undefined` when there is none: the whole line is the message then. */
  readonly message: string | undefined;
  /** 32 hex digits, '' for none. */
  readonly traceId: string;
  /** Who did what, as far as fields of the line say so. */
  readonly values: readonly JsonValue[];
}

/** A field as the attribute that it stands for: a number of the processor's record-keys.ts and its text. */
export interface JsonValue {
  readonly meaning: number;
  readonly text: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** The line as an object, or `undefined` when it is not one. */
export function parseJsonLine(text: string): JsonLine | undefined {
  if (!text.startsWith('{')) return undefined;
  let fields: Fields;
  try {
    fields = JSON.parse(text) as Fields;
  } catch {
    return undefined;
  }
  const metadata = isFields(fields.metadata) ? fields.metadata : {};
  const message = first(fields, ['message', 'msg', 'body', 'log']);
  return {
    timeMs: timeOf(first(fields, ['timestamp', 'time', '@timestamp', 'ts'])),
    service: textOf(first(fields, ['service', 'service.name', 'app', 'source'])),
    namespace: textOf(first(metadata, ['namespace', 'service.namespace'])),
    environment: textOf(first(metadata, ['environment', 'deployment.environment.name', 'deployment.environment'])),
    severity: severityOf(first(fields, ['severity', 'severity_text', 'severityText'])) || levelOf(fields.level),
    message: typeof message === 'string' ? message : undefined,
    traceId: traceOf(first(fields, ['trace_id', 'traceId']) ?? first(metadata, ['trace_id', 'traceId'])),
    values: valuesOf(fields, metadata),
  };
}

/** Names of the semantic conventions, then what web servers and loggers write instead. */
const VALUE_FIELDS: readonly (readonly [number, readonly string[]])[] = [
  [ADDRESS, ['client.address', 'source.address', 'client_ip', 'remote_addr', 'remoteAddr', 'clientIp', 'ip']],
  [USER, ['user.name', 'enduser.id', 'user.id', 'user', 'username', 'remote_user']],
  [STATUS, ['http.response.status_code', 'http.status_code', 'status', 'status_code', 'statusCode']],
  [PATH, ['url.path', 'http.target', 'request_uri', 'path', 'uri', 'url']],
  [QUERY, ['url.query', 'query_string']],
];

function valuesOf(fields: Fields, metadata: Fields): JsonValue[] {
  const values: JsonValue[] = [];
  for (const [meaning, names] of VALUE_FIELDS) {
    const value = first(fields, names) ?? first(metadata, names);
    const text = typeof value === 'number' ? String(value) : textOf(value);
    if (text !== '') values.push({ meaning, text });
  }
  return values;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function first(fields: Fields, names: readonly string[]): unknown {
  return names.map((name) => fields[name]).find((value) => value !== undefined && value !== null);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function traceOf(value: unknown): string {
  return typeof value === 'string' && /^[0-9a-f]{32}$/i.test(value) ? value : '';
}

/** A time in text (ISO 8601; without a zone UTC) or as a number of s, ms, µs or ns, told apart by its size. */
function timeOf(value: unknown): number {
  if (typeof value === 'string') {
    if (/^\d{9,19}(\.\d+)?$/.test(value)) return timeOf(Number(value));
    const zoned = /(z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value.trim().replace(' ', 'T')}Z`;
    const ms = Date.parse(zoned);
    return Number.isNaN(ms) ? Date.parse(value) : ms;
  }
  if (typeof value !== 'number' || !(value > 0)) return NaN;
  if (value < 1e11) return Math.round(value * 1000);
  if (value < 1e14) return Math.round(value);
  return Math.round(value < 1e17 ? value / 1000 : value / 1e6);
}

/** A SeverityNumber from a word or from OTLP's numbers 1–24. */
function severityOf(value: unknown): number {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 && value <= 24 ? value : 0;
  if (typeof value !== 'string') return 0;
  const bytes = new TextEncoder().encode(value);
  return severityOfText(bytes, 0, bytes.length);
}

/** A level in words, or in the numbers of pino and bunyan: 10 trace … 60 fatal. */
function levelOf(value: unknown): number {
  if (typeof value !== 'number') return severityOf(value);
  return [1, 5, 9, 13, 17, 21][value / 10 - 1] ?? 0;
}
