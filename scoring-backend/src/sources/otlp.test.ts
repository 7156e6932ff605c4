import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { csvColumn } from '../../../otel-processor/bench/batches.ts';
import { NO_REFERENCE_DATA, referenceData } from '../../../otel-processor/test/needs.ts';
import {
  any,
  bytesField,
  fixed64Field,
  keyValue,
  requestOf,
  varintField,
} from '../../../otel-processor/test/wire-oracle.ts';
import { ADDRESS, DURATION, STATUS, USER } from '@seismo/otel-processor/otlp/record-keys';
import type { StreamIdentity } from '../engine/stream-identity.ts';
import { RecordBatch } from '../engine/record-batch.ts';
import { RecordValues } from '../engine/records/record-values.ts';
import { unixMs } from './event-time.ts';
import { NO_STREAM, OtlpSource } from './otlp.ts';

const T = Date.UTC(2025, 10, 21, 12);
const ns = (ms: number): bigint => BigInt(ms) * 1_000_000n;

class Streams {
  readonly identities: StreamIdentity[] = [];
  asked = 0;
  stream(identity: StreamIdentity): number {
    this.asked++;
    const known = this.identities.findIndex((one) => JSON.stringify(one) === JSON.stringify(identity));
    return known >= 0 ? known : this.identities.push(identity) - 1;
  }
}

function read(bytes: Uint8Array, streams = new Streams(), source = new OtlpSource()): RecordBatch {
  const batch = new RecordBatch();
  source.read(bytes, 'tenant', streams, batch);
  return batch;
}
const record = (...fields: Buffer[]): Buffer => Buffer.concat(fields);
const body = (text: string): Buffer => bytesField(5, any.text(text));
const attribute = (key: string, text: string): Buffer => bytesField(6, keyValue(key, any.text(text)));
const resource = (key: string, text: string): Buffer => keyValue(key, any.text(text));
const textOf = (batch: RecordBatch, i: number): string =>
  Buffer.from(batch.bytes.subarray(batch.messageStart[i], batch.messageEnd[i])).toString();

