/** What one client does wrong is told to that client, in its own encoding, and nobody else notices. */
import http from 'node:http';
import net from 'node:net';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config.ts';
import { startProcessor } from '../src/main.ts';
import type { Processor } from '../src/main.ts';
import { decodeStatus } from '../src/otlp/status.ts';
import { logsRequest } from './messages.ts';
import { Sink, exportLogs, postLogs } from './neighbours.ts';

const MIB = 1024 * 1024;
let sink: Sink;
let processor: Processor;

beforeAll(async () => {
  sink = await new Sink().start();
  processor = await startProcessor(
    parseConfig({
      ...{ otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'silent', forward: { url: sink.url } },
      scoring: { timeoutMs: 20 },
    }),
  );
});
afterAll(async () => {
  await processor.close();
  await sink.stop();
});

async function othersAreServed(): Promise<void> {
  const body = `still there ${performance.now()}`;
  expect((await postLogs(processor.httpUrl, logsRequest([body]))).status).toBe(200);
  expect((await exportLogs(processor.grpcUrl, logsRequest([body]))).code).toBe(0);
  expect(sink.records.filter((record) => record.body === body)).toHaveLength(2);
}

describe('a request over the limit of 64 MiB', () => {
  it.each([
    ['as it is', {}, () => Buffer.alloc(65 * MIB, 97)],
    ['after gunzip', { 'content-encoding': 'gzip' }, () => gzipSync(Buffer.alloc(65 * MIB))],
    ['after zstd', { 'content-encoding': 'zstd' }, () => zstdCompressSync(Buffer.alloc(65 * MIB))],
  ])('is answered 413 over HTTP: %s', async (_how, headers, body) => {
    const answer = await postLogs(processor.httpUrl, body(), headers);
    expect(answer.status).toBe(413);
    expect(decodeStatus(answer.body)).toMatchObject({ code: 8 });
    expect(decodeStatus(answer.body).retryDelayMs).toBeUndefined();
    await othersAreServed();
  });

  it('is answered RESOURCE_EXHAUSTED without RetryInfo over gRPC, from its length alone', async () => {
    const framed = Buffer.alloc(5 + 1000);
    framed.writeUInt32BE(65 * MIB, 1);
    const answer = await exportLogs(processor.grpcUrl, Buffer.alloc(0), { framed });
    expect(answer).toMatchObject({ code: 8, details: undefined });
    expect(answer.message).toContain('67108864');
    await othersAreServed();
  });

  it('is answered before the client has sent it all, without a reset', async () => {
    const answer = await new Promise<{ status: number; sent: number }>((resolve, reject) => {
      const request = http.request(`${processor.httpUrl}/v1/logs`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-protobuf' },
        agent: false,
      });
      let sent = 0;
      let answered = false;
      const block = Buffer.alloc(MIB);
      const write = (): void => {
        if (answered) return void request.end();
        sent += block.length;
        if (sent > 1024 * MIB) return reject(new Error('never answered'));
        if (request.write(block)) setImmediate(write);
        else request.once('drain', write);
      };
      request.on('error', reject);
      request.on('response', (response) => {
        answered = true;
        response.resume();
        response.on('end', () => resolve({ status: response.statusCode ?? 0, sent }));
      });
      write();
    });
    expect(answer.status).toBe(413);
    expect(answer.sent).toBeLessThan(320 * MIB);
    await othersAreServed();
  });
});

describe('a request just within the limit', () => {
  it('is taken', { timeout: 60_000 }, async () => {
    const body = 'x'.repeat(15 * MIB);
    const answer = await postLogs(processor.httpUrl, logsRequest([body, body, body, body]));
    expect(answer.status).toBe(200);
    sink.received.length = 0;
  });
});

