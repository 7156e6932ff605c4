/**
 * Load that keeps to its timetable: a request is sent when it is due, whether or not those before it were answered, and its
 * latency counts from when it was due. A server that stalls is charged with everything that waited meanwhile (no
 * coordinated omission: Tene, "How NOT to Measure Latency").
 */
import { Agent } from 'node:http';
import { post } from './relay-load.ts';
import type { EventClocks } from './event-clocks.ts';
import { TimedBatch } from './timed-batch.ts';

const CONNECTIONS = 64;

export class OpenLoop {
  readonly #batches: readonly TimedBatch[];
  #next = 0;
  readonly #clocks: EventClocks;

  /** @param batches all with the same number of records */
  constructor(batches: readonly Uint8Array[], clocks: EventClocks) {
    this.#clocks = clocks;
    this.#batches = batches.map((bytes) => new TimedBatch(bytes));
  }

  /** Sends for `seconds`; the latencies of all requests, in ms and in rising order. Any answer but 200 is an error. */
  async send(url: string, recordsPerSecond: number, seconds: number): Promise<Float64Array> {
    const intervalMs = (this.#batches[0].records / recordsPerSecond) * 1000;
    const count = Math.round((seconds * 1000) / intervalMs);
    const latencies = new Float64Array(count);
    const begin = performance.now();
    const sent: Promise<void>[] = [];
    // Of this round only: meanwhile a server may have closed what idled.
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    let failure: unknown;
    for (let i = 0; i < count; i++) {
      const due = begin + i * intervalMs;
      const wait = due - performance.now();
      if (wait > 0) await new Promise((go) => setTimeout(go, wait));
      const request = this.#post(url, agent, intervalMs);
      sent.push(
        request.then(
          () => void (latencies[i] = performance.now() - due),
          (error: unknown) => void (failure ??= error),
        ),
      );
    }
    await Promise.all(sent);
    agent.destroy();
    if (failure !== undefined) throw failure;
    return latencies.sort();
  }

  #post(url: string, agent: Agent, stepMs: number): Promise<void> {
    const batch = this.#batches[this.#next++ % this.#batches.length];
    // The times inside go on with those of the requests, as in life; whole ms.
    batch.setTime(this.#clocks.tick(url, Math.round(stepMs)));
    return post(url, batch.bytes, agent);
  }
}
