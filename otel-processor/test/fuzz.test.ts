/**
 * Broken requests at every layer: no crash, no hang, no memory that stays. The codec for protobuf alone has more of them in
 * decode-fuzz.test.ts. Mutations are the same in every run; the corpus they are made from is kept beside this file.
 */
import { readdirSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isAboutTheRequest } from '../src/errors.ts';
import { parseConfig } from '../src/config.ts';
import { startProcessor } from '../src/main.ts';
import type { Processor } from '../src/main.ts';
import { LogsColumns } from '../src/otlp/columns.ts';
import { decodeLogs } from '../src/otlp/decode.ts';
import { GrpcMessage } from '../src/otlp/grpc-receiver-message.ts';
import { jsonToProtobuf } from '../src/otlp/json.ts';
import { MessageIntake } from '../src/otlp/message-intake.ts';
import type { IncomingMessageBytes } from '../src/otlp/message-intake.ts';
import { MalformedRequest } from '../src/otlp/request-errors.ts';
import { Telemetry, createLogger } from '../src/telemetry.ts';
import { logsRequest } from './messages.ts';
import { Sink, exportLogs, postLogs } from './neighbours.ts';

const TIMES = process.env.SEISMO_SOAK === '1' ? 10 : 1;
const MIB = 1024 * 1024;
const corpus = join(import.meta.dirname, 'corpus');

/** Bytes that tend to hurt: ends of varints, lengths, quotes, brackets, line ends. */
const SHARP = Buffer.from([0, 0x7f, 0x80, 0xff, ...Buffer.from('"\\{}[]:,-0e.\r\n; ')]);

/** Broken and unbroken requests of one kind, `count` of them. */
function* mutants(ending: string, count: number): Generator<Buffer> {
  const seeds = readdirSync(corpus)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => readFileSync(join(corpus, name)));
  let state = 20260102;
  const below = (limit: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let i = 0; i < count; i++) {
    let bytes = Buffer.from(seeds[i % seeds.length]);
    for (let n = below(4); n >= 0 && bytes.length > 0; n--) {
      const at = below(bytes.length);
      const piece = bytes.subarray(at, at + below(40));
      const kind = below(6);
      if (kind === 0) bytes = bytes.subarray(0, at);
      else if (kind === 1) bytes = Buffer.concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
      else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + piece.length)]);
      else bytes[at] = kind === 3 ? below(256) : SHARP[below(SHARP.length)];
    }
    yield bytes;
  }
}

describe('broken requests in memory', () => {
  it(`JSON, ${40_000 * TIMES} times: a request that can be decoded, or a reason`, { timeout: 600_000 }, () => {
    const columns = new LogsColumns();
    let good = 0;
    for (const bytes of mutants('.otlp-json', 40_000 * TIMES)) {
      try {
        decodeLogs(jsonToProtobuf(bytes), columns);
        good++;
      } catch (error) {
        if (!(error instanceof MalformedRequest)) throw error;
      }
    }
    expect(good).toBeGreaterThan(1000);
  });

  it(
    `messages of gRPC, ${40_000 * TIMES} times: whole, or refused, and all memory given back`,
    { timeout: 600_000 },
    async () => {
      const intake = new MessageIntake({
        ...{ maxRequestBytes: MIB, maxInFlightBytes: MIB, tenantHeader: 'x', telemetry: new Telemetry() },
        ...{ log: createLogger('silent'), process: () => Promise.reject(new Error('not asked')) },
      });
      let good = 0;
      let cut = 1;
      for (const bytes of mutants('.grpc', 40_000 * TIMES)) {
        let message: IncomingMessageBytes | undefined;
        try {
          const grpc = new GrpcMessage(intake, (begun) => (message = begun));
          cut = (cut * 7 + 3) % 61;
          for (let at = 0; at < bytes.length; at += cut + 1) grpc.add(Buffer.from(bytes.subarray(at, at + cut + 1)));
          grpc.end();
          good++;
        } catch (error) {
          if (!isAboutTheRequest(error)) throw error;
        } finally {
          message?.release();
        }
        expect(intake.admission.used + intake.requests.used).toBe(0);
      }
      expect(good).toBeGreaterThan(1000);
    },
  );
});

describe('broken requests at the doors', () => {
  let sink: Sink;
  let processor: Processor;
  beforeAll(async () => {
    sink = await new Sink().start();
    // What arrives is not kept.
    sink.answer = () => {
      sink.received.length = 0;
      return {};
    };
    processor = await startProcessor(
      parseConfig({
        ...{ otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'silent', forward: { url: sink.url } },
        scoring: { timeoutMs: 20, endpoint: 'http://127.0.0.1:9' },
      }),
    );
  });
  afterAll(async () => {
    await processor.close();
    await sink.stop();
  });

  /** Writes bytes on a connection of its own, reads what comes, and hangs up once nothing has come for a moment. */
  function send(url: string, bytes: Buffer): Promise<void> {
    return new Promise((resolve) => {
      const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
      socket.setTimeout(30, () => socket.destroy());
      socket.on('error', () => undefined);
      socket.on('data', () => undefined);
      socket.on('close', () => resolve());
      socket.write(bytes);
    });
  }

  async function inParallel(requests: Iterator<Buffer>, step: (bytes: Buffer) => Promise<unknown>): Promise<void> {
    const client = async (): Promise<void> => {
      for (let next = requests.next(); next.done !== true; next = requests.next()) await step(next.value);
    };
    await Promise.all(Array.from({ length: 32 }, client));
  }

  async function nothingStays(before: number): Promise<void> {
    expect((await postLogs(processor.httpUrl, logsRequest(['still there']))).status).toBe(200);
    expect((await exportLogs(processor.grpcUrl, logsRequest(['still there']))).code).toBe(0);
    await expect
      .poll(() => processor.metrics(), { timeout: 20_000 })
      .toMatch(/seismo_queue_usage\{[^}]*queue="received"[^}]*\} 0\b/);
    expect(process.memoryUsage.rss() - before).toBeLessThan(300 * MIB);
  }

  it.each([
    ['protobuf', '.pb', 6000, { 'content-type': 'application/x-protobuf' }],
    ['JSON', '.otlp-json', 4000, { 'content-type': 'application/json' }],
  ])('bodies in %s are taken or refused for good', { timeout: 600_000 }, async (_what, ending, count, headers) => {
    const before = process.memoryUsage.rss();
    const statuses = new Map<number, number>();
    await inParallel(mutants(ending, count * TIMES), async (bytes) => {
      const { status } = await postLogs(processor.httpUrl, bytes, headers);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    });
    expect([...statuses.keys()].sort()).toEqual([200, 400]);
    expect(Math.min(...statuses.values())).toBeGreaterThan(100);
    await nothingStays(before);
  });

  it.each([
    ['HTTP/1.1', '.http', 6000],
    ['HTTP/2', '.h2', 4000],
  ])('connections of %s that are broken do no harm', { timeout: 600_000 }, async (_what, ending, count) => {
    const before = process.memoryUsage.rss();
    const url = ending === '.h2' ? processor.grpcUrl : processor.httpUrl;
    await inParallel(mutants(ending, count * TIMES), (bytes) => send(url, bytes));
    await nothingStays(before);
  });
});
