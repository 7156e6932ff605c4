/** The neighbours of a processor in tests, played at the network's edge: the next hop, a scoring backend, clients. */
import http from 'node:http';
import https from 'node:https';
import http2 from 'node:http2';
import type { AddressInfo } from 'node:net';
import { LogsColumns } from '../src/otlp/columns.ts';
import { decodeLogs } from '../src/otlp/decode.ts';
import { SCORED, VerdictBatch } from '../src/forward/verdict-batch.ts';
import { readRecords } from './messages.ts';
import type { ReadRecord } from './messages.ts';

export interface Reply {
  readonly status?: number;
  readonly headers?: http.OutgoingHttpHeaders;
  readonly body?: Uint8Array;
  readonly delayMs?: number;
}

interface Received {
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** An HTTP server that keeps what it took and answers as told. */
class Neighbour {
  readonly received: Received[] = [];
  /** What the next requests are answered; may be changed at any time. */
  answer: (request: Received) => Reply = () => ({});
  /** Connections made to it since it was built. */
  connections = 0;
  readonly #server: http.Server;

  constructor() {
    this.#server = http.createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const received = { headers: request.headers, body: Buffer.concat(parts) };
        const { status = 200, headers = {}, body = new Uint8Array(0), delayMs = 0 } = this.answer(received);
        if (status === 200) this.received.push(received);
        setTimeout(() => response.writeHead(status, headers).end(body), delayMs);
      });
    });
    this.#server.on('connection', () => this.connections++);
  }

  async start(port = 0): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** The next hop. */
export class Sink extends Neighbour {
  /** Every record it took, in the order of arrival. */
  get records(): ReadRecord[] {
    return this.received.flatMap(({ body }) => readRecords(body));
  }
}

/** A scoring backend that gives every record the same verdict; answers otherwise when `answer` is set. */
export class ConstantScorer extends Neighbour {
  constructor() {
    super();
    this.answer = ({ body }) => verdictsFor(body);
  }

  /** Requests that were to be learned. */
  get learned(): number {
    return this.received.filter(({ headers }) => headers['x-seismo-learn'] !== 'false').length;
  }
}

/** An answer of /v1/score: score 0.25 for every record. */
export function verdictsFor(body: Buffer, extraRecords = 0): Reply {
  const columns = new LogsColumns();
  decodeLogs(body, columns);
  const verdicts = VerdictBatch.create(columns.records + extraRecords);
  verdicts.score.fill(0.25);
  verdicts.templateLow.fill(7);
  verdicts.flags.fill(SCORED);
  verdicts.describe({ model: 'constant/1', reasonSets: [] });
  return { headers: { 'content-type': 'application/octet-stream' }, body: verdicts.encode() };
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

const connections = new http.Agent({ keepAlive: true, maxSockets: 64 });

/** POST /v1/logs over a kept connection, or in TLS over one of its own. Rejects when the connection breaks. */
export function postLogs(
  url: string,
  body: Uint8Array,
  headers: http.OutgoingHttpHeaders = {},
  tls?: https.RequestOptions,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const client = tls === undefined ? http : https;
    const request = client.request(`${url}/v1/logs`, {
      method: 'POST',
      ...(tls === undefined ? { agent: connections } : { ...tls, agent: false }),
      headers: { 'content-type': 'application/x-protobuf', 'content-length': body.length, ...headers },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
      );
    });
    request.end(body);
  });
}

export interface GrpcAnswer {
  readonly httpStatus: number;
  readonly code: number;
  readonly message: string;
  readonly details: Buffer | undefined;
  readonly body: Buffer;
}

/** LogsService/Export on a connection of its own. `framed`: sends these bytes instead of one framed message. */
export function exportLogs(
  url: string,
  message: Uint8Array,
  options: {
    headers?: http2.OutgoingHttpHeaders;
    compressed?: boolean;
    framed?: Buffer;
    tls?: http2.SecureClientSessionOptions;
  } = {},
): Promise<GrpcAnswer> {
  return new Promise((resolve, reject) => {
    const session = http2.connect(url, options.tls);
    session.on('error', reject);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/opentelemetry.proto.collector.logs.v1.LogsService/Export',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...options.headers,
    });
    let head: http2.IncomingHttpHeaders = {};
    let trailers: http2.IncomingHttpHeaders = {};
    const parts: Buffer[] = [];
    stream.on('response', (headers) => (head = headers));
    stream.on('trailers', (headers) => (trailers = headers));
    stream.on('data', (part: Buffer) => parts.push(part));
    stream.on('error', reject);
    stream.on('end', () => {
      session.close();
      const all = { ...head, ...trailers };
      const details = all['grpc-status-details-bin'];
      resolve({
        httpStatus: Number(all[':status']),
        code: Number(all['grpc-status'] ?? -1),
        message: decodeURIComponent(String(all['grpc-message'] ?? '')),
        details: details === undefined ? undefined : Buffer.from(String(details), 'base64'),
        body: Buffer.concat(parts).subarray(5),
      });
    });
    const prefix = Buffer.alloc(5);
    prefix[0] = options.compressed === true ? 1 : 0;
    prefix.writeUInt32BE(message.length, 1);
    stream.end(options.framed ?? Buffer.concat([prefix, message]));
  });
}

/** Waits until `read` gives something that is neither undefined nor false. */
export async function eventually<T>(what: string, read: () => T | undefined | false, withinMs = 10_000): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const value = read();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > end) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
