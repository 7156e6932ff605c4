/** What a line of JSON says, told in the plainest way: with JSON.parse and Date.parse. The reader over bytes is held to it. */
import { severityOfText } from '@seismo/otel-processor/normalise/severity';
import { ADDRESS, PATH, QUERY, STATUS, USER } from '@seismo/otel-processor/otlp/record-keys';

export interface ToldLine {
  /** ms since the epoch, NaN for none. */
  readonly timeMs: number;
  readonly service: string;
  readonly namespace: string;
  readonly environment: string;
  readonly severity: number;
  /** `undefined` when there is none. */
  readonly message: string | undefined;
  /** Hexadecimal, '' for none. */
  readonly traceId: string;
  readonly values: readonly { readonly meaning: number; readonly text: string }[];
}

type Fields = Readonly<Record<string, unknown>>;

/** `undefined` when the line is no object. */
export function lineTold(text: string): ToldLine | undefined {
  if (!text.startsWith('{')) return undefined;
  let fields: Fields;
  try {
    fields = JSON.parse(text) as Fields;
  } catch {
    return undefined;
  }
  const { metadata: within } = fields;
  const metadata = typeof within === 'object' && within !== null && !Array.isArray(within) ? (within as Fields) : {};
  const message = first(fields, ['message', 'msg', 'body', 'log']);
  const traceId = first(fields, ['trace_id', 'traceId']) ?? first(metadata, ['trace_id', 'traceId']);
  return {
    timeMs: timeTold(first(fields, ['timestamp', 'time', '@timestamp', 'ts'])),
    service: textOf(first(fields, ['service', 'service.name', 'app', 'source'])),
    namespace: textOf(first(metadata, ['namespace', 'service.namespace'])),
    environment: textOf(first(metadata, ['environment', 'deployment.environment.name', 'deployment.environment'])),
    severity: severityOf(first(fields, ['severity', 'severity_text', 'severityText'])) || levelOf(fields.level),
    message: typeof message === 'string' ? message.toWellFormed() : undefined,
    traceId: typeof traceId === 'string' && /^[0-9a-f]{32}$/i.test(traceId) ? traceId.toLowerCase() : '',
    values: VALUES.flatMap(([meaning, names]) => {
      const value = first(fields, names) ?? first(metadata, names);
      const told = typeof value === 'number' ? String(value) : textOf(value);
      return told === '' ? [] : [{ meaning, text: told }];
    }),
  };
}

/** ms since the epoch of a JSON value that is a time. */
export function timeTold(value: unknown): number {
  if (typeof value === 'string') {
    if (/^\d{9,19}(\.\d+)?$/.test(value)) return timeTold(Number(value));
    const zoned = /(z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value.trim().replace(' ', 'T')}Z`;
    const ms = Date.parse(zoned);
    return Number.isNaN(ms) ? Date.parse(value) : ms;
  }
  if (typeof value !== 'number' || !(value > 0)) return NaN;
  if (value < 1e11) return Math.round(value * 1000);
  if (value < 1e14) return Math.round(value);
  return Math.round(value < 1e17 ? value / 1000 : value / 1e6);
}

const VALUES: readonly (readonly [number, readonly string[]])[] = [
  [ADDRESS, ['client.address', 'source.address', 'client_ip', 'remote_addr', 'remoteAddr', 'clientIp', 'ip']],
  [USER, ['user.name', 'enduser.id', 'user.id', 'user', 'username', 'remote_user']],
  [STATUS, ['http.response.status_code', 'http.status_code', 'status', 'status_code', 'statusCode']],
  [PATH, ['url.path', 'http.target', 'request_uri', 'path', 'uri', 'url']],
  [QUERY, ['url.query', 'query_string']],
];

function first(fields: Fields, names: readonly string[]): unknown {
  return names.map((name) => fields[name]).find((value) => value !== undefined && value !== null);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.toWellFormed() : '';
}

function severityOf(value: unknown): number {
  if (typeof value === 'number') return Number.isInteger(value) && value >= 0 && value <= 24 ? value : 0;
  if (typeof value !== 'string') return 0;
  const bytes = Buffer.from(value);
  return severityOfText(bytes, 0, bytes.length);
}

function levelOf(value: unknown): number {
  if (typeof value !== 'number') return severityOf(value);
  return [1, 5, 9, 13, 17, 21][value / 10 - 1] ?? 0;
}
