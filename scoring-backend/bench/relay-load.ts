/**
 * Plays both neighbours of a relay: posts OTLP batches to it over keep-alive connections, and takes what it forwards.
 * The times inside the batches move on with every request, so that no window ever sees the same second twice.
 */
import { Agent, createServer, request, type Server } from 'node:http';
import { EventClocks } from './event-clocks.ts';
import { TimedBatch } from './timed-batch.ts';

const CONNECTIONS = 4;
/** Event time between two batches: 1,000 records in 10 ms, the pace of 100,000 records a second. */
const STEP_MS = 10;

/** An OTLP/HTTP server that takes everything; says how many bytes came. */
export async function startSink(): Promise<{ port: number; received(): number; close(): void }> {
  let received = 0;
  const server: Server = createServer((incoming, response) => {
    incoming.on('data', (chunk: Buffer) => (received += chunk.length));
    incoming.on('end', () => {
      response.writeHead(200, { 'content-type': 'application/x-protobuf', 'content-length': 0 });
      response.end();
    });
  });
  // A connection that idles between two rounds is not to break in the middle of the next request.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the sink has no port');
  return { port: address.port, received: () => received, close: () => void server.close().closeAllConnections() };
}

export class Load {
  #batches: TimedBatch[];
  #next = 0;
  readonly #clocks: EventClocks;
  readonly #connections: number;
  readonly #agent: Agent;

  /** @param connections how many send at a time, each one request after the other */
  constructor(batches: readonly Uint8Array[], connections = CONNECTIONS, clocks = new EventClocks()) {
    this.#clocks = clocks;
    this.#batches = batches.map((bytes) => new TimedBatch(bytes));
    this.#connections = connections;
    this.#agent = new Agent({ keepAlive: true, maxSockets: connections });
  }

  /** Sends for `seconds`; the number of records that were answered with 200. Any other answer is an error. */
  async send(url: string, seconds: number): Promise<number> {
    const end = performance.now() + seconds * 1000;
    let records = 0;
    const connection = async (): Promise<void> => {
      while (performance.now() < end) {
        const batch = this.#batches[this.#next++ % this.#batches.length];
        batch.setTime(this.#clocks.tick(url, STEP_MS));
        // A copy: another connection may come round to the same batch while this one is still being sent.
        await post(url, Buffer.from(batch.bytes), this.#agent);
        records += batch.records;
      }
    };
    await Promise.all(Array.from({ length: this.#connections }, connection));
    return records;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** One request; any answer but 200 is an error. */
export function post(url: string, body: Buffer, agent: Agent): Promise<void> {
  return new Promise((done, failed) => {
    const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length };
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () =>
        response.statusCode === 200 ? done() : failed(new Error(`the relay answered ${response.statusCode}`)),
      );
    });
    outgoing.on('error', failed);
    outgoing.end(body);
  });
}
