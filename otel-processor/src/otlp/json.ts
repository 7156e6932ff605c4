/**
 * Translates OTLP/JSON requests into protobuf, so that everything behind knows one form.
 *
 * OTLP's JSON differs from protobuf's own mapping: ids are hex, enums integers only, names lowerCamelCase only.
 * Source: OTLP specification 1.11, "JSON Protobuf Encoding".
 */
import { EXPORT_LOGS_SERVICE_REQUEST, type Field, type Message, type Scalar } from './json-schema.ts';
import { MessageWriter } from './message-writer.ts';
import { MalformedRequest } from './request-errors.ts';

/** Values nested deeper than this are refused: 100 levels of AnyValue, as in protobuf; each takes three steps of the path. */
const MAX_DEPTH = 310;

/** An integer that JSON.parse has rounded: the text must be read again, exactly. */
const ROUNDED = Symbol('rounded');

/**
 * @param body An ExportLogsServiceRequest in OTLP/JSON, UTF-8.
 * @returns The same in protobuf. Unknown fields are left out, as the specification demands.
 * @throws MalformedRequest that names the JSON path, what was expected and what came.
 */
export function jsonToProtobuf(body: Uint8Array): Uint8Array {
  const text = new TextDecoder().decode(body);
  const request = parse(() => JSON.parse(text));
  try {
    return translate(request, body.length);
  } catch (error) {
    if (error !== ROUNDED) throw error;
    return translate(
      parse(() => (JSON.parse as ExactParse)(text, exactIntegers)),
      body.length,
    );
  }
}

function translate(request: unknown, size: number): Uint8Array {
  const writer = new MessageWriter(Math.max(256, size >> 1));
  writeMessage(writer, EXPORT_LOGS_SERVICE_REQUEST, request, []);
  return writer.finish();
}

function parse(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    throw new MalformedRequest(`body is no JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** JSON.parse with the source text of primitives (ECMAScript 2026), which TypeScript does not know yet. */
type ExactParse = (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

function exactIntegers(_key: string, value: unknown, { source }: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || !Number.isInteger(value) || Number.isSafeInteger(value)) return value;
  return BigInt(source !== undefined && /^-?\d+$/.test(source) ? source : value);
}

type Path = (string | number)[];

function writeMessage(writer: MessageWriter, message: Message, json: unknown, path: Path): void {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw wrong(path, 'an object', json);
  if (path.length > MAX_DEPTH) throw new MalformedRequest(`${shown(path.slice(0, 8))}…: nested too deeply`);
  for (const field of message.fields) {
    const value = (json as Record<string, unknown>)[field.json];
    if (value === undefined || value === null) continue;
    path.push(field.json);
    if (field.repeated === true) {
      if (!Array.isArray(value)) throw wrong(path, 'an array', value);
      for (let i = 0; i < value.length; i++) {
        path.push(i);
        writeField(writer, field, value[i], true, path);
        path.pop();
      }
    } else writeField(writer, field, value, message.alternatives === true, path);
    path.pop();
  }
}

/** @param always Also write a default value, which a plain field leaves out. */
function writeField(writer: MessageWriter, field: Field, json: unknown, always: boolean, path: Path): void {
  const { number, type } = field;
  if (typeof type === 'object') writer.message(number, (inner) => writeMessage(inner, type, json ?? {}, path));
  else SCALARS[type](writer, number, json, always, path);
}

type WriteScalar = (writer: MessageWriter, field: number, json: unknown, always: boolean, path: Path) => void;

const SCALARS: Readonly<Record<Scalar, WriteScalar>> = {
  string: (writer, field, json, always, path) => {
    if (typeof json !== 'string') throw wrong(path, 'a string', json);
    if (always || json !== '') writer.text(field, json);
  },
  bool: (writer, field, json, always, path) => {
    if (typeof json !== 'boolean') throw wrong(path, 'true or false', json);
    if (always || json) writer.varint(field, json ? 1 : 0);
  },
  int64: (writer, field, json, always, path) => {
    const value = integer(json, -(2n ** 63n), 2n ** 63n - 1n, 'a signed 64-bit integer as string or number', path);
    if (always || value !== 0n) writer.varint64(field, value);
  },
  fixed64: (writer, field, json, always, path) => {
    const value = integer(json, 0n, 2n ** 64n - 1n, 'an unsigned 64-bit integer as string or number', path);
    if (always || value !== 0n) writer.fixed64(field, value);
  },
  fixed32: (writer, field, json, always, path) => {
    const value = Number(integer(json, 0n, 2n ** 32n - 1n, 'an unsigned 32-bit integer', path));
    if (always || value !== 0) writer.fixed32(field, value);
  },
  uint32: (writer, field, json, always, path) => {
    const value = Number(integer(json, 0n, 2n ** 32n - 1n, 'an unsigned 32-bit integer', path));
    if (always || value !== 0) writer.varint(field, value);
  },
  enum: (writer, field, json, always, path) => {
    if (typeof json !== 'number') throw wrong(path, 'an integer (names of enums are not valid in OTLP/JSON)', json);
    const value = integer(json, -(2n ** 31n), 2n ** 31n - 1n, 'a 32-bit integer', path);
    if (always || value !== 0n) writer.varint64(field, value);
  },
  double: (writer, field, json, always, path) => {
    const value = double(json, path);
    if (always || value !== 0) writer.double(field, value);
  },
  hex: (writer, field, json, always, path) => {
    if (typeof json !== 'string' || json.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(json))
      throw wrong(path, 'an even number of hex digits', json);
    if (always || json !== '') writer.bytes(field, Buffer.from(json, 'hex'));
  },
  base64: (writer, field, json, always, path) => {
    if (typeof json !== 'string' || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(json)) throw wrong(path, 'base64', json);
    if (always || json !== '') writer.bytes(field, Buffer.from(json, 'base64'));
  },
};

function integer(json: unknown, least: bigint, most: bigint, expected: string, path: Path): bigint {
  let value: bigint | undefined;
  if (typeof json === 'bigint') value = json;
  else if (typeof json === 'number' && Number.isInteger(json)) {
    if (!Number.isSafeInteger(json)) throw ROUNDED;
    value = BigInt(json);
  } else if (typeof json === 'string' && /^-?\d{1,20}$/.test(json)) value = BigInt(json);
  if (value === undefined || value < least || value > most) throw wrong(path, expected, json);
  return value;
}

function double(json: unknown, path: Path): number {
  if (typeof json === 'number' || typeof json === 'bigint') return Number(json);
  if (typeof json === 'string') {
    if (json === 'NaN') return NaN;
    const value = json.trim() === '' ? NaN : Number(json);
    if (!Number.isNaN(value)) return value;
  }
  throw wrong(path, 'a number, "NaN", "Infinity" or "-Infinity"', json);
}

function wrong(path: Path, expected: string, got: unknown): MalformedRequest {
  const value = named(got);
  const short = value.length > 60 ? `${value.slice(0, 60)}…` : value;
  return new MalformedRequest(`${shown(path)}: expected ${expected}, got ${short}`);
}

/** As it stands in JSON. What is nested too deep to be written out is only named. */
function named(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  try {
    return JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? Number(one) : one));
  } catch {
    return 'a deeply nested value';
  }
}

/** `resourceLogs[0].scopeLogs[0].logRecords[3].timeUnixNano` */
function shown(path: Path): string {
  if (path.length === 0) return 'request';
  return path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');
}
