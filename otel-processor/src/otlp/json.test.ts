import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { any, bytesField, contents, fieldsOf, pairOf, recordsOf, requestOf, valueOf } from '../../test/wire-oracle.ts';
import { jsonToProtobuf } from './json.ts';
import { MalformedRequest } from './request-errors.ts';

const RUNS = process.env.SEISMO_SOAK === '1' ? 10_000 : 500;
const translate = (json: unknown): Uint8Array => jsonToProtobuf(Buffer.from(JSON.stringify(json)));
const withRecord = (record: unknown): unknown => ({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
const recordText = (record: string): Buffer =>
  Buffer.from(`{"resourceLogs":[{"scopeLogs":[{"logRecords":[${record}]}]}]}`);
const number = (record: Uint8Array, field: number): bigint | undefined =>
  fieldsOf(record).find((one) => one.field === field)?.number;

/** An AnyValue in JSON beside what it means. */
const { value } = fc.letrec<{ value: [unknown, unknown] }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'grapheme' }).map((text): [unknown, unknown] => [{ stringValue: text }, { text }]),
    fc.boolean().map((bool): [unknown, unknown] => [{ boolValue: bool }, { bool }]),
    fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map((int): [unknown, unknown] => [{ intValue: String(int) }, { int }]),
    fc.maxSafeInteger().map((int): [unknown, unknown] => [{ intValue: int }, { int: BigInt(int) }]),
    fc.double().map((double): [unknown, unknown] => [
      {
        doubleValue:
          Number.isFinite(double) && !Object.is(double, -0) ? double : Object.is(double, -0) ? '-0' : String(double),
      },
      { double },
    ]),
    fc
      .uint8Array()
      .map((bytes): [unknown, unknown] => [
        { bytesValue: Buffer.from(bytes).toString('base64') },
        { bytes: Buffer.from(bytes).toString('hex') },
      ]),
    fc.constant<[unknown, unknown]>([{}, null]),
    fc
      .array(tie('value'), { maxLength: 3 })
      .map((list): [unknown, unknown] => [
        { arrayValue: { values: list.map(([json]) => json) } },
        { list: list.map(([, one]) => one) },
      ]),
    fc
      .array(fc.tuple(fc.string(), tie('value')), { maxLength: 3 })
      .map((pairs): [unknown, unknown] => [
        { kvlistValue: { values: pairs.map(([key, [json]]) => ({ key, value: json })) } },
        { map: pairs.map(([key, [, one]]) => [key, one]) },
      ]),
  ),
}));

