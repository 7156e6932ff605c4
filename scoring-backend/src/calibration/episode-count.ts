/**
 * What the budget promised a stream and what it got: false episodes promised are budget × weeks watched; actual ones are all
 * its episodes (anomalies with gaps of at most ten minutes), real faults among them, and so an upper bound of the false ones.
 */
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import { WEEK_MS } from './budget.ts';

export class EpisodeCount {
  /** Episodes so far. */
  actual = 0;
  #untilMs = -Infinity;
  #firstMs = -1;
  #lastMs = -1;

  /** Event time has reached this; windows without records count, they are watched too. */
  watched(fromMs: number, toMs: number): void {
    if (this.#firstMs < 0) this.#firstMs = fromMs;
    this.#lastMs = Math.max(this.#lastMs, toMs);
  }

  /** An anomaly of the stream, of `[startMs, endMs]`. They come nearly in order of time. */
  anomaly(startMs: number, endMs: number): void {
    if (startMs > this.#untilMs + EPISODE_GAP_MS) this.actual++;
    this.#untilMs = Math.max(this.#untilMs, endMs);
  }

  /** Start and end of what was watched, in ms of event time; -1 before the first window. */
  get span(): readonly [number, number] {
    return [this.#firstMs, this.#lastMs];
  }

  /** Event time watched, in ms. */
  get watchedMs(): number {
    return this.#lastMs - this.#firstMs;
  }

  /** False episodes promised for the time watched. */
  promised(budgetPerWeek: number): number {
    return (budgetPerWeek * this.watchedMs) / WEEK_MS;
  }

  save(to: StateWriter): void {
    to.numbers(this.actual, this.#untilMs, this.#firstMs, this.#lastMs);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(4);
    from.column(numbers);
    [this.actual, this.#untilMs, this.#firstMs, this.#lastMs] = numbers;
  }
}

/** Anomalies with a longer gap, in ms, are two episodes. */
export const EPISODE_GAP_MS = 600_000;
