/**
 * The next hop, with patience: while no connection to it can be made a batch is tried again, with jittered pauses that grow,
 * for a moment (`retryMs`); and a circuit breaker leaves a next hop alone that gave no answer several times in a row, so
 * that clients hear at once that they are to come again. What was sent and not answered is never sent again from here: the
 * next hop may have it. Nor is what it refused: its back pressure is for the client, who has a queue.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessorConfig } from '../config.ts';
import type { Outgoing } from '../access/outgoing.ts';
import { tryAgain } from '../errors.ts';
import { Exporter, type Sending, type Sent } from '../otlp/exporter.ts';
import type { Telemetry } from '../telemetry.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import { nextPauseMs } from './retry.ts';

/** The first pause is twice that, on average. */
const PAUSE_BEFORE_FIRST_MS = 25;

export type NextHopConfig = Omit<ProcessorConfig['forward'], 'url'> & { readonly url: string };

export class NextHop {
  readonly #config: NextHopConfig;
  readonly #exporter: Exporter;
  readonly #breaker: CircuitBreaker;
  readonly #telemetry: Telemetry;

  /** @param outgoing who we are to it; without it nobody in particular */
  constructor(config: NextHopConfig, outgoing: Outgoing | undefined, telemetry: Telemetry) {
    this.#config = config;
    this.#telemetry = telemetry;
    const onRefusal = (code: string, retryable: boolean): void => this.#refused(code, retryable);
    this.#exporter = new Exporter({ ...config, outgoing, onRefusal });
    this.#breaker = new CircuitBreaker({ failures: config.breakerFailures, pauseMs: config.breakerPauseMs });
    telemetry.gauge('seismo.exporter.breaker.open', () => (this.#breaker.open ? 1 : 0));
  }

  /** Never rejects. */
  async send(bytes: Uint8Array, sending: Sending): Promise<Sent> {
    const until = Math.min(performance.now() + this.#config.retryMs, sending.deadline);
    let pauseMs = PAUSE_BEFORE_FIRST_MS;
    for (;;) {
      const start = performance.now();
      if (!this.#breaker.allows(start)) return this.#leftAlone();
      const sent = await this.#exporter.send(bytes, sending);
      this.#judge(sent, sending.deadline - start < this.#config.timeoutMs);
      if (sent.reached !== 'never') return sent;
      pauseMs = nextPauseMs(pauseMs);
      if (performance.now() + pauseMs > until) return sent;
      await sleep(pauseMs);
    }
  }

  close(): void {
    this.#exporter.close();
  }

  /** A client in a hurry says nothing of the next hop, unless it was the one that tried whether it is back. */
  #judge({ reached }: Sent, inAHurry: boolean): void {
    if (reached === 'answered') this.#breaker.succeeded();
    else if (reached === 'never' || !inAHurry || this.#breaker.open) this.#breaker.failed(performance.now());
  }

  #leftAlone(): Sent {
    this.#refused('breaker', true);
    const outcome = tryAgain('the next hop gave no answer several times in a row and is left alone for a moment');
    return { outcome, bytesInUse: false, reached: 'never' };
  }

  #refused(code: string, retryable: boolean): void {
    this.#telemetry.count('seismo.exporter.refusals', 1, { retryable: String(retryable), code });
  }
}
