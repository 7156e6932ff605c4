/**
 * What OTLP asks of a server, point by point. Most points are held by tests beside the code or about one subject; here are
 * those that need all doors at once, or clients that nobody here wrote.
 *
 * | Point                                                          | Held by                                                 |
 * | -------------------------------------------------------------- | ------------------------------------------------------- |
 * | 1. protobuf, JSON, gRPC, HTTP, packed or not: the same records | here; json.test.ts for every kind of value              |
 * | 2. empty request: 200 without partial_success                  | here; fail-open.test.ts: nobody is asked                |
 * | 3. one bad record of ten: partial success with 1               | here; status.test.ts for the encodings                  |
 * | 4. undecodable: 400 with a Status in the request's encoding    | bad-input.test.ts; grpc-receiver.test.ts                |
 * | 5. 64 MiB after decompression, enforced as a stream            | here (10 GiB); bad-input.test.ts, compression.test.ts   |
 * | 6. overload: 503 or UNAVAILABLE with a delay, nothing lost     | bad-input.test.ts; backend, test/collector: Collector   |
 * | 7. exact content types in answers                              | here; http-receiver.test.ts, bad-input.test.ts          |
 * | 8. zstd over HTTP and gRPC                                     | here; backend, test/collector: what the Collector packs |
 * | 9. unknown fields survive byte for byte                        | splice.test.ts                                          |
 * | 10. nanoseconds and 64-bit integers survive                    | here; json.test.ts, decode.test.ts                      |
 * | 11. all kinds of values survive, empty and nested ones too     | here; json.test.ts, splice.test.ts                      |
 * | 12. SIGTERM drains in time; zero loss with the Collector       | crash.test.ts; backend, test/collector                  |
 * | 13. next hop away: bounded memory, back pressure               | backend, test/collector: next-hop-away.test.ts          |
 * | 14. loops are seen and counted                                 | loops.test.ts                                           |
 * | 15. scoring away: fail-open with a reason                      | fail-open.test.ts                                       |
 */
import { once } from 'node:events';
import http2 from 'node:http2';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config.ts';
import { startProcessor } from '../src/main.ts';
import type { Processor } from '../src/main.ts';
import { decodeExportResponse, encodeExportResponse, exportResponseFromJson } from '../src/otlp/status.ts';
import { logsRequest } from './messages.ts';
import { ConstantScorer, Sink, exportLogs, postLogs } from './neighbours.ts';
import { any, bytesField, contents, fieldsOf, fixed64Field, keyValue } from './wire-oracle.ts';
import { fixed32Field, pairOf, recordsOf, requestOf, valueOf, varintField } from './wire-oracle.ts';

const MIB = 1024 * 1024;

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(settings: Record<string, unknown> = {}): Promise<{ processor: Processor; sink: Sink }> {
  const sink = await new Sink().start();
  const scorer = await new ConstantScorer().start();
  stops.push(
    () => sink.stop(),
    () => scorer.stop(),
  );
  const processor = await startProcessor(
    parseConfig({
      ...{ otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'silent' },
      ...{ forward: { url: sink.url }, scoring: { endpoint: scorer.url, timeoutMs: 10_000 } },
      ...settings,
    }),
  );
  stops.push(() => processor.close());
  return { processor, sink };
}

const TRACE = '5b8efff798038103d269b633813fc60c';
const SPAN = 'eee19b7ec3c1b174';
/** One record with every kind of value and 64-bit numbers that a double cannot hold, in JSON … */
const JSON_REQUEST = Buffer.from(
  JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
        scopeLogs: [
          {
            logRecords: [
              {
                timeUnixNano: '1763700000123456789',
                observedTimeUnixNano: '1763700000123456790',
                severityNumber: 17,
                severityText: 'ERROR',
                body: { kvlistValue: { values: [{ key: 'message', value: { stringValue: 'ü €' } }] } },
                attributes: [
                  { key: 'text', value: { stringValue: '' } },
                  { key: 'yes', value: { boolValue: true } },
                  { key: 'int', value: { intValue: '-9223372036854775807' } },
                  { key: 'double', value: { doubleValue: 0.1 } },
                  { key: 'bytes', value: { bytesValue: Buffer.from([0, 255]).toString('base64') } },
                  { key: 'empty', value: {} },
                  { key: 'list', value: { arrayValue: { values: [{ intValue: 1 }, {}, { stringValue: 'x' }] } } },
                  { key: 'none', value: { arrayValue: {} } },
                ],
                flags: 1,
                traceId: TRACE,
                spanId: SPAN,
                eventName: 'order.failed',
              },
            ],
          },
        ],
      },
    ],
  }),
);
/** … and in protobuf. */
const PROTOBUF_REQUEST = requestOf(
  [
    Buffer.concat([
      fixed64Field(1, 1763700000123456789n),
      varintField(2, 17),
      bytesField(3, 'ERROR'),
      bytesField(5, any.map(keyValue('message', any.text('ü €')))),
      ...[
        keyValue('text', any.text('')),
        keyValue('yes', any.bool(true)),
        keyValue('int', any.int(-9223372036854775807n)),
        keyValue('double', any.double(0.1)),
        keyValue('bytes', any.bytes(Buffer.from([0, 255]))),
        keyValue('empty', Buffer.alloc(0)),
        keyValue('list', any.list(any.int(1n), Buffer.alloc(0), any.text('x'))),
        keyValue('none', any.list()),
      ].map((attribute) => bytesField(6, attribute)),
      fixed32Field(8, 1),
      bytesField(9, Buffer.from(TRACE, 'hex')),
      bytesField(10, Buffer.from(SPAN, 'hex')),
      fixed64Field(11, 1763700000123456790n),
      bytesField(12, 'order.failed'),
    ]),
  ],
  [keyValue('service.name', any.text('shop'))],
);

