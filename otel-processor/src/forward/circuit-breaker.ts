/**
 * Leaves a failing service alone for a while, so that asking it costs nothing. After `failures` in a row it opens for
 * `pauseMs`; then one request at a time may try (half open), and its fate decides. Time is an argument.
 * Source: M. Nygard, Release It!, "Circuit Breaker".
 */
export interface BreakerOptions {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long it stays open before a probe, in ms. */
  readonly pauseMs: number;
}

export class CircuitBreaker {
  /** May be exchanged at any time. */
  options: BreakerOptions;
  #failuresInARow = 0;
  #closedAgainAt = 0;
  #probing = false;

  constructor(options: BreakerOptions) {
    this.options = options;
  }

  get open(): boolean {
    return this.#failuresInARow >= this.options.failures;
  }

  /** May a request be sent now? When it may, `succeeded` or `failed` must be called with its fate. */
  allows(nowMs: number): boolean {
    if (!this.open) return true;
    if (this.#probing || nowMs < this.#closedAgainAt) return false;
    this.#probing = true;
    return true;
  }

  succeeded(): void {
    this.#failuresInARow = 0;
    this.#probing = false;
  }

  failed(nowMs: number): void {
    this.#failuresInARow++;
    this.#probing = false;
    if (this.open) this.#closedAgainAt = nowMs + this.options.pauseMs;
  }
}
