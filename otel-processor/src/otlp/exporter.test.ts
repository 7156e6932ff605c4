import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sink } from '../../test/neighbours.ts';
import { Exporter, logsUrl, retryAfterMs } from './exporter.ts';
import type { ExporterOptions, Sending } from './exporter.ts';
import { GRPC, encodeExportResponse, encodeStatus } from './status.ts';

const SENDING: Sending = { tenant: '', tenantHeader: 'x-scope-orgid', hops: 1, deadline: Infinity };
const BYTES = Buffer.from('an export request');
const PROTOBUF = { 'content-type': 'application/x-protobuf' };

let sink: Sink;
const exporters: Exporter[] = [];
beforeEach(async () => {
  sink = await new Sink().start();
});
afterEach(async () => {
  for (const exporter of exporters.splice(0)) exporter.close();
  await sink.stop();
});

function exporter(options: Partial<ExporterOptions> = {}): Exporter {
  const defaults = { url: sink.url, compression: 'none' as const, timeoutMs: 5000, connections: 4, headers: {} };
  const made = new Exporter({ ...defaults, ...options });
  exporters.push(made);
  return made;
}

describe('the exporter', () => {
  it('sends the bytes with configured headers, tenant and hop count', async () => {
    const { outcome } = await exporter({ headers: { authorization: 'Bearer x' } }).send(BYTES, {
      ...SENDING,
      tenant: 'a',
      hops: 2,
    });
    expect(outcome).toEqual({ taken: true, result: { rejected: 0, message: '' } });
    expect(sink.received[0].body).toEqual(BYTES);
    expect(sink.received[0].headers).toMatchObject({
      ...{ ...PROTOBUF, authorization: 'Bearer x', 'x-scope-orgid': 'a', 'x-seismo-hops': '2' },
      'content-length': String(BYTES.length),
    });
  });

  it.each([
    ['gzip' as const, gunzipSync],
    ['zstd' as const, zstdDecompressSync],
  ])('compresses with %s', async (compression, decompress) => {
    await exporter({ compression }).send(BYTES, SENDING);
    expect(sink.received[0].headers['content-encoding']).toBe(compression);
    expect(decompress(sink.received[0].body)).toEqual(BYTES);
  });

  it('reports partial success', async () => {
    sink.answer = () => ({ headers: PROTOBUF, body: encodeExportResponse({ rejected: 4, message: 'too old' }) });
    expect((await exporter().send(BYTES, SENDING)).outcome).toEqual({
      taken: true,
      result: { rejected: 4, message: 'too old' },
    });
  });

  it('takes a 200 with a body that is no OTLP answer as full success', async () => {
    sink.answer = () => ({ headers: { 'content-type': 'text/html' }, body: Buffer.from('<p>fine</p>') });
    expect((await exporter().send(BYTES, SENDING)).outcome.taken).toBe(true);
  });

  it.each([
    [429, GRPC.UNAVAILABLE, 7000],
    [502, GRPC.UNAVAILABLE, 7000],
    [503, GRPC.UNAVAILABLE, 7000],
    [504, GRPC.UNAVAILABLE, 7000],
    [400, GRPC.INVALID_ARGUMENT, undefined],
    [401, GRPC.INVALID_ARGUMENT, undefined],
    [404, GRPC.INVALID_ARGUMENT, undefined],
    [413, GRPC.RESOURCE_EXHAUSTED, undefined],
    [500, GRPC.INTERNAL, undefined],
  ])('turns %i into code %i, to be retried after %s ms', async (status, code, retryDelayMs) => {
    const told: unknown[] = [];
    sink.answer = () => ({
      status,
      headers: { ...PROTOBUF, 'retry-after': '7' },
      body: encodeStatus({ code: 3, message: 'no room' }),
    });
    const { outcome } = await exporter({ onRefusal: (...refusal) => told.push(refusal) }).send(BYTES, SENDING);
    if (outcome.taken) throw new Error('it was taken');
    expect([outcome.status.code, outcome.status.retryDelayMs]).toEqual([code, retryDelayMs]);
    expect(outcome.status.message).toContain(`answered ${status}: no room`);
    expect(told).toEqual([[String(status), retryDelayMs !== undefined]]);
  });

  it('turns a next hop that is away into "try again"', async () => {
    const { url } = sink;
    const made = exporter({ url });
    await sink.stop();
    const { outcome } = await made.send(BYTES, SENDING);
    expect(outcome).toMatchObject({ taken: false, status: { code: GRPC.UNAVAILABLE, retryDelayMs: 1000 } });
    await sink.start();
  });

  it('turns a next hop that hangs into "try again" after its time-out, or earlier when the client waits no longer', async () => {
    sink.answer = () => ({ delayMs: 10_000 });
    const begin = performance.now();
    const hangs = await exporter({ timeoutMs: 100 }).send(BYTES, SENDING);
    expect(hangs.outcome).toMatchObject({ taken: false, status: { code: GRPC.UNAVAILABLE } });
    const late = await exporter().send(BYTES, { ...SENDING, deadline: performance.now() + 100 });
    expect(late.outcome).toMatchObject({ taken: false, status: { code: GRPC.UNAVAILABLE } });
    expect(performance.now() - begin).toBeLessThan(3000);
  });

  it('turns an answer that breaks off into "try again"', async () => {
    const server = net.createServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf'));
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { outcome } = await exporter({ url }).send(BYTES, SENDING);
    expect(outcome).toMatchObject({ taken: false, status: { code: GRPC.UNAVAILABLE } });
    server.close();
  });

  it('sends once more on a new connection when a kept one turns out closed', async () => {
    const connections: net.Socket[] = [];
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
    const server = net.createServer((socket) => {
      connections.push(socket);
      let requests = 0;
      socket.on('error', () => undefined);
      // The first connection takes one request and is closed by the second.
      socket.on('data', () => {
        if (++requests === 2 && connections.length === 1) socket.resetAndDestroy();
        else socket.write(answer);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const made = exporter({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
    for (let i = 0; i < 2; i++) expect((await made.send(BYTES, SENDING)).outcome.taken).toBe(true);
    expect(connections).toHaveLength(2);
    made.close();
    server.close();
  });

  it('keeps connections', async () => {
    const made = exporter();
    const before = sink.connections;
    for (let i = 0; i < 20; i++) await made.send(BYTES, SENDING);
    expect(sink.connections - before).toBe(1);
  });
});

describe('the URL of the next hop', () => {
  it.each([
    ['http://next:4318', 'http://next:4318/v1/logs'],
    ['http://next:4318/', 'http://next:4318/v1/logs'],
    ['https://loki/otlp/v1/logs', 'https://loki/otlp/v1/logs'],
  ])('%s is %s', (url, whole) => {
    expect(logsUrl(url).href).toBe(whole);
  });
});

describe('Retry-After', () => {
  it.each([
    ['7', 7000],
    [' 0 ', 0],
    ['Fri, 21 Nov 2025 12:00:30 GMT', 30_000],
    ['Fri, 21 Nov 2025 11:00:00 GMT', 0],
    ['soon', 1000],
    [undefined, 1000],
  ])('%s means %s ms', (header, ms) => {
    expect(retryAfterMs(header, Date.UTC(2025, 10, 21, 12))).toBe(ms);
  });
});
