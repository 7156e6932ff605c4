/** Records with running numbers, sent to a Collector at a steady rate, and a next hop that counts how often each came. */
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { logsRequest } from '../../../otel-processor/test/messages.ts';
import { postLogs } from '../../../otel-processor/test/neighbours.ts';

const RECORDS_PER_REQUEST = 1000;
const DIGITS = 9;
const FILLER = 'GET /api/cart took 12 ms, status 200, upstream 10.0.0.7:8080';

/** Sends what `rate` records per second asks for until it is stopped. */
export class NumberedLoad {
  /** Records that the Collector has taken. */
  sent = 0;
  /** Requests that it refused; they were sent again. */
  refused = 0;
  readonly #request = logsRequest(
    Array.from({ length: RECORDS_PER_REQUEST }, () => `n=${'0'.repeat(DIGITS)} ${FILLER}`),
  );
  readonly #places: number[] = [];
  readonly #ended: Promise<void>;
  #going = true;

  /** @param url OTLP/HTTP base of the Collector */
  constructor(url: string, rate: number) {
    for (let at = this.#request.indexOf('n=0'); at >= 0; at = this.#request.indexOf('n=0', at + 1))
      this.#places.push(at + 2);
    this.#ended = this.#run(url, rate);
  }

  /** Everything that was begun is with the Collector afterwards. */
  async stop(): Promise<void> {
    this.#going = false;
    await this.#ended;
  }

  async #run(url: string, rate: number): Promise<void> {
    const begin = performance.now();
    while (this.#going) {
      this.#places.forEach((place, i) =>
        this.#request.write(String(this.sent + i).padStart(DIGITS, '0'), place, 'latin1'),
      );
      while ((await postLogs(url, this.#request).catch(() => undefined))?.status !== 200) {
        this.refused++;
        await sleep(50);
      }
      this.sent += RECORDS_PER_REQUEST;
      await sleep(Math.max(0, begin + (this.sent / rate) * 1000 - performance.now()));
    }
  }
}

/** A next hop that may go away, or hang, and come back. */
export class CountingHop {
  /** Arrivals by number. */
  readonly times: Uint8Array;
  /** Records that arrived in a request whose answer could not be given: OTLP has them sent again. */
  readonly unanswered = new Set<number>();
  /** While set, requests are read and never answered, and their records do not count. */
  hangs = false;
  /** Wait before an answer, ms. */
  delayMs = 0;
  #arrived = 0;
  #server: http.Server | undefined;
  #port = 0;
  readonly #sockets = new Set<Socket>();

  constructor(most: number) {
    this.times = new Uint8Array(most);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Numbers that have come at least once. */
  get arrived(): number {
    return this.#arrived;
  }

  /** Numbers below `sent` that never came. */
  missing(sent: number): number {
    return this.times.subarray(0, sent).reduce((count, times) => count + (times === 0 ? 1 : 0), 0);
  }

  /** Numbers that came more than once although each request they came in was answered. */
  doubled(): number {
    let count = 0;
    this.times.forEach((times, number) => {
      if (times > 1 && !this.unanswered.has(number)) count++;
    });
    return count;
  }

  /** Listens, on the port it had before. */
  async comes(): Promise<void> {
    this.#server = http.createServer((request, response) => this.#received(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((done) => this.#server?.listen(this.#port, '127.0.0.1', done));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Gone: connections break, new ones are refused. */
  async goes(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((done) => (server === undefined ? done(undefined) : server.close(done)));
  }

  #received(request: http.IncomingMessage, response: http.ServerResponse): void {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('error', () => undefined);
    request.on('end', () => {
      if (this.hangs) return;
      const numbers = [
        ...Buffer.concat(parts)
          .toString('latin1')
          .matchAll(/n=(\d{9})/g),
      ].map(([, n]) => Number(n));
      for (const number of numbers) if (this.times[number]++ === 0) this.#arrived++;
      response.on('close', () => {
        if (!response.writableFinished) for (const number of numbers) this.unanswered.add(number);
      });
      setTimeout(() => response.end(), this.delayMs);
    });
  }
}
