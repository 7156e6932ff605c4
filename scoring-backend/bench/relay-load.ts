/**
 * Plays both neighbours of a relay: posts OTLP batches to it over keep-alive connections, and takes what it forwards.
 * The times inside the batches move on with every request, so that no window ever sees the same second twice.
 */
import { Agent, createServer, request, type Server } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { EventClocks } from './event-clocks.ts';
import { TimedBatch } from './timed-batch.ts';

const CONNECTIONS = 4;
/** Event time between two batches: 1,000 records in 10 ms, the pace of 100,000 records a second. */
const STEP_MS = 10;

/** Let the heap of this process grow before it is collected: to 50 times what lives in it, and back to V8's own measure. */
const ROOMY = '--heap-growing-percent=5000';
const AS_USUAL = '--heap-growing-percent=0';

/**
 * An OTLP/HTTP server that takes everything; says how many bytes came. As long as it is there this process hardly collects:
 * what lives here is little and what comes by is much, so that V8 would collect it all twice a second, on the cores of what
 * is measured and in the middle of its requests.
 */
export async function startSink(): Promise<{ port: number; received(): number; close(): void }> {
  setFlagsFromString(ROOMY);
  let received = 0;
  const server: Server = createServer((incoming, response) => {
    incoming.on('data', (chunk: Buffer) => {
      received += chunk.length;
      letGo(chunk);
    });
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
  const close = (): void => {
    setFlagsFromString(AS_USUAL);
    server.close().closeAllConnections();
  };
  return { port: address.port, received: () => received, close };
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
        await post(url, batch.bytes, this.#agent);
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

/** Bodies that were sent, for those to come. */
const sentBodies: Buffer[] = [];

/** One request, with a copy of `bytes` as its body; any answer but 200 is an error. */
export async function post(url: string, bytes: Uint8Array, agent: Agent): Promise<void> {
  // The batch may come round again while this request is still being sent. A fresh buffer for each of them would have the
  // collector of this process stop a server that waits for the same cores.
  const spare = sentBodies.findIndex((one) => one.length >= bytes.length);
  const buffer = spare < 0 ? Buffer.allocUnsafeSlow(bytes.length) : sentBodies.splice(spare, 1)[0];
  buffer.set(bytes);
  await send(url, buffer.subarray(0, bytes.length), agent);
  sentBodies.push(buffer);
}

function send(url: string, body: Buffer, agent: Agent): Promise<void> {
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

/** Frees the memory of a chunk, of which a socket makes a fresh one each time. */
function letGo({ buffer, length }: Buffer): void {
  if (buffer instanceof ArrayBuffer && length === buffer.byteLength) buffer.transfer(0);
}
