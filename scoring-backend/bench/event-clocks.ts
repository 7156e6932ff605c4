/**
 * The event time of what is sent, a clock for each server: with one for all, each of them would begin its turn with an
 * outage of all services, and where two loads send to one server in turn, the second goes on where the first left off.
 */
const START_MS = Date.UTC(2026, 0, 1);

export class EventClocks {
  readonly #timesMs = new Map<string, number>();

  /** Moves the clock of a server on. */
  tick(url: string, stepMs: number): number {
    const timeMs = (this.#timesMs.get(url) ?? START_MS) + stepMs;
    this.#timesMs.set(url, timeMs);
    return timeMs;
  }
}