describe('bad input', () => {
  it.each([
    ['garbage', Buffer.from('no protobuf at all'), {}, 400],
    ['a truncated gzip', gzipSync(logsRequest(['a'])).subarray(0, -9), { 'content-encoding': 'gzip' }, 400],
    ['a strange encoding', logsRequest(['a']), { 'content-encoding': 'br' }, 415],
    ['broken JSON', Buffer.from('{"resourceLogs":'), { 'content-type': 'application/json' }, 400],
    ['a strange content type', Buffer.from('x'), { 'content-type': 'text/plain' }, 415],
  ])('%s is refused for good, with a reason in the encoding of the request', async (_what, body, headers, status) => {
    const answer = await postLogs(processor.httpUrl, body, headers);
    expect(answer.status).toBe(status);
    const type = 'content-type' in headers ? 'application/json' : 'application/x-protobuf';
    expect(answer.headers['content-type']).toBe(type);
    const message =
      type === 'application/json'
        ? (JSON.parse(answer.body.toString()) as { message: string }).message
        : decodeStatus(answer.body).message;
    expect(message.length).toBeGreaterThan(10);
    expect(answer.headers).not.toHaveProperty('retry-after');
    await othersAreServed();
  });

  it('of a client that speaks something else does not reach the others', async () => {
    for (const url of [processor.httpUrl, processor.grpcUrl])
      for (const noise of [
        'GET / HTTP/1.1\r\n\r\n',
        '\x16\x03\x01\x02\x00',
        'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nnoise and more noise',
      ])
        await new Promise<void>((resolve) => {
          const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
          socket.on('error', () => undefined);
          socket.on('close', () => resolve());
          socket.on('data', () => undefined);
          socket.end(noise);
        });
    await othersAreServed();
  });

  it('of clients that hang up in the middle frees what was held for them', async () => {
    for (let i = 0; i < 50; i++)
      await new Promise<void>((resolve) => {
        const socket = net.connect(Number(new URL(processor.httpUrl).port), '127.0.0.1');
        socket.on('error', () => undefined);
        socket.on('close', () => resolve());
        const head =
          'POST /v1/logs HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-protobuf\r\nContent-Length: 9000000\r\n\r\n';
        socket.write(head);
        socket.write(Buffer.alloc(100_000), () => socket.destroy());
      });
    await othersAreServed();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await processor.metrics()).toMatch(/seismo_queue_usage\{[^}]*queue="received"[^}]*\} 0\b/);
  });
});

describe('memory that runs short', () => {
  it('has both doors tell their clients to come again, and is counted', async () => {
    const short = await startProcessor(
      parseConfig({
        ...{ otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'silent', forward: { url: sink.url } },
        // Less than any process has.
        memory: { limitBytes: 1_000_000, checkIntervalMs: 20 },
      }),
    );
    await expect.poll(async () => (await postLogs(short.httpUrl, logsRequest(['a']))).status).toBe(503);
    const http = await postLogs(short.httpUrl, logsRequest(['a']));
    expect(http.headers['retry-after']).toMatch(/^[1-9]\d*$/);
    const grpc = await exportLogs(short.grpcUrl, logsRequest(['a']));
    expect(grpc.code).toBe(14);
    expect(decodeStatus(grpc.details ?? Buffer.alloc(0))).toMatchObject({ code: 14, retryDelayMs: 1000 });
    expect(await short.metrics()).toMatch(/seismo_memory_refused_total [3-9]/);
    await short.close();
  });
});

describe('overload', () => {
  it('is answered 503 with whole seconds and UNAVAILABLE with RetryInfo, and passes by itself', async () => {
    const slowSink = await new Sink().start();
    const small = await startProcessor(
      parseConfig({
        ...{ otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'silent', maxInFlightBytes: 20_000, maxRequestBytes: 20_000 },
        ...{ forward: { url: slowSink.url }, scoring: { timeoutMs: 20 } },
      }),
    );
    slowSink.answer = () => ({ delayMs: 500 });
    const batch = logsRequest(['x'.repeat(9000)]);
    const held = [postLogs(small.httpUrl, batch), postLogs(small.httpUrl, batch)];
    await new Promise((resolve) => setTimeout(resolve, 200));
    const refused = await postLogs(small.httpUrl, batch);
    expect(refused.status).toBe(503);
    expect(refused.headers['retry-after']).toMatch(/^[1-9]\d*$/);
    expect(decodeStatus(refused.body)).toMatchObject({ code: 14, retryDelayMs: 1000 });
    const call = await exportLogs(small.grpcUrl, batch);
    expect(call.code).toBe(14);
    expect(decodeStatus(call.details ?? Buffer.alloc(0))).toMatchObject({ code: 14, retryDelayMs: 1000 });
    for (const answer of held) expect((await answer).status).toBe(200);
    slowSink.answer = () => ({});
    expect((await postLogs(small.httpUrl, batch)).status).toBe(200);
    await small.close();
    await slowSink.stop();
  });
});
