/**
 * When an odd state becomes the new normal. Flagged windows are not learned, so a stream that has really changed would be
 * flagged for ever. It is accepted
 * - when flagged windows have followed each other for 24 h, or for as long as the normal they contradict had been
 *   known, but at least 1 h: a normal of twenty minutes cannot outvote a state of an hour;
 * - when flagged windows have come again and again for 24 h, with less than 2 h between them (an hourly job).
 */
import type { WindowFeatures } from '../../detectors/detector.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

export class OddState {
  /** Start of the present run of flagged windows, and of the present time of recurring ones; -1 none. */
  #sinceMs = -1;
  #recurringSinceMs = -1;
  #lastMs = -1;

  /** Takes in a window, learned time `knownMs` before it: hours of the odd state that is accepted with it, else 0. */
  follow(window: Pick<WindowFeatures, 'startMs' | 'endMs' | 'incomplete'>, odd: boolean, knownMs: number): number {
    if (window.startMs - this.#lastMs > RECURS_WITHIN_MS) this.#recurringSinceMs = -1;
    if (!odd) {
      if (!window.incomplete) this.#sinceMs = -1;
      return 0;
    }
    if (this.#sinceMs < 0) this.#sinceMs = window.startMs;
    if (this.#recurringSinceMs < 0) this.#recurringSinceMs = window.startMs;
    this.#lastMs = window.endMs;
    if (window.incomplete) return 0;
    const runMs = window.endMs - this.#sinceMs;
    const recurringMs = window.endMs - this.#recurringSinceMs;
    if (runMs < Math.min(LONGEST_MS, Math.max(SHORTEST_MS, knownMs)) && recurringMs < LONGEST_MS) return 0;
    this.#sinceMs = -1;
    return Math.max(runMs, recurringMs) / 3_600_000;
  }

  save(to: StateWriter): void {
    to.numbers(this.#sinceMs, this.#recurringSinceMs, this.#lastMs);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(3);
    from.column(numbers);
    [this.#sinceMs, this.#recurringSinceMs, this.#lastMs] = numbers;
  }
}

const LONGEST_MS = 86_400_000;
const SHORTEST_MS = 3_600_000;
const RECURS_WITHIN_MS = 7_200_000;
