/**
 * One line of JSON as the common schema has it: timestamp, source, service, severity, message, metadata. Log files in
 * the field use other names for the same things; the usual ones are understood.
 */
import { severityOfText } from '@seismo/otel-processor/normalise/severity';
import { ADDRESS, PATH, QUERY, STATUS, USER } from '@seismo/otel-processor/otlp/record-keys';
import type { RecordBatch } from '../../engine/record-batch.ts';
import { JsonFields } from './fields.ts';
import { HEX } from './grammar.ts';
import { numberTime, textTime } from './json-time.ts';
import type { LineBytes } from './line-bytes.ts';

const TRACE_NAMES = ['trace_id', 'traceId'];
/** Who did what: names of the semantic conventions, then what web servers and loggers write instead. */
const VALUES: readonly (readonly [meaning: number, names: readonly string[]])[] = [
  [ADDRESS, ['client.address', 'source.address', 'client_ip', 'remote_addr', 'remoteAddr', 'clientIp', 'ip']],
  [USER, ['user.name', 'enduser.id', 'user.id', 'user', 'username', 'remote_user']],
  [STATUS, ['http.response.status_code', 'http.status_code', 'status', 'status_code', 'statusCode']],
  [PATH, ['url.path', 'http.target', 'request_uri', 'path', 'uri', 'url']],
  [QUERY, ['url.query', 'query_string']],
];
const VALUE_NAMES = VALUES.map(([, names]) => names);

/** What the fields of a line mean, by the index of their names in `LINE`. */
const [TIME, MESSAGE, SERVICE, SEVERITY, LEVEL, TRACE, METADATA, VALUE] = [0, 1, 2, 3, 4, 5, 6, 7];
const LINE = [
  ['timestamp', 'time', '@timestamp', 'ts'],
  ['message', 'msg', 'body', 'log'],
  ['service', 'service.name', 'app', 'source'],
  ['severity', 'severity_text', 'severityText'],
  ['level'],
  TRACE_NAMES,
  ['metadata'],
  ...VALUE_NAMES,
];
/** And those of its metadata. */
const [NAMESPACE, ENVIRONMENT, INNER_TRACE, INNER_VALUE] = [0, 1, 2, 3];
const INNER = [
  ['namespace', 'service.namespace'],
  ['environment', 'deployment.environment.name', 'deployment.environment'],
  TRACE_NAMES,
  ...VALUE_NAMES,
];

const TRACE_BYTES = 16;

/** A range of the text; empty when the line does not say it. */
export interface TextRange {
  start: number;
  end: number;
}

/** What the line read last says. Ranges are of the text, in UTF-8. */
export class JsonLine {
  /** ms since the epoch, NaN when the line has no time. */
  timeMs = NaN;
  /** SeverityNumber, 0 unknown. */
  severity = 0;
  /** Has it a message? The whole line is the message otherwise. */
  hasMessage = false;
  readonly message: TextRange = { start: 0, end: 0 };
  readonly service: TextRange = { start: 0, end: 0 };
  readonly namespace: TextRange = { start: 0, end: 0 };
  readonly environment: TextRange = { start: 0, end: 0 };
  /** Where the 16 bytes of its trace id were written, -1 for none. */
  traceStart = -1;
  readonly #text: LineBytes;
  readonly #fields: JsonFields;
  readonly #metadata: JsonFields;

  /** @param text holds the lines; what must be decoded is written behind them */
  constructor(text: LineBytes) {
    this.#text = text;
    this.#metadata = new JsonFields(text, INNER);
    this.#fields = new JsonFields(text, LINE, { meaning: METADATA, fields: this.#metadata });
  }

