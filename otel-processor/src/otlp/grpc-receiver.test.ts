import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authority, signedBy } from '../../test/certificates.ts';
import { exportLogs } from '../../test/neighbours.ts';
import { ServerTls } from '../access/server-tls.ts';
import { WatchedFiles } from '../access/watched-files.ts';
import { refuse, taken, tryAgain } from '../errors.ts';
import type { Outcome } from '../errors.ts';
import { Telemetry, createLogger } from '../telemetry.ts';
import { percentEncoded } from './grpc-receiver-answer.ts';
import { grpcTimeoutMs } from './grpc-receiver-message.ts';
import { GrpcReceiver } from './grpc-receiver.ts';
import type { LogsRequest } from './logs-request.ts';
import { MessageIntake } from './message-intake.ts';
import { FULL_SUCCESS, GRPC, decodeExportResponse, decodeStatus } from './status.ts';

const EXPORT = '/opentelemetry.proto.collector.logs.v1.LogsService/Export';

let receiver: GrpcReceiver;
let intake: MessageIntake;
let url: string;
let requests: { bytes: string; tenant: string; deadline: number; abandoned: () => boolean }[];
let outcome: () => Promise<Outcome>;

beforeEach(async () => {
  requests = [];
  outcome = async () => taken(FULL_SUCCESS);
  const process = (request: LogsRequest): Promise<Outcome> => {
    const { tenant, deadline } = request;
    requests.push({
      bytes: Buffer.from(request.bytes).toString(),
      tenant,
      deadline,
      abandoned: () => request.abandoned,
    });
    return outcome();
  };
  const limits = { maxRequestBytes: 100_000, maxInFlightBytes: 100_000_000, tenantHeader: 'x-scope-orgid' };
  intake = new MessageIntake({ ...limits, process, telemetry: new Telemetry(), log: createLogger('silent') });
  receiver = new GrpcReceiver(intake);
  url = `http://127.0.0.1:${(await receiver.listen('127.0.0.1', 0)).port}`;
});
afterEach(() => receiver.close(0));

