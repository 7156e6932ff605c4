/** Sends OTLP/gRPC calls over a few kept HTTP/2 connections, one call at a time on each, as `Load` does over HTTP/1.1. */
import { connect } from 'node:http2';
import type { ClientHttp2Session } from 'node:http2';
import { TimedBatch } from './timed-batch.ts';

const CONNECTIONS = 4;
/** Event time between two batches: 1,000 records in 10 ms, the pace of 100,000 records a second. */
const STEP_MS = 10;
const PREFIX_BYTES = 5;
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

  constructor(batches: readonly Uint8Array[]) {
    this.#batches = batches.map((bytes) => new TimedBatch(bytes));
  }

  /** Sends for `seconds`; the number of records in calls that ended with OK. Any other end is an error. */
  async send(url: string, seconds: number): Promise<number> {
    const end = performance.now() + seconds * 1000;
    const sessions = this.#sessions.get(url) ?? Array.from({ length: CONNECTIONS }, () => connect(url));
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
        await call(session, framed);
        records += batch.records;
      }
    };
    await Promise.all(sessions.map(inTurn));
    return records;
  }

  close(): void {
    for (const session of [...this.#sessions.values()].flat()) session.close();
  }
}

function call(session: ClientHttp2Session, framed: Buffer): Promise<void> {
  return new Promise((done, failed) => {
    const stream = session.request(HEADERS);
    let status: unknown;
    stream.on('response', (headers) => (status = headers['grpc-status']));
    stream.on('trailers', (trailers) => (status = trailers['grpc-status']));
    stream.on('error', failed);
    stream.on('end', () => (status === '0' ? done() : failed(new Error(`the call ended with ${String(status)}`))));
    stream.resume();
    stream.end(framed);
  });
}