/** Everything in a record that is not ours, in an order of its own. */
function meaning(record: Buffer): unknown {
  const scalars = fieldsOf(record)
    .filter(({ field }) => field !== 5 && field !== 6)
    .map(({ field, number, content }): [number, string] => [field, `${number} ${content.toString('hex')}`])
    .sort(([a], [b]) => a - b);
  const attributes = contents(record, 6).map(pairOf);
  return {
    scalars,
    body: contents(record, 5).map(valueOf),
    attributes: attributes.filter(([key]) => !key.startsWith('anomaly.')),
  };
}

const json = { 'content-type': 'application/json' };

describe('a server of OTLP', () => {
  it('points 1, 8, 10, 11: reads the same records over every door, in every encoding and compression', async () => {
    const { processor, sink } = await start();
    const { httpUrl, grpcUrl } = processor;
    const statuses = [
      await postLogs(httpUrl, PROTOBUF_REQUEST),
      await postLogs(httpUrl, gzipSync(PROTOBUF_REQUEST), { 'content-encoding': 'gzip' }),
      await postLogs(httpUrl, zstdCompressSync(PROTOBUF_REQUEST), { 'content-encoding': 'zstd' }),
      await postLogs(httpUrl, JSON_REQUEST, json),
      await postLogs(httpUrl, gzipSync(JSON_REQUEST), { ...json, 'content-encoding': 'gzip' }),
      await postLogs(httpUrl, zstdCompressSync(JSON_REQUEST), { ...json, 'content-encoding': 'zstd' }),
    ].map(({ status }) => status);
    expect(statuses).toEqual(Array.from({ length: 6 }, () => 200));
    const codes = [
      await exportLogs(grpcUrl, PROTOBUF_REQUEST),
      await exportLogs(grpcUrl, gzipSync(PROTOBUF_REQUEST), { compressed: true, headers: { 'grpc-encoding': 'gzip' } }),
      await exportLogs(grpcUrl, zstdCompressSync(PROTOBUF_REQUEST), {
        ...{ compressed: true, headers: { 'grpc-encoding': 'zstd' } },
      }),
    ].map(({ code }) => code);
    expect(codes).toEqual([0, 0, 0]);
    const [sent] = recordsOf(PROTOBUF_REQUEST);
    const arrived = sink.received.flatMap(({ body }) => recordsOf(body));
    expect(arrived).toHaveLength(9);
    for (const record of arrived) {
      expect(meaning(record)).toEqual(meaning(sent));
      expect(contents(record, 6).map(pairOf)).toContainEqual(['anomaly.score', { double: 0.25 }]);
    }
  });

  it('points 2, 7: answers an empty request with an empty message of the same type', async () => {
    const { processor } = await start();
    const protobuf = await postLogs(processor.httpUrl, Buffer.alloc(0));
    expect([protobuf.status, protobuf.body.length]).toEqual([200, 0]);
    expect(protobuf.headers['content-type']).toBe('application/x-protobuf');
    const text = await postLogs(processor.httpUrl, Buffer.from('{}'), json);
    expect([text.status, JSON.parse(text.body.toString())]).toEqual([200, {}]);
    expect(text.headers['content-type']).toBe('application/json');
    expect(await exportLogs(processor.grpcUrl, Buffer.alloc(0))).toMatchObject({ code: 0, body: Buffer.alloc(0) });
  });

  it('point 3: tells every client of the one record of ten that the next hop rejected, as a success', async () => {
    const { processor, sink } = await start();
    const result = { rejected: 1, message: 'record 7 is too old' };
    sink.answer = () => ({
      headers: { 'content-type': 'application/x-protobuf' },
      body: encodeExportResponse(result),
    });
    const ten = logsRequest(Array.from({ length: 10 }, (_, i) => `record ${i}`));
    const http = await postLogs(processor.httpUrl, ten);
    expect([http.status, decodeExportResponse(http.body)]).toEqual([200, result]);
    const text = await postLogs(processor.httpUrl, JSON_REQUEST, json);
    expect([text.status, exportResponseFromJson(text.body.toString())]).toEqual([200, result]);
    const grpc = await exportLogs(processor.grpcUrl, ten);
    expect([grpc.code, decodeExportResponse(grpc.body)]).toEqual([0, result]);
  });

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])(
    'point 5: stops 10 GiB in a few megabytes of %s at the limit, in little time and memory',
    async (encoding, pack) => {
      const { processor } = await start();
      // Members one after the other are one stream to both formats.
      const member = pack(Buffer.alloc(64 * MIB));
      const bomb = Buffer.concat(Array.from({ length: 160 }, () => member));
      const before = process.memoryUsage().rss;
      const begin = performance.now();
      const http = await postLogs(processor.httpUrl, bomb, { 'content-encoding': encoding });
      expect(http.status).toBe(413);
      const grpc = await exportLogs(processor.grpcUrl, bomb, {
        ...{ compressed: true, headers: { 'grpc-encoding': encoding } },
      });
      expect(grpc).toMatchObject({ code: 8, details: undefined });
      expect(performance.now() - begin).toBeLessThan(10_000);
      expect(process.memoryUsage().rss - before).toBeLessThan(400 * MIB);
    },
  );

  it('asks gRPC connections to end at the age that is configured, so that clients spread', async () => {
    const { processor } = await start({ keepalive: { maxConnectionAgeMs: 100 } });
    const session = http2.connect(processor.grpcUrl);
    const [code] = (await once(session, 'goaway')) as [number];
    expect(code).toBe(http2.constants.NGHTTP2_NO_ERROR);
  });
});