describe('the OTLP/gRPC receiver', () => {
  it('hands on the message with its tenant, and answers with an empty message', async () => {
    const answer = await exportLogs(url, Buffer.from('hello'), { headers: { 'x-scope-orgid': 'a' } });
    expect(answer).toMatchObject({ httpStatus: 200, code: 0, body: Buffer.alloc(0) });
    expect(requests).toMatchObject([{ bytes: 'hello', tenant: 'a', deadline: Infinity }]);
  });

  it('takes an empty message', async () => {
    expect((await exportLogs(url, Buffer.alloc(0))).code).toBe(0);
    expect(requests).toMatchObject([{ bytes: '' }]);
  });

  it.each([
    ['gzip', gzipSync],
    ['zstd', zstdCompressSync],
  ])('takes %s', async (encoding, compressed) => {
    const answer = await exportLogs(url, compressed(Buffer.from('hello')), {
      compressed: true,
      headers: { 'grpc-encoding': encoding },
    });
    expect(answer.code).toBe(0);
    expect(requests).toMatchObject([{ bytes: 'hello' }]);
  });

  it('takes a message that is not compressed although grpc-encoding names a compression', async () => {
    expect((await exportLogs(url, Buffer.from('hello'), { headers: { 'grpc-encoding': 'gzip' } })).code).toBe(0);
    expect(requests).toMatchObject([{ bytes: 'hello' }]);
  });

  it('passes partial success on', async () => {
    outcome = async () => taken({ rejected: 2, message: 'too old' });
    const { code, body } = await exportLogs(url, Buffer.from('x'));
    expect([code, decodeExportResponse(body)]).toEqual([0, { rejected: 2, message: 'too old' }]);
  });

  it('says UNAVAILABLE with RetryInfo for what may pass', async () => {
    outcome = async () => tryAgain('the next hop is busy: 5 % ü', 7000);
    const answer = await exportLogs(url, Buffer.from('x'));
    expect(answer).toMatchObject({ code: GRPC.UNAVAILABLE, message: 'the next hop is busy: 5 % ü' });
    expect(decodeStatus(answer.details ?? Buffer.alloc(0))).toMatchObject({
      code: GRPC.UNAVAILABLE,
      retryDelayMs: 7000,
    });
  });

  it('says what is refused for good without RetryInfo', async () => {
    outcome = async () => refuse(GRPC.INVALID_ARGUMENT, 'never');
    expect(await exportLogs(url, Buffer.from('x'))).toMatchObject({
      ...{ code: GRPC.INVALID_ARGUMENT, message: 'never', details: undefined },
    });
  });

  it.each([
    ['a wrong flag', Buffer.from([2, 0, 0, 0, 0]), GRPC.INVALID_ARGUMENT],
    ['no message', Buffer.alloc(0), GRPC.INVALID_ARGUMENT],
    ['half a prefix', Buffer.from([0, 0]), GRPC.INVALID_ARGUMENT],
    ['a message cut short', Buffer.from([0, 0, 0, 0, 9, 1]), GRPC.INVALID_ARGUMENT],
    ['two messages', Buffer.from([0, 0, 0, 0, 1, 1, 0, 0, 0, 0, 1, 1]), GRPC.INVALID_ARGUMENT],
    ['compression without a name', Buffer.from([1, 0, 0, 0, 1, 1]), GRPC.INVALID_ARGUMENT],
    ['a length over the limit', Buffer.from([0, 0xff, 0xff, 0xff, 0xff, 1]), GRPC.RESOURCE_EXHAUSTED],
  ])('refuses %s', async (_what, framed, code) => {
    const answer = await exportLogs(url, Buffer.alloc(0), { framed });
    expect([answer.code, answer.details]).toEqual([code, undefined]);
    expect(answer.message).not.toBe('');
    expect(requests).toEqual([]);
  });

  it.each([
    [{ ':path': '/other.Service/Export' }, { httpStatus: 200, code: GRPC.UNIMPLEMENTED }],
    [{ 'content-type': 'application/json' }, { httpStatus: 415 }],
    [{ ':method': 'PUT' }, { httpStatus: 405 }],
    [{ 'content-type': 'application/grpc+proto' }, { httpStatus: 200, code: 0 }],
    [{ 'content-type': 'application/grpc+json' }, { httpStatus: 415 }],
  ])('answers a call with %j with %j', async (headers, expected) => {
    expect(await exportLogs(url, Buffer.from('x'), { headers })).toMatchObject(expected);
  });

  it('answers DEADLINE_EXCEEDED when the time of the client is over, and knows that it went away', async () => {
    outcome = () => new Promise((resolve) => setTimeout(() => resolve(taken(FULL_SUCCESS)), 5000));
    const begin = performance.now();
    const answer = await exportLogs(url, Buffer.from('x'), { headers: { 'grpc-timeout': '100m' } });
    expect(answer.code).toBe(GRPC.DEADLINE_EXCEEDED);
    expect(performance.now() - begin).toBeLessThan(3000);
    expect(requests[0].deadline).toBeLessThan(Infinity);
    expect(requests[0].abandoned()).toBe(true);
  });

  it('serves many calls on one connection at once, the quick before the slow', async () => {
    let n = 0;
    outcome = () => new Promise((resolve) => setTimeout(() => resolve(taken(FULL_SUCCESS)), n++ === 0 ? 300 : 0));
    const session = http2.connect(url);
    const order: number[] = [];
    const call = (id: number): Promise<void> =>
      new Promise((resolve, reject) => {
        const stream = session.request({ ':method': 'POST', ':path': EXPORT, 'content-type': 'application/grpc' });
        stream.on('data', () => undefined);
        stream.on('error', reject);
        stream.on('end', () => {
          order.push(id);
          resolve();
        });
        stream.end(Buffer.from([0, 0, 0, 0, 1, id]));
      });
    await Promise.all(Array.from({ length: 50 }, (_, id) => call(id)));
    session.close();
    expect(order).toHaveLength(50);
    expect(order.at(-1)).toBe(0);
  });
});