  /** Reads the line `[start, end)` of the text, which is UTF-8; false when it is no JSON object. */
  read(start: number, end: number): boolean {
    const fields = this.#fields;
    if (!fields.read(start, end)) return false;
    this.timeMs = this.#timeMs();
    this.severity = this.#severity(SEVERITY) || this.#level();
    this.hasMessage = take(this.message, fields, MESSAGE);
    take(this.service, fields, SERVICE);
    take(this.namespace, this.#metadata, NAMESPACE);
    take(this.environment, this.#metadata, ENVIRONMENT);
    this.traceStart = this.#trace();
    return true;
  }

  /** Adds who did what to record i of a batch, its last one, as far as fields of the line say so. */
  addValues(batch: RecordBatch, i: number): void {
    for (let v = 0; v < VALUES.length; v++) {
      const own = this.#fields.find(VALUE + v);
      const fields = own >= 0 ? this.#fields : this.#metadata;
      const field = own >= 0 ? own : fields.find(INNER_VALUE + v);
      if (fields.isText(field)) {
        if (fields.end(field) > fields.start(field))
          batch.addText(i, VALUES[v][0], fields.start(field), fields.end(field));
      } else if (fields.isNumber(field)) {
        let start = fields.start(field);
        let end = fields.end(field);
        if (Number.isNaN(plainNumber(this.#text.bytes, start, end))) {
          const value = this.#number(fields, field);
          start = this.#text.used;
          this.#text.write(String(value));
          end = this.#text.used;
        }
        batch.addText(i, VALUES[v][0], start, end);
      }
    }
  }

  #timeMs(): number {
    const fields = this.#fields;
    const field = fields.find(TIME);
    if (fields.isText(field)) return textTime(this.#text.bytes, fields.start(field), fields.end(field));
    return fields.isNumber(field) ? numberTime(this.#number(fields, field)) : NaN;
  }

  /** From a word or from OTLP's numbers 1–24. */
  #severity(meaning: number): number {
    const fields = this.#fields;
    const field = fields.find(meaning);
    if (fields.isText(field)) return severityOfText(this.#text.bytes, fields.start(field), fields.end(field));
    if (!fields.isNumber(field)) return 0;
    const value = this.#number(fields, field);
    return Number.isInteger(value) && value >= 0 && value <= 24 ? value : 0;
  }

  /** From a word, or from the numbers of pino and bunyan: 10 trace … 60 fatal. */
  #level(): number {
    const field = this.#fields.find(LEVEL);
    if (!this.#fields.isNumber(field)) return this.#severity(LEVEL);
    return [1, 5, 9, 13, 17, 21][this.#number(this.#fields, field) / 10 - 1] ?? 0;
  }

  #trace(): number {
    const own = this.#fields.find(TRACE);
    const fields = own >= 0 ? this.#fields : this.#metadata;
    const field = own >= 0 ? own : fields.find(INNER_TRACE);
    if (!fields.isText(field) || fields.end(field) - fields.start(field) !== 2 * TRACE_BYTES) return -1;
    for (let at = fields.start(field); at < fields.end(field); at++) if (HEX[this.#text.bytes[at]] > 15) return -1;
    const start = this.#text.used;
    this.#text.writeHex(fields.start(field), TRACE_BYTES);
    return start;
  }

  #number(fields: JsonFields, field: number): number {
    return numberAt(this.#text.bytes, fields.start(field), fields.end(field));
  }
}

/** Takes the text of the field with this meaning; false, and an empty one, when it has none. */
function take(range: TextRange, fields: JsonFields, meaning: number): boolean {
  const field = fields.find(meaning);
  const found = fields.isText(field);
  range.start = found ? fields.start(field) : 0;
  range.end = found ? fields.end(field) : 0;
  return found;
}

/** Digits that a number holds exactly, however they are read. */
const EXACT_DIGITS = 15;

/** The JSON number `bytes[start, end)`. */
function numberAt(bytes: Uint8Array, start: number, end: number): number {
  const plain = plainNumber(bytes, start, end);
  return Number.isNaN(plain) ? Number(Buffer.from(bytes.subarray(start, end)).toString('latin1')) : plain;
}

/** A JSON number of a few digits and nothing else, NaN for others. It is written as JavaScript would write it. */
function plainNumber(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > EXACT_DIGITS) return NaN;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at] - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}
