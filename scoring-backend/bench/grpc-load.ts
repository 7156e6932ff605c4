/** Sends OTLP/gRPC calls over a few kept HTTP/2 connections, one call at a time on each, as `Load` does over HTTP/1.1. */
import { connect, constants } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientHttp2Session } from 'node:http2';
import { TimedBatch } from './timed-batch.ts';

const CONNECTIONS = 4;
/** Event time between two batches: 1,000 records in 10 ms, the pace of 100,000 records a second. */
const STEP_MS = 10;
const PREFIX_BYTES = 5;
const [OK, UNAVAILABLE] = ['0', '14'];
/** After UNAVAILABLE. */
const PAUSE_MS = 1000;
/** In MB; by default node:http2 resets a call whose answer comes while more than 10 MB of a connection are on their way out. */
const CLIENT = { maxSessionMemory: 256 };
const HEADERS = {
  ':method': 'POST',
  ':path': '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
  'content-type': 'application/grpc',
  te: 'trailers',
};

export class GrpcLoad {
  readonly #batches: readonly TimedBatch[];
  readonly #sessions = new Map<string, ClientHttp2Session[]>();
  #next = 0;
  #timeMs = Date.UTC(2026, 0, 1);
  readonly #connections: number;

  constructor(batches: readonly Uint8Array[], connections = CONNECTIONS) {
    this.#connections = connections;
    this.#batches = batches.map((bytes) => new TimedBatch(bytes));
  }

  /**
   * Sends for `seconds`; the number of records in calls that ended with OK. After UNAVAILABLE it goes on, as clients do; any
   * other end is an error.
   */
  async send(url: string, seconds: number): Promise<number> {
    const end = performance.now() + seconds * 1000;
    const sessions = this.#sessions.get(url) ?? Array.from({ length: this.#connections }, () => connect(url, CLIENT));
    this.#sessions.set(url, sessions);
    let records = 0;
    const inTurn = async (session: ClientHttp2Session): Promise<void> => {
      while (performance.now() < end) {
        const batch = this.#batches[this.#next++ % this.#batches.length];
        batch.setTime((this.#timeMs += STEP_MS));
        const framed = Buffer.allocUnsafeSlow(PREFIX_BYTES + batch.bytes.length);
        framed[0] = 0;
        framed.writeUInt32BE(batch.bytes.length, 1);
        framed.set(batch.bytes, PREFIX_BYTES);
        if (await call(session, framed)) records += batch.records;
        else await sleep(PAUSE_MS);
      }
    };
    await Promise.all(sessions.map(inTurn));
    return records;
  }

  close(): void {
    for (const session of [...this.#sessions.values()].flat()) session.close();
  }
}

/** Was it taken? */
function call(session: ClientHttp2Session, framed: Buffer): Promise<boolean> {
  return new Promise((done, failed) => {
    const stream = session.request(HEADERS);
    let status: unknown;
    stream.on('response', (headers) => (status = headers['grpc-status']));
    stream.on('trailers', (trailers) => (status = trailers['grpc-status']));
    stream.on('error', failed);
    stream.on('end', () => {
      if (status !== OK && status !== UNAVAILABLE) failed(new Error(`the call ended with ${String(status)}`));
      // What is left of a call that was not taken is not to be sent.
      if (status === UNAVAILABLE) stream.close(constants.NGHTTP2_CANCEL);
      done(status === OK);
    });
    stream.resume();
    stream.end(framed);
  });
}
