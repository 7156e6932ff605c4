import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import http2 from 'node:http2';
import type { ClientHttp2Session, ClientHttp2Stream } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authority, signedBy } from '../../test/certificates.ts';
import { eventually, exportLogs } from '../../test/neighbours.ts';
import { ServerTls } from '../access/server-tls.ts';
import { WatchedFiles } from '../access/watched-files.ts';
import { taken } from '../errors.ts';
import { Telemetry, createLogger } from '../telemetry.ts';
import { GrpcReceiver } from './grpc-receiver.ts';
import { MessageIntake } from './message-intake.ts';
import { FULL_SUCCESS, GRPC } from './status.ts';

const MIB = 1024 * 1024;
const ROOM = 2 * MIB;
const HEADERS = {
  ':method': 'POST',
  ':path': '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  'content-type': 'application/grpc',
  te: 'trailers',
};

let receiver: GrpcReceiver;
let intake: MessageIntake;
let url: string;
let received: Buffer[];
/** What calls in work wait for. */
let gate: Promise<void>;
let sessions: ClientHttp2Session[];

beforeEach(async () => {
  received = [];
  sessions = [];
  gate = Promise.resolve();
  intake = new MessageIntake({
    ...{
      maxRequestBytes: 64 * MIB,
      maxInFlightBytes: 1024 * MIB,
      maxWorkingBytes: ROOM,
      tenantHeader: 'x-scope-orgid',
    },
    process: async ({ bytes }) => {
      received.push(Buffer.from(bytes));
      await gate;
      return taken(FULL_SUCCESS);
    },
    telemetry: new Telemetry(),
    log: createLogger('silent'),
  });
  receiver = new GrpcReceiver(intake);
  url = `http://127.0.0.1:${(await receiver.listen('127.0.0.1', 0)).port}`;
});
afterEach(async () => {
  for (const session of sessions) session.destroy();
  await receiver.close(0);
});

describe('calls over gRPC beyond what is worked on at a time', () => {
  it('stay with their clients, and all of them are taken in the end', async () => {
    let open = (): void => undefined;
    gate = new Promise((resolve) => (open = resolve));
    const clients = Array.from({ length: 64 }, () => connected());
    const message = Buffer.alloc(MIB, 'a log ');
    const calls = clients.flatMap((session) => Array.from({ length: 2 }, () => untilTaken(session, message)));
    const written = (): number => clients.reduce((sum, { socket }) => sum + socket.bytesWritten, 0);
    await eventually('the room to be full', () => received.length === ROOM / MIB);
    await settled(written);
    // 128 MiB want in. Two messages are; of each other one no more came than its window, and what lies in sockets.
    expect(intake.admission.used).toBeLessThan(ROOM + 128 * 64 * 1024);
    expect(written()).toBeLessThan(60 * MIB);
    open();
    await Promise.all(calls);
    expect(received.every((bytes) => bytes.equals(message))).toBe(true);
    expect(intake.admission.used).toBe(0);
  }, 60_000);

  it('do not use up the window of their connection, however many there are', async () => {
    // 64 KiB of each may come before its turn: more than the 64 MiB that may be under way on a connection.
    const session = connected();
    const message = Buffer.alloc(80 * 1024, 'x');
    await Promise.all(Array.from({ length: 1100 }, () => untilTaken(session, message)));
    expect(new Set(received.map(({ length }) => length))).toEqual(new Set([message.length]));
  }, 60_000);

  it.each([
    ['cleartext', async () => ({ session: http2.connect(url), close: async () => undefined })],
    ['TLS', tlsSession],
  ])(
    'keep their bytes apart from those beside them on a connection, in %s',
    async (_, connect) => {
      const { session, close } = await connect();
      const text = (i: number): Buffer => Buffer.from(`${i},`.repeat(400_000 / `${i},`.length));
      const sent = Array.from({ length: 40 }, (_, i) => text(i));
      // In pieces, so that those of many calls lie in the same reads.
      await Promise.all(sent.map((message) => untilTaken(session, message, 7000)));
      session.close();
      await close();
      const distinct = new Set(received.map(String));
      expect(distinct).toEqual(new Set(sent.map(String)));
    },
    60_000,
  );

  it('lets one through that is larger than the room and any window, and one that is as large when decompressed', async () => {
    const large = Buffer.alloc(40 * MIB, 'y');
    const packed = gzipSync(Buffer.alloc(60 * MIB));
    const [plain, gzipped] = await Promise.all([
      exportLogs(url, large),
      exportLogs(url, packed, { compressed: true, headers: { 'grpc-encoding': 'gzip' } }),
    ]);
    expect([plain.code, gzipped.code]).toEqual([0, 0]);
    expect(received.map(({ length }) => length).sort()).toEqual([large.length, 60 * MIB]);
  }, 60_000);

  it('end with DEADLINE_EXCEEDED when their time is over, and no longer wait', async () => {
    const first = await blocked();
    const begin = performance.now();
    const answer = await exportLogs(url, Buffer.alloc(MIB), { headers: { 'grpc-timeout': '100m' } });
    expect(answer.code).toBe(GRPC.DEADLINE_EXCEEDED);
    expect(performance.now() - begin).toBeLessThan(3000);
    expect(intake.turnstile.waitingBytes).toBe(0);
    first();
  }, 30_000);

  it('end with UNAVAILABLE and a time to come again when they waited for too long', async () => {
    const first = await blocked();
    const answer = await exportLogs(url, Buffer.alloc(MIB));
    expect(answer.code).toBe(GRPC.UNAVAILABLE);
    expect(answer.details).toBeDefined();
    first();
  }, 30_000);

  it('give their place to others when their client goes away, alone or with its connection', async () => {
    const first = await blocked();
    const [session, other] = [connected(), connected()];
    const one = begun(session, MIB);
    one.write(Buffer.alloc(1000));
    begun(other, MIB).write(Buffer.alloc(1000));
    await eventually('both to wait', () => intake.turnstile.waitingBytes === 2 * MIB);
    one.close(http2.constants.NGHTTP2_CANCEL);
    await eventually('one to be gone', () => intake.turnstile.waitingBytes === MIB);
    other.destroy();
    await eventually('both to be gone', () => intake.turnstile.waitingBytes === 0);
    first();
    expect((await exportLogs(url, Buffer.alloc(ROOM))).code).toBe(0);
  }, 30_000);

  it('do not wait for one that was let in and does not send what it announced', async () => {
    const slow = begun(connected(), ROOM);
    slow.write(Buffer.alloc(1000));
    await eventually('the slow one to be in', () => intake.admission.used === 1000);
    expect((await exportLogs(url, Buffer.alloc(ROOM))).code).toBe(0);
    // And it is taken itself when its bytes come.
    slow.end(Buffer.alloc(ROOM - 1000));
    expect(await codeOf(slow)).toBe('0');
  }, 30_000);
});