/** Another door for the same intake, in TLS, and a connection to it. */
async function tlsSession(): Promise<{ session: http2.ClientHttp2Session; close: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'seismo-grpc-'));
  const ca = await authority('an authority');
  const { cert, key } = await signedBy(ca, 'a server');
  const files = { certFile: join(folder, 'cert.pem'), keyFile: join(folder, 'key.pem'), minVersion: '1.3' as const };
  writeFileSync(files.certFile, cert);
  writeFileSync(files.keyFile, key);
  const watched = new WatchedFiles({ intervalMs: 60_000, onReload: () => undefined, onTrouble: () => undefined });
  const door = new GrpcReceiver(intake, new ServerTls(files, watched));
  const { port } = await door.listen('127.0.0.1', 0);
  const close = async (): Promise<void> => {
    await door.close(0);
    watched.close();
    rmSync(folder, { recursive: true });
  };
  return { session: http2.connect(`https://127.0.0.1:${port}`, { ca: ca.cert }), close };
}

describe('a crowded connection', () => {
  it.each([
    ['cleartext', async () => ({ session: http2.connect(url), close: async () => undefined })],
    ['TLS', tlsSession],
  ])(
    'keeps the bytes of calls apart that come interleaved in %s, beside calls that are refused',
    async (_, connected) => {
      const { session, close } = await connected();
      const text = (i: number): string => `${i},`.repeat(90_000 / `${i},`.length);
      const call = (i: number, path = EXPORT): Promise<void> =>
        new Promise((resolve) => {
          const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' };
          const stream = session.request(headers);
          const message = Buffer.from(text(i));
          const prefix = Buffer.alloc(5);
          prefix.writeUInt32BE(message.length, 1);
          const framed = Buffer.concat([prefix, message]);
          // In pieces, so that those of all calls lie in the same reads.
          const send = (at: number): void => {
            if (at >= framed.length) stream.end();
            else stream.write(framed.subarray(at, at + 700), () => send(at + 700));
          };
          send(0);
          stream
            .on('error', () => undefined)
            .on('close', () => resolve())
            .resume();
        });
      const calls = Array.from({ length: 60 }, (_, i) => (i % 5 === 4 ? call(i, '/nobody/Listens') : call(i)));
      await Promise.all(calls);
      session.close();
      await close();
      const sent = Array.from({ length: 60 }, (_, i) => i).filter((i) => i % 5 !== 4);
      expect(requests.map(({ bytes }) => bytes).sort()).toEqual(sent.map(text).sort());
    },
  );

  it('has no call refused by HTTP/2 itself, which clients would take as a refusal for good', async () => {
    outcome = () => new Promise((resolve) => setTimeout(() => resolve(taken(FULL_SUCCESS)), 100));
    // Opens its streams before it knows how many the server allows, as clients do on a new connection.
    const session = http2.connect(url, { peerMaxConcurrentStreams: 5000 });
    const codes = await Promise.all(
      Array.from({ length: 1500 }, () => {
        const stream = session.request({ ':method': 'POST', ':path': EXPORT, 'content-type': 'application/grpc' });
        stream.end(Buffer.from([0, 0, 0, 0, 1, 7]));
        return new Promise<string>((resolve) => {
          stream.on('response', (headers) => {
            if (headers['grpc-status'] !== undefined) resolve(`refused with ${headers['grpc-status']}`);
          });
          stream.on('trailers', (trailers) => resolve(String(trailers['grpc-status'])));
          stream.on('error', (error) => resolve(error.message));
          stream.on('data', () => undefined);
        });
      }),
    );
    session.close();
    expect(new Set(codes)).toEqual(new Set(['0']));
  });
});

describe('grpc-timeout', () => {
  it.each([
    ['5S', 5000],
    ['100m', 100],
    ['2M', 120_000],
    ['1H', 3_600_000],
    ['1500u', 1.5],
    ['5', undefined],
    ['123456789S', undefined],
    [undefined, undefined],
  ])('%s is %s ms', (header, ms) => {
    expect(grpcTimeoutMs(header)).toBe(ms);
  });
});

describe('grpc-message', () => {
  it('is percent-encoded, and short enough for a header', () => {
    expect(percentEncoded('50 % of größe\n')).toBe('50 %25 of gr%C3%B6%C3%9Fe%0A');
    expect(percentEncoded('x'.repeat(100_000)).length).toBeLessThan(5000);
  });
});
