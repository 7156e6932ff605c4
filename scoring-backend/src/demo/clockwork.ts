/** Timers of the shop: arrivals at random, beats at a fixed interval, pauses. All end when the shop closes. */
import type { Random } from './random.ts';

export class Clockwork {
  readonly #random: Random;
  readonly #stops = new Set<() => void>();

  constructor(random: Random) {
    this.#random = random;
  }

  /**
   * Calls `act` as a Poisson process: on average `perSecond` times a second, at independent times.
   * @returns a function that ends it.
   */
  arrivals(perSecond: number, act: () => void): () => void {
    let timer: NodeJS.Timeout;
    // Each due time follows from the one before, not from now: a late timer does not lower the rate.
    let due = performance.now();
    const next = (): void => {
      due += this.#random.exponential(1000 / perSecond);
      timer = setTimeout(
        () => {
          act();
          next();
        },
        Math.max(0, due - performance.now()),
      );
    };
    next();
    return this.#keep(() => clearTimeout(timer));
  }

  /** Calls `act` every `ms` milliseconds. @returns a function that ends it. */
  beat(ms: number, act: () => void): () => void {
    const timer = setInterval(act, ms);
    return this.#keep(() => clearInterval(timer));
  }

  /** Waits about `medianMs`, with the spread of a latency; resolves at once when the shop has closed. */
  async work(medianMs: number): Promise<number> {
    const ms = this.#random.latency(medianMs);
    await this.pause(ms);
    return Math.max(1, Math.round(ms));
  }

  /** Waits `ms`; resolves early when the shop closes. */
  pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => end(), ms);
      const end = this.#keep(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  stop(): void {
    for (const stop of [...this.#stops]) stop();
  }

  #keep(stop: () => void): () => void {
    const once = (): void => {
      this.#stops.delete(once);
      stop();
    };
    this.#stops.add(once);
    return once;
  }
}
