/** The judge of correlations in its place: fed by all engine threads, learned again from the store, its changes to the outlet. */
import type { BackendConfig } from './config.ts';
import { CorrelationWatch } from './engine/correlation/correlation-watch.ts';
import { Families } from './detectors/families.ts';
import type { EngineEvents } from './engine/outputs.ts';
import type { StreamMinute } from './engine/correlation/tenant-minutes.ts';
import { WindowOrder } from './engine/window-verdicts/window-order.ts';
import type { Outlet } from './outlet.ts';
import type { Store } from './store/store.ts';
import type { Logger } from './telemetry.ts';

export class Correlations {
  readonly #watch: CorrelationWatch;
  readonly #on: boolean;
  readonly #known: Promise<void>;
  #order: WindowOrder | undefined;
  #closing = false;

  private constructor(watch: CorrelationWatch, kept: AsyncIterable<readonly StreamMinute[]> | undefined, log: Logger) {
    this.#watch = watch;
    this.#on = kept !== undefined;
    this.#known = watch
      .rebuild(this.#untilClosed(kept))
      .catch((error: unknown) =>
        log.error({ event: 'backend.correlations.unread', err: error }, 'how services move together is learned anew'),
      );
  }

  /**
   * Begins to learn, in the background, how services have moved together in the windows that the store has by now. Call it
   * before the engine threads write more. Where the family is off it only looks on.
   */
  static async begin({ engine }: BackendConfig, store: Store, outlet: Outlet, log: Logger): Promise<Correlations> {
    const isOn = new Families(engine.detectorsOff).has('correlation');
    const watch = new CorrelationWatch(engine.budgetPerWeek, (drifts) => outlet.takeDrifts(drifts));
    return new Correlations(watch, isOn ? await store.keptMinutes(KEPT_MS) : undefined, log);
  }

  /** Says that so many engine threads are going to speak. */
  expect(threads: number): void {
    if (this.#on) this.#order = new WindowOrder(threads, (minutes) => this.#watch.take(minutes));
  }

  /** What a thread said after it has handled all inputs up to the number `input`. */
  take({ windows }: EngineEvents, thread: number, input: number): void {
    this.#order?.take(thread, windows, input);
  }

  /** Settles when everything taken so far is judged. */
  settled(): Promise<void> {
    return this.#known;
  }

  readings() {
    const { found, late, unwatched } = this.#watch.counters();
    return {
      correlationsFound: found,
      correlationsLate: late + (this.#order?.unordered ?? 0),
      correlationsUnwatched: unwatched,
    };
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#known;
  }

  async *#untilClosed(
    kept: AsyncIterable<readonly StreamMinute[]> | undefined,
  ): AsyncGenerator<readonly StreamMinute[]> {
    for await (const minutes of kept ?? []) {
      if (this.#closing) return;
      yield minutes;
    }
  }
}

/** Event time from which it is learned again: correlations remember a day, and what is normal of them a little more. */
const KEPT_MS = 3 * 86_400_000;
