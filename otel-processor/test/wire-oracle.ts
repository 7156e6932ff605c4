/**
 * A second, plain implementation of the protobuf wire format and of the parts of OTLP that tests compare: written for
 * clarity, sharing no code with the product, so that both are wrong only together.
 */

/** A varint; `padding` adds bytes it would not need. */
export function varint(value: number | bigint, padding = 0): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    bytes.push(Number(rest & 127n));
    rest >>= 7n;
  } while (rest > 0n);
  for (let i = 0; i < padding && bytes.length < 10; i++) bytes.push(0);
  return Buffer.from(bytes.map((byte, i) => (i < bytes.length - 1 ? byte | 128 : byte)));
}

/** A length-delimited field, with optional padding of its tag and its length. */
export function bytesField(field: number, value: Uint8Array | string, tagPadding = 0, lengthPadding = 0): Buffer {
  const content = Buffer.from(value as Uint8Array);
  return Buffer.concat([varint(field * 8 + 2, tagPadding), varint(content.length, lengthPadding), content]);
}

export function varintField(field: number, value: number | bigint, padding = 0): Buffer {
  return Buffer.concat([varint(field * 8, padding), varint(value, padding)]);
}

export function fixed64Field(field: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return Buffer.concat([varint(field * 8 + 1), bytes]);
}

export function doubleField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([varint(field * 8 + 1), bytes]);
}

export function fixed32Field(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return Buffer.concat([varint(field * 8 + 5), bytes]);
}

/** AnyValue by kind. */
export const any = {
  text: (value: string): Buffer => bytesField(1, value),
  bool: (value: boolean): Buffer => varintField(2, value ? 1 : 0),
  int: (value: bigint): Buffer => varintField(3, value),
  double: (value: number): Buffer => doubleField(4, value),
  list: (...values: readonly Buffer[]): Buffer =>
    bytesField(5, Buffer.concat(values.map((value) => bytesField(1, value)))),
  map: (...pairs: readonly Buffer[]): Buffer => bytesField(6, Buffer.concat(pairs.map((pair) => bytesField(1, pair)))),
  bytes: (value: Uint8Array): Buffer => bytesField(7, value),
};

export function keyValue(key: string, value: Buffer): Buffer {
  return Buffer.concat([bytesField(1, key), bytesField(2, value)]);
}

/** A request of one resource and one scope. */
export function requestOf(records: readonly Buffer[], resource: readonly Buffer[] = []): Buffer {
  const scope = Buffer.concat(records.map((record) => bytesField(2, record)));
  const message = Buffer.concat(resource.map((pair) => bytesField(1, pair)));
  return bytesField(1, Buffer.concat([bytesField(1, message), bytesField(2, scope)]));
}

export interface WireField {
  readonly field: number;
  readonly wireType: number;
  /** Varint, fixed32 and fixed64 as a number of 64 bits. */
  readonly number: bigint;
  /** Content of a length-delimited field. */
  readonly content: Buffer;
  /** Tag, length and content as they stand on the wire. */
  readonly raw: Buffer;
  /** The tag alone. */
  readonly tag: Buffer;
}

/** The fields of a message, in order. @throws RangeError where the wire format is broken. */
export function fieldsOf(message: Uint8Array): WireField[] {
  const bytes = Buffer.from(message);
  const fields: WireField[] = [];
  let at = 0;
  const take = (count: number): Buffer => {
    if (count > bytes.length - at) throw new RangeError('truncated');
    at += count;
    return bytes.subarray(at - count, at);
  };
  const takeVarint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = take(1)[0];
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
    throw new RangeError('varint of more than 10 bytes');
  };
  while (at < bytes.length) {
    const start = at;
    const key = takeVarint();
    if (key < 8n || key > 0xffffffffn) throw new RangeError('invalid tag');
    const tag = bytes.subarray(start, at);
    const wireType = Number(key & 7n);
    let number = 0n;
    let content: Buffer = Buffer.alloc(0);
    if (wireType === 0) number = BigInt.asUintN(64, takeVarint());
    else if (wireType === 1) number = take(8).readBigUInt64LE();
    else if (wireType === 2) content = take(Number(takeVarint()));
    else if (wireType === 5) number = BigInt(take(4).readUInt32LE());
    else throw new RangeError(`wire type ${wireType}`);
    fields.push({ field: Number(key >> 3n), wireType, number, content, raw: bytes.subarray(start, at), tag });
  }
  return fields;
}

/** Contents of all fields with this number that are length-delimited. */
export function contents(message: Uint8Array, field: number): Buffer[] {
  return fieldsOf(message).flatMap((one) => (one.field === field && one.wireType === 2 ? [one.content] : []));
}

/** An AnyValue as a comparable value, tagged so that "1" and 1 differ; null when empty. */
export function valueOf(message: Uint8Array): unknown {
  const known = fieldsOf(message).filter(({ field }) => field >= 1 && field <= 7);
  const last = known.at(-1);
  if (last === undefined) return null;
  switch (last.field) {
    case 1:
      return { text: last.content.toString('utf8') };
    case 2:
      return { bool: last.number !== 0n };
    case 3:
      return { int: BigInt.asIntN(64, last.number) };
    case 4: {
      const bytes = Buffer.alloc(8);
      bytes.writeBigUInt64LE(last.number);
      return { double: bytes.readDoubleLE() };
    }
    case 5:
      return { list: contents(last.content, 1).map(valueOf) };
    case 6:
      return { map: contents(last.content, 1).map(pairOf) };
    default:
      return { bytes: last.content.toString('hex') };
  }
}

/** A KeyValue as key and value. */
export function pairOf(message: Uint8Array): [string, unknown] {
  const value = contents(message, 2).at(-1);
  return [contents(message, 1).at(-1)?.toString('utf8') ?? '', value === undefined ? undefined : valueOf(value)];
}

/** All records of a request, in order. */
export function recordsOf(request: Uint8Array): Buffer[] {
  return contents(request, 1).flatMap((resource) => contents(resource, 2).flatMap((scope) => contents(scope, 2)));
}
