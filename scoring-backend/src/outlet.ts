/** Where the outputs of the engines go: to the store, to listeners, and what matters to the log. */
import type { Anomaly, Drift, EngineEvents, WindowVerdict } from './engine/outputs.ts';
import type { Store } from './store/store.ts';
import type { Logger } from './telemetry.ts';

export class Outlet {
  readonly anomalyListeners = new Set<(anomaly: Anomaly) => void>();
  readonly windowListeners = new Set<(window: WindowVerdict) => void>();
  windows = 0;
  anomalies = 0;
  gaps = 0;
  readonly #store: Store;
  readonly #log: Logger;

  constructor(store: Store, log: Logger) {
    this.#store = store;
    this.#log = log;
  }

  /** Takes changes between streams, which no single engine sees. */
  takeDrifts(drifts: readonly Drift[]): void {
    this.take({ windows: [], anomalies: [], gaps: [], drifts, budgets: [] });
  }

  take(events: EngineEvents): void {
    const { windows, anomalies, gaps, drifts } = events;
    this.windows += windows.length;
    this.anomalies += anomalies.length;
    this.gaps += gaps.length;
    if (Object.values(events).some((list) => list.length > 0)) this.#store.write(events);
    for (const gap of gaps) this.#log.warn({ event: 'engine.gap', ...gap }, 'records of this time may be missing');
    for (const drift of drifts)
      this.#log.info({ event: 'engine.drift', ...drift }, 'what a stream is like has changed');
    for (const anomaly of anomalies) this.#tell(this.anomalyListeners, anomaly);
    for (const window of windows) this.#tell(this.windowListeners, window);
  }

  subscribe<T>(listeners: Set<T>, listener: T): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  #tell<T>(listeners: ReadonlySet<(item: T) => void>, item: T): void {
    for (const listener of listeners)
      try {
        listener(item);
      } catch (error) {
        this.#log.error({ event: 'backend.listener.failed', err: error }, 'a listener failed');
      }
  }
}
