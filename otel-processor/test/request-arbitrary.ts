/** Arbitrary OTLP logs requests, unusual encodings included: any order, unknown fields, padded varints, repeats. */
import fc from 'fast-check';
import { any, bytesField, fixed32Field, fixed64Field, keyValue, varintField } from './wire-oracle.ts';

const padding = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }) },
);
const uint64 = fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.constantFrom(0n, 1n, 2n ** 63n, 2n ** 64n - 1n));
const int64 = fc.oneof(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.constantFrom(0n, -1n, -(2n ** 63n)));

const { value } = fc.letrec<{ value: Buffer }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }).map(any.text),
    fc.string({ minLength: 120, maxLength: 300 }).map(any.text),
    fc.constant(Buffer.alloc(0)),
    fc.boolean().map(any.bool),
    int64.map(any.int),
    fc.double().map(any.double),
    fc.uint8Array({ maxLength: 20 }).map(any.bytes),
    fc.array(tie('value'), { maxLength: 3 }).map((values) => any.list(...values)),
    fc
      .array(fc.tuple(fc.string(), tie('value')), { maxLength: 3 })
      .map((pairs) => any.map(...pairs.map(([key, one]) => keyValue(key, one)))),
  ),
}));
export const anyValue = value;

/** Keys that the decoder looks for, and others. */
const key = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ minLength: 128, maxLength: 200 }),
  fc.constantFrom(
    'anomaly.score',
    'anomaly.unscored',
    'log.record.template',
    'log.file.name',
    'anomaly.Score',
    'thread.name',
  ),
);

export const attribute = fc
  .tuple(key, value, padding, fc.boolean())
  .map(([name, one, pad, valueFirst]) =>
    Buffer.concat(
      valueFirst
        ? [bytesField(2, one, 0, pad), bytesField(1, name, pad)]
        : [bytesField(1, name, 0, pad), bytesField(2, one, pad)],
    ),
  );

/** A field that no message of OTLP has. */
const unknownField = fc.oneof(
  fc.tuple(fc.integer({ min: 100, max: 2 ** 29 - 1 }), uint64).map(([field, number]) => varintField(field, number)),
  fc.tuple(fc.integer({ min: 100, max: 5000 }), uint64).map(([field, number]) => fixed64Field(field, number)),
  fc.integer({ min: 100, max: 5000 }).map((field) => fixed32Field(field, 7)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => bytesField(4711, bytes)),
);

const id = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    fc.uint8Array({ minLength: length, maxLength: length }),
    fc.uint8Array({ maxLength: 20 }),
    fc.constant(new Uint8Array(length)),
  );

/** The fields of a LogRecord: each any number of times, in any order. */
export const record = fc
  .array(
    fc.oneof(
      uint64.map((time) => fixed64Field(1, time)),
      fc
        .tuple(fc.oneof(fc.integer({ min: 0, max: 30 }).map(BigInt), int64), padding)
        .map(([n, pad]) => varintField(2, n, pad)),
      fc.tuple(fc.string(), padding).map(([text, pad]) => bytesField(3, text, pad, pad)),
      fc.tuple(value, padding, padding).map(([one, a, b]) => bytesField(5, one, a, b)),
      fc.tuple(attribute, padding, padding).map(([one, a, b]) => bytesField(6, one, a, b)),
      fc.tuple(attribute, padding).map(([one, a]) => bytesField(6, one, 0, a)),
      fc.nat().map((count) => varintField(7, count)),
      fc.nat().map((flags) => fixed32Field(8, flags)),
      fc.tuple(id(16), padding).map(([bytes, pad]) => bytesField(9, bytes, 0, pad)),
      id(8).map((bytes) => bytesField(10, bytes)),
      uint64.map((time) => fixed64Field(11, time)),
      fc.string().map((name) => bytesField(12, name)),
      unknownField,
    ),
    { maxLength: 12 },
  )
  .map((fields) => Buffer.concat(fields));

const shuffledMessage = (...parts: readonly fc.Arbitrary<Buffer[]>[]): fc.Arbitrary<Buffer> =>
  fc
    .tuple(...parts)
    .chain((lists) => fc.shuffledSubarray(lists.flat(), { minLength: lists.flat().length }))
    .map((fields) => Buffer.concat(fields));

const wrapped = (field: number, message: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> =>
  fc.tuple(message, padding, padding).map(([bytes, a, b]) => bytesField(field, bytes, a, b));

const scopeLogs = shuffledMessage(
  fc.array(wrapped(2, record), { maxLength: 5 }),
  fc.array(
    fc.string().map((name) => bytesField(1, bytesField(1, name))),
    { maxLength: 1 },
  ),
  fc.array(
    fc.oneof(
      unknownField,
      fc.string().map((url) => bytesField(3, url)),
    ),
    { maxLength: 2 },
  ),
);

const resource = fc
  .array(
    attribute.map((one) => bytesField(1, one)),
    { maxLength: 3 },
  )
  .map((list) => Buffer.concat(list));

const resourceLogs = shuffledMessage(
  fc.array(wrapped(2, scopeLogs), { maxLength: 3 }),
  fc.array(wrapped(1, resource), { maxLength: 2 }),
  fc.array(
    fc.oneof(
      unknownField,
      fc.string().map((url) => bytesField(3, url)),
    ),
    { maxLength: 2 },
  ),
);

/** An ExportLogsServiceRequest on the wire. */
export const request = shuffledMessage(
  fc.array(wrapped(1, resourceLogs), { maxLength: 3 }),
  fc.array(unknownField, { maxLength: 1 }),
);
