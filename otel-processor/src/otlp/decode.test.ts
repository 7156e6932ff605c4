import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { request as anyRequest } from '../../test/request-arbitrary.ts';
import * as oracle from '../../test/wire-oracle.ts';
import {
  any,
  bytesField,
  fieldsOf,
  fixed64Field,
  keyValue,
  pairOf,
  recordsOf,
  requestOf,
  varint,
  varintField,
} from '../../test/wire-oracle.ts';
import { LogsColumns } from './columns.ts';
import { compileRecordKeys, decodeLogs } from './decode.ts';
import { MalformedRequest } from './request-errors.ts';

const RUNS = process.env.SEISMO_SOAK === '1' ? 20_000 : 1_000;

function decode(bytes: Uint8Array, keys = compileRecordKeys()): LogsColumns {
  const columns = new LogsColumns();
  decodeLogs(bytes, columns, keys);
  return columns;
}

/** What the columns say of record i, as values. */
function seen(bytes: Uint8Array, columns: LogsColumns, i: number): object {
  const text = (start: number, end: number): string | undefined =>
    start < 0 ? undefined : Buffer.from(bytes.subarray(start, end)).toString('latin1');
  const { bodyKind, bodyStart, bodyEnd, severity, timeHigh, timeLow, observedHigh, observedLow, marked } = columns;
  const trace = columns.traceStart[i];
  return {
    record: text(columns.recordStart[i], columns.recordEnd[i]),
    bodyKind: bodyKind[i],
    body: text(bodyStart[i], bodyEnd[i]),
    severity: severity[i],
    severityText: text(columns.severityTextStart[i], columns.severityTextEnd[i]),
    time: (BigInt(timeHigh[i]) << 32n) | BigInt(timeLow[i]),
    observed: (BigInt(observedHigh[i]) << 32n) | BigInt(observedLow[i]),
    trace: text(trace, trace + 16),
    template: text(columns.templateStart[i], columns.templateEnd[i]),
    file: text(columns.fileStart[i], columns.fileEnd[i]),
    marked: marked[i],
  };
}

/** The same by the plain implementation. */
function expected(record: Buffer): object {
  const fields = fieldsOf(record);
  const last = (field: number, wireType: number): oracle.WireField | undefined =>
    fields.findLast((one) => one.field === field && one.wireType === wireType);
  const bodies = fields.filter((one) => one.field === 5 && one.wireType === 2);
  const value = bodies.flatMap(({ content }) => fieldsOf(content)).findLast((one) => isValue(one));
  const severity = last(2, 0)?.number ?? 0n;
  const trace = last(9, 2)?.content;
  const attributes = fields.flatMap((one) => (one.field === 6 && one.wireType === 2 ? [pairOf(one.content)] : []));
  const textOf = (key: string): string | undefined => {
    const values = attributes.flatMap(([name, one]) => (name === key && hasText(one) ? [one.text] : []));
    const found = values.at(-1);
    return found === undefined ? undefined : Buffer.from(found, 'utf8').toString('latin1');
  };
  return {
    record: record.toString('latin1'),
    bodyKind: value?.field ?? 0,
    body:
      value === undefined
        ? undefined
        : (value.wireType === 2 ? value.content : value.raw.subarray(value.tag.length)).toString('latin1'),
    severity: severity <= 24n ? Number(severity) : 0,
    severityText: last(3, 2)?.content.toString('latin1'),
    time: last(1, 1)?.number ?? 0n,
    observed: last(11, 1)?.number ?? 0n,
    trace: trace?.length === 16 && trace.some((byte) => byte !== 0) ? trace.toString('latin1') : undefined,
    template: textOf('log.record.template'),
    file: textOf('log.file.name'),
    marked: attributes.some(([name]) => name === 'anomaly.score' || name === 'anomaly.unscored') ? 1 : 0,
  };
}

const WIRE_TYPES: Readonly<Record<number, number>> = { 1: 2, 2: 0, 3: 0, 4: 1, 5: 2, 6: 2, 7: 2 };
const isValue = (one: oracle.WireField): boolean => WIRE_TYPES[one.field] === one.wireType;
const hasText = (value: unknown): value is { text: string } =>
  typeof value === 'object' && value !== null && 'text' in value;