describe('OtlpSource', () => {
  it('fills one row per record: stream, time, severity, message, template and trace', () => {
    const trace = Buffer.from('0af7651916cd43dd8448eb211c80319c', 'hex');
    const streams = new Streams();
    const bytes = requestOf(
      [
        record(
          fixed64Field(1, ns(T)),
          varintField(2, 17),
          body('hello'),
          attribute('log.record.template', 'he<*>'),
          bytesField(9, trace),
        ),
        record(),
      ],
      [resource('service.name', 'cart'), resource('service.namespace', 'shop')],
    );
    const batch = read(bytes, streams);
    expect(batch.records).toBe(2);
    expect([batch.stream[0], batch.timeMs[0], batch.severity[0], textOf(batch, 0)]).toEqual([0, T, 17, 'hello']);
    expect(bytes.subarray(batch.templateStart[0], batch.templateEnd[0]).toString()).toBe('he<*>');
    expect(bytes.subarray(batch.traceStart[0], batch.traceStart[0] + 16)).toEqual(trace);
    expect([batch.messageStart[1], batch.messageEnd[1], batch.traceStart[1], batch.templateStart[1]]).toEqual([
      0, 0, -1, -1,
    ]);
    expect(streams.identities).toEqual([{ tenant: 'tenant', namespace: 'shop', service: 'cart', environment: '' }]);
  });

  it('takes the time of the record, else of the body, else of the observation', () => {
    const observed = fixed64Field(11, ns(T));
    const batch = read(
      requestOf([
        record(fixed64Field(1, ns(T - 5000)), observed, body('2025-11-21 11:00:00 x')),
        record(observed, body('2025-11-21 11:00:00.250 x')),
        record(observed, body('11:59:58.001 x')),
        record(observed, body('no time')),
        record(body('no time at all')),
      ]),
    );
    expect([...batch.timeMs.subarray(0, 5)]).toEqual([T - 5000, T - 3_600_000 + 250, T - 1999, T, T]);
  });

  it('does not believe a clock that is more than a minute ahead of the observation', () => {
    const observed = fixed64Field(11, ns(T));
    const batch = read(
      requestOf([
        record(fixed64Field(1, ns(T + 60_000)), observed),
        record(fixed64Field(1, ns(T + 60_001)), observed),
        record(observed, body('2025-11-21 13:00:00 x')),
        record(fixed64Field(1, 2n ** 64n - 1n), observed),
        record(fixed64Field(1, 2n ** 64n - 1n)),
      ]),
    );
    expect([...batch.timeMs.subarray(0, 5)]).toEqual([T + 60_000, T, T, T, T]);
  });

  it('leaves marked records out and asks for no stream for them', () => {
    const streams = new Streams();
    const batch = read(
      requestOf([record(body('x'), bytesField(6, keyValue('anomaly.score', any.double(0.1))))]),
      streams,
    );
    expect([batch.records, batch.stream[0], streams.asked]).toEqual([1, NO_STREAM, 0]);
    const named = new OtlpSource({ names: { score: 'odd' } });
    expect(read(requestOf([record(bytesField(6, keyValue('odd', any.double(0.1))))]), streams, named).stream[0]).toBe(
      NO_STREAM,
    );
  });

  it('lists the attributes that tell who did what, with their kinds, in the order of records', () => {
    const value = (key: string, content: Buffer): Buffer => bytesField(6, keyValue(key, content));
    const bytes = requestOf([
      record(attribute('client.address', '203.0.113.7'), attribute('other', 'x'), body('a')),
      record(body('b')),
      record(
        ...[body('c'), attribute('user.name', 'anna'), value('http.response.status_code', any.int(404n))],
        ...[value('http.server.request.duration', any.double(0.25)), value('client.address', any.int(7n))],
      ),
    ]);
    const batch = read(bytes);
    const { values, valueRecord, valueMeaning, valueKind, valueStart, valueEnd } = batch;
    const list = Array.from({ length: values }, (_, v) => [
      valueRecord[v],
      valueMeaning[v],
      valueKind[v],
      Buffer.from(bytes.subarray(valueStart[v], valueEnd[v])).toString('hex'),
    ]);
    const hex = (text: string): string => Buffer.from(text).toString('hex');
    expect(list).toEqual([
      [0, ADDRESS, 1, hex('203.0.113.7')],
      [2, USER, 1, hex('anna')],
      [2, STATUS, 3, '9403'],
      [2, DURATION, 4, '000000000000d03f'],
      [2, ADDRESS, 3, '07'],
    ]);
    const recordValues = new RecordValues();
    recordValues.begin(batch, 1, values);
    expect([recordValues.status, recordValues.durationMs, recordValues.addressStart]).toEqual([404, 250, -1]);
    // The next request begins with none.
    expect(read(requestOf([record(body('d'))])).values).toBe(0);
  });

  it('takes the severity from the number, else the text, else the line', () => {
    const batch = read(
      requestOf([
        record(varintField(2, 5), bytesField(3, 'ERROR'), body('x')),
        record(bytesField(3, 'Warning'), body('ERROR x')),
        record(body('12:00:00 ERROR x')),
        record(body('x')),
      ]),
    );
    expect([...batch.severity.subarray(0, 4)]).toEqual([5, 13, 17, 0]);
  });

  it('templates JSON text, logfmt and maps by their message, and takes level and time from their fields', () => {
    const json = `{"time":"2025-11-21T11:00:00Z","level":"error","msg":"disk full","id":7}`;
    const map = bytesField(
      5,
      any.map(keyValue('level', any.text('warn')), keyValue('message', any.text('queue long'))),
    );
    const batch = read(requestOf([record(body(json)), record(map), record(body('plain'))]));
    expect([0, 1, 2].map((i) => textOf(batch, i))).toEqual(['disk full', 'queue long', 'plain']);
    expect([...batch.severity.subarray(0, 3)]).toEqual([17, 13, 0]);
    expect(batch.timeMs[0]).toBe(T - 3_600_000);
    // The line to show is the body as it came.
    expect(Buffer.from(batch.bytes.subarray(batch.lineStart[0], batch.lineEnd[0])).toString()).toBe(json);
    const logfmt = read(requestOf([record(varintField(2, 9), body('level=info msg="order 7 done" user=4'))]));
    expect(textOf(logfmt, 0)).toBe('order 7 done');
  });

  it('takes the service that a record names itself', () => {
    const streams = new Streams();
    const records = [record(body('x')), record(body('x'), attribute('service.name', 'own')), record(body('x'))];
    const batch = read(requestOf(records, [resource('service.name', 'cart')]), streams);
    expect([...batch.stream.subarray(0, 3)]).toEqual([0, 1, 0]);
    expect(streams.identities.map(({ service }) => service)).toEqual(['cart', 'own']);
  });

  it('asks once per resource, and per file only where the file decides', () => {
    const streams = new Streams();
    const source = new OtlpSource();
    const named = requestOf(
      [record(attribute('log.file.name', 'a.log')), record(attribute('log.file.name', 'b.log'))],
      [resource('service.name', 's')],
    );
    const host = requestOf(
      ['a.log', 'a.log.1', 'b.log', 'a.log', ''].map((file) =>
        file === '' ? record(body('x')) : record(attribute('log.file.name', file)),
      ),
      [resource('host.name', 'h')],
    );
    for (let i = 0; i < 3; i++) {
      expect([...read(named, streams, source).stream.subarray(0, 2)]).toEqual([0, 0]);
      expect([...read(host, streams, source).stream.subarray(0, 5)]).toEqual([1, 1, 2, 1, 3]);
    }
    expect(streams.asked).toBe(5);
    expect(streams.identities.map(({ service }) => service)).toEqual(['s', 'a.log', 'b.log', 'h']);
  });

  it('asks again when the engine behind it is another one', () => {
    const source = new OtlpSource();
    const bytes = requestOf([record(body('x'))], [resource('service.name', 's')]);
    const first = new Streams();
    const second = new Streams();
    second.stream({ tenant: 't', namespace: '', service: 'other', environment: '' });
    expect(read(bytes, first, source).stream[0]).toBe(0);
    expect(read(bytes, second, source).stream[0]).toBe(1);
  });

  it('keeps tenants apart', () => {
    const streams = new Streams();
    const source = new OtlpSource();
    const bytes = requestOf([record(body('x'))], [resource('service.name', 's')]);
    const batch = new RecordBatch();
    source.read(bytes, 'a', streams, batch);
    source.read(bytes, 'b', streams, batch);
    expect(batch.stream[0]).toBe(1);
  });

  it('gives structured bodies their message', () => {
    const batch = read(
      requestOf([
        record(bytesField(5, any.map(keyValue('level', any.text('info')), keyValue('msg', any.text('inner'))))),
      ]),
    );
    expect(textOf(batch, 0)).toBe('inner');
  });

  it('reads the Content of a loghub system as the messages', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const file = join(referenceData ?? '', 'loghub-2k/Mac/Mac_2k.log_structured.csv');
    const lines = csvColumn(readFileSync(file, 'utf8'), 'Content');
    expect(lines.length).toBe(2000);
    const batch = read(requestOf(lines.map((line) => record(body(line)))));
    lines.forEach((line, i) => expect(textOf(batch, i)).toBe(line));
  });
});

describe('unixMs', () => {
  it('is exact over the whole range of 64 bits', () => {
    for (let i = 0n; i < 2000n; i++) {
      const value = i < 4n ? 2n ** 64n - 1n - i : (i * 0x9e3779b97f4a7c15n) % 2n ** 64n;
      for (const time of [value, (value / 1_000_000n) * 1_000_000n])
        expect(unixMs(Number(time >> 32n), Number(time & 0xffffffffn))).toBe(Number(time / 1_000_000n));
    }
  });
});