describe('jsonToProtobuf', () => {
  it('means in protobuf what the JSON meant, for all kinds of values', () => {
    fc.assert(
      fc.property(value, fc.string(), value, ([body, bodyMeans], key, [attribute, attributeMeans]) => {
        const [record] = recordsOf(translate(withRecord({ body, attributes: [{ key, value: attribute }] })));
        expect(contents(record, 5).map(valueOf)).toEqual([bodyMeans]);
        expect(contents(record, 6).map(pairOf)).toEqual([[key, attributeMeans]]);
      }),
      { numRuns: RUNS },
    );
  });

  it('writes all fields of a record, its scope and its resource', () => {
    const bytes = translate({
      resourceLogs: [
        {
          schemaUrl: 'r',
          resource: {
            attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }],
            droppedAttributesCount: 2,
          },
          scopeLogs: [
            {
              schemaUrl: 's',
              scope: { name: 'lib', version: '1.0', attributes: [], droppedAttributesCount: 1 },
              logRecords: [
                {
                  timeUnixNano: '18446744073709551615',
                  observedTimeUnixNano: 5,
                  severityNumber: 17,
                  severityText: 'ERROR',
                  flags: 1,
                  droppedAttributesCount: 3,
                  traceId: '0AF7651916cd43dd8448eb211c80319c',
                  spanId: 'b7ad6b7169203331',
                  eventName: 'e',
                },
              ],
            },
          ],
        },
      ],
    });
    const [record] = recordsOf(bytes);
    expect([1, 11, 2, 8, 7].map((field) => number(record, field))).toEqual([2n ** 64n - 1n, 5n, 17n, 1n, 3n]);
    expect([3, 12].map((field) => contents(record, field)[0].toString())).toEqual(['ERROR', 'e']);
    expect([9, 10].map((field) => contents(record, field)[0].toString('hex'))).toEqual([
      '0af7651916cd43dd8448eb211c80319c',
      'b7ad6b7169203331',
    ]);
    const [resourceLogs] = contents(bytes, 1);
    expect(contents(contents(resourceLogs, 1)[0], 1).map(pairOf)).toEqual([['service.name', { text: 'shop' }]]);
    expect(
      contents(resourceLogs, 3)
        .concat(contents(contents(resourceLogs, 2)[0], 3))
        .join(),
    ).toBe('r,s');
    expect(contents(contents(contents(resourceLogs, 2)[0], 1)[0], 1).join()).toBe('lib');
  });

  it('reads integers beyond 2^53 that are written as numbers exactly', () => {
    const [record] = recordsOf(
      jsonToProtobuf(recordText('{"timeUnixNano":1763700000123456789,"body":{"intValue":-9223372036854775808}}')),
    );
    expect(number(record, 1)).toBe(1763700000123456789n);
    expect(contents(record, 5).map(valueOf)).toEqual([{ int: -(2n ** 63n) }]);
  });

  it('gives the same bytes as protobuf of the same data', () => {
    const json = translate({
      resourceLogs: [{ resource: {}, scopeLogs: [{ logRecords: [{ body: { stringValue: 'ü €' } }] }] }],
    });
    expect(Buffer.from(json)).toEqual(requestOf([bytesField(5, any.text('ü €'))]));
  });

  it('takes nulls as absent, ignores unknown fields, and does not know snake_case', () => {
    const [record] = recordsOf(
      translate(
        withRecord({
          body: null,
          attributes: null,
          traceId: null,
          future: { a: [1] },
          severity_number: 9,
          severityText: '',
        }),
      ),
    );
    expect(record.length).toBe(0);
  });

  it('takes an empty object for an empty request', () => {
    expect(translate({}).length).toBe(0);
    expect(recordsOf(translate({ resourceLogs: [] })).length).toBe(0);
  });

  const refused: readonly (readonly [string, string])[] = [
    ['{', 'body is no JSON'],
    ['[]', 'request: expected an object, got []'],
    ['"x"', 'request: expected an object, got "x"'],
    ['null', 'request: expected an object, got null'],
    ['{"resourceLogs":5}', 'resourceLogs: expected an array, got 5'],
    ['{"resourceLogs":[7]}', 'resourceLogs[0]: expected an object, got 7'],
  ];
  for (const [text, message] of refused)
    it(`refuses ${text}`, () => {
      expect(() => jsonToProtobuf(Buffer.from(text))).toThrow(MalformedRequest);
      expect(() => jsonToProtobuf(Buffer.from(text))).toThrow(message);
    });

  const inRecord = 'resourceLogs[0].scopeLogs[0].logRecords[0]';
  const wrongRecords: readonly (readonly [string, string])[] = [
    [
      '{"timeUnixNano":"abc"}',
      `${inRecord}.timeUnixNano: expected an unsigned 64-bit integer as string or number, got "abc"`,
    ],
    ['{"timeUnixNano":"-1"}', 'timeUnixNano'],
    ['{"timeUnixNano":"18446744073709551616"}', 'timeUnixNano'],
    ['{"timeUnixNano":18446744073709551616}', 'got 18446744073709551616'],
    ['{"timeUnixNano":1.5}', 'got 1.5'],
    ['{"timeUnixNano":1e400}', 'timeUnixNano'],
    ['{"timeUnixNano":""}', 'timeUnixNano'],
    ['{"severityNumber":"INFO"}', 'names of enums'],
    ['{"severityNumber":4294967296}', 'severityNumber'],
    ['{"flags":-1}', 'flags'],
    ['{"traceId":"xyz"}', 'traceId: expected an even number of hex digits'],
    ['{"body":"text"}', `${inRecord}.body: expected an object, got "text"`],
    ['{"body":{"intValue":"9223372036854775808"}}', 'body.intValue: expected a signed 64-bit integer'],
    ['{"body":{"intValue":1e20}}', 'body.intValue'],
    ['{"body":{"boolValue":"true"}}', 'body.boolValue: expected true or false'],
    ['{"body":{"doubleValue":"much"}}', 'body.doubleValue: expected a number'],
    ['{"body":{"bytesValue":"*"}}', 'body.bytesValue: expected base64'],
    ['{"body":{"arrayValue":[]}}', 'body.arrayValue: expected an object'],
    ['{"attributes":[{"key":5}]}', 'attributes[0].key: expected a string, got 5'],
    ['{"severityText":{"a":"' + 'x'.repeat(500) + '"}}', '…'],
  ];
  for (const [record, message] of wrongRecords)
    it(`says what is wrong with ${record.slice(0, 60)}`, () => {
      expect(() => jsonToProtobuf(recordText(record))).toThrow(MalformedRequest);
      expect(() => jsonToProtobuf(recordText(record))).toThrow(message);
    });

  it('refuses values nested beyond 100 levels, at any depth of nesting', () => {
    const nested = (levels: number): Buffer =>
      recordText(`{"body":${'{"arrayValue":{"values":['.repeat(levels)}{"intValue":1}${']}}'.repeat(levels)}}`);
    expect(recordsOf(jsonToProtobuf(nested(99))).length).toBe(1);
    expect(() => jsonToProtobuf(nested(105))).toThrow('nested too deeply');
    expect(() => jsonToProtobuf(nested(50_000))).toThrow(MalformedRequest);
  });

  it('refuses anything in place of a text, however large or nested it is', () => {
    for (const wrong of ['{"n":9007199254740993}', '9007199254740993', `${'['.repeat(100_000)}${']'.repeat(100_000)}`])
      expect(() => jsonToProtobuf(recordText(`{"severityText":${wrong}}`)), wrong.slice(0, 30)).toThrow(
        MalformedRequest,
      );
  });

  it('takes any bytes without a crash', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json({ maxDepth: 6 }).map((text) => Buffer.from(text)),
          fc.uint8Array().map((bytes) => Buffer.from(bytes)),
        ),
        (bytes) => {
          try {
            jsonToProtobuf(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(MalformedRequest);
          }
        },
      ),
      { numRuns: RUNS },
    );
  });
});