describe('decodeLogs', () => {
  it('reads every column as a plain decoder does, whatever the order, padding and unknown fields', () => {
    fc.assert(
      fc.property(anyRequest, (bytes) => {
        const columns = decode(bytes);
        const records = recordsOf(bytes);
        expect(columns.records).toBe(records.length);
        records.forEach((record, i) => expect(seen(bytes, columns, i)).toEqual(expected(record)));
      }),
      { numRuns: RUNS },
    );
  });

  it('keeps records, scopes and resources together, with the resource wherever it stands', () => {
    fc.assert(
      fc.property(anyRequest, (bytes) => {
        const columns = decode(bytes);
        const resources = oracle.contents(bytes, 1);
        expect(columns.resources).toBe(resources.length);
        let scope = 0;
        let record = 0;
        resources.forEach((resource, r) => {
          const message = oracle.contents(resource, 1).at(-1);
          const start = columns.resourceMessageStart[r];
          const seenMessage = start < 0 ? undefined : Buffer.from(bytes.subarray(start, columns.resourceMessageEnd[r]));
          expect(seenMessage).toEqual(message);
          expect(columns.resourceFirst[r]).toBe(scope);
          for (const content of oracle.contents(resource, 2)) {
            expect(columns.scopeResource[scope]).toBe(r);
            expect(columns.scopeFirst[scope]).toBe(record);
            for (let i = oracle.contents(content, 2).length; i > 0; i--)
              expect(columns.recordScope[record++]).toBe(scope);
            expect(columns.scopeLast[scope++]).toBe(record);
          }
          expect(columns.resourceLast[r]).toBe(scope);
        });
      }),
      { numRuns: RUNS / 4 },
    );
  });

  it('forgets the request before', () => {
    const full = requestOf([
      Buffer.concat([
        bytesField(5, any.text('x')),
        varintField(2, 9),
        bytesField(6, keyValue('log.file.name', any.text('f'))),
      ]),
    ]);
    const empty = requestOf([Buffer.alloc(0)]);
    const columns = new LogsColumns();
    decodeLogs(full, columns);
    decodeLogs(empty, columns);
    expect(seen(empty, columns, 0)).toEqual(expected(Buffer.alloc(0)));
  });

  it('finds the marks by their configured names', () => {
    const bytes = requestOf([
      bytesField(6, keyValue('odd', any.double(0.5))),
      bytesField(6, keyValue('anomaly.score', any.double(0.5))),
    ]);
    const columns = decode(bytes, compileRecordKeys({ score: 'odd' }));
    expect([...columns.marked.subarray(0, 2)]).toEqual([1, 0]);
  });

  it('reads more records than the columns had room for', () => {
    const bytes = requestOf(
      Array.from({ length: 5000 }, (_, i) =>
        Buffer.concat([varintField(2, i % 25), bytesField(5, any.text(`line ${i}`))]),
      ),
    );
    const columns = decode(bytes);
    expect(columns.records).toBe(5000);
    expect(columns.severity[4321]).toBe(4321 % 25);
    expect(columns.templateStart[4999]).toBe(-1);
  });

  const inRecord = (fields: Buffer): Buffer => requestOf([fields]);
  const malformed: Record<string, Buffer> = {
    'a group': Buffer.from([0x0b]),
    'an end of group in a record': inRecord(Buffer.from([0x2c])),
    'wire type 6': Buffer.from([0x6e]),
    'field number 0': Buffer.from([0x02, 0x00]),
    'field number 0 in a record': inRecord(Buffer.from([0x02, 0x00])),
    'a tag of more than 32 bits': Buffer.concat([varint(2n ** 35n + 2n), varint(0)]),
    'a varint of eleven bytes': Buffer.from([0x08, ...Array<number>(10).fill(0xff), 0x01]),
    'a varint without end': inRecord(Buffer.from([0x10, 0xff, 0xff])),
    'a length beyond the end': Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f]),
    'a length of 2^63': Buffer.concat([Buffer.from([0x0a]), varint(2n ** 63n)]),
    'a record that is longer than its scope': bytesField(1, bytesField(2, Buffer.from([0x12, 0x05, 0x10]))),
    'half a time': inRecord(Buffer.from([0x09, 1, 2, 3])),
    'half of the flags': inRecord(Buffer.from([0x45, 1, 2])),
    'an attribute whose key is too long': inRecord(bytesField(6, Buffer.from([0x0a, 0x09, 0x61]))),
    'an attribute whose value is too long': inRecord(
      bytesField(6, Buffer.concat([bytesField(1, 'k'), Buffer.from([0x12, 0x05, 0x0a, 0x01])])),
    ),
    'an attribute with a broken string': inRecord(bytesField(6, keyValue('k', Buffer.from([0x0a, 0x05, 0x61])))),
    'a body with a broken list': inRecord(bytesField(5, bytesField(6, Buffer.from([0x0a, 0x05, 0x61])))),
    'a body with a broken value deep inside': inRecord(
      bytesField(5, any.list(any.map(keyValue('k', any.list(Buffer.from([0x0a, 0x05])))))),
    ),
    'a resource with a broken attribute': bytesField(1, bytesField(1, Buffer.from([0x0a, 0x05, 0x61]))),
    text: Buffer.from('not protobuf at all, really'),
  };
  for (const [name, bytes] of Object.entries(malformed))
    it(`refuses ${name} and says at which byte`, () => {
      expect(() => decode(bytes)).toThrow(MalformedRequest);
      expect(() => decode(bytes)).toThrow(/byte \d+/);
    });

  it('refuses a body nested deeper than 100 levels, and reads one of 100', () => {
    const nested = (levels: number): Buffer => {
      let value: Buffer = any.text('x');
      for (let i = 0; i < levels; i++) value = any.list(value);
      return inRecord(bytesField(5, value));
    };
    expect(decode(nested(100)).bodyKind[0]).toBe(5);
    expect(() => decode(nested(101))).toThrow('nested deeper than 100');
    expect(() => decode(nested(20_000))).toThrow('nested deeper than 100');
  });

  it('refuses a request of too many empty records instead of taking gigabytes for them', () => {
    const bytes = bytesField(1, bytesField(2, Buffer.alloc(2 * ((1 << 20) + 1), Buffer.from([0x12, 0x00]))));
    expect(() => decode(bytes)).toThrow('more than 1048576 records');
  });

  it('knows the 64-bit edges of times', () => {
    const bytes = requestOf([Buffer.concat([fixed64Field(1, 2n ** 64n - 1n), fixed64Field(11, 2n ** 63n)])]);
    const columns = decode(bytes);
    expect([columns.timeLow[0], columns.timeHigh[0]]).toEqual([0xffffffff, 0xffffffff]);
    expect([columns.observedLow[0], columns.observedHigh[0]]).toEqual([0, 0x80000000]);
  });
});