function connected(): ClientHttp2Session {
  const session = http2.connect(url, { peerMaxConcurrentStreams: 5000 });
  session.on('error', () => undefined);
  sessions.push(session);
  return session;
}

/** A call that has announced `bytes` and sent nothing of them. */
function begun(session: ClientHttp2Session, bytes: number): ClientHttp2Stream {
  const stream = session.request(HEADERS);
  stream.on('error', () => undefined);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(bytes, 1);
  stream.write(prefix);
  return stream;
}

/** A call that fills the room until the function given back is called. */
async function blocked(): Promise<() => void> {
  let open = (): void => undefined;
  gate = new Promise((resolve) => (open = resolve));
  begun(connected(), ROOM).end(Buffer.alloc(ROOM));
  await eventually('the room to be full', () => received.length === 1);
  return open;
}

function codeOf(stream: ClientHttp2Stream): Promise<string> {
  return new Promise((resolve) => {
    let code: unknown;
    stream.on('response', (headers) => (code = headers['grpc-status']));
    stream.on('trailers', (trailers) => (code = trailers['grpc-status']));
    stream.on('close', () => resolve(String(code)));
    stream.resume();
  });
}

/** Comes again after UNAVAILABLE, as clients do. @param piece of so many bytes is sent at a time */
async function untilTaken(session: ClientHttp2Session, message: Buffer, piece = message.length): Promise<void> {
  for (;;) {
    const stream = begun(session, message.length);
    const send = (at: number): void => {
      if (at >= message.length) stream.end();
      else stream.write(message.subarray(at, at + piece), () => send(at + piece));
    };
    send(0);
    const code = await codeOf(stream);
    if (code === '0') return;
    expect(code).toBe(String(GRPC.UNAVAILABLE));
  }
}

/** Resolves when a figure has not changed for a while. */
async function settled(read: () => number): Promise<void> {
  for (let last = NaN; last !== read();) {
    last = read();
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Another door for the same intake, in TLS, and a connection to it. */
async function tlsSession(): Promise<{ session: ClientHttp2Session; close: () => Promise<void> }> {
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
