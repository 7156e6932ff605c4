/**
 * What time it is in a stream: the latest event time seen, moved on by ticks while no record comes.
 *
 * A record more than `farAheadMs` beyond that time may come from a broken clock, and believing it would close every
 * window up to it. It is *held*: it counts in its template, but moves nothing. When the next record of the stream is
 * just as far ahead, the stream has really moved (a file with a night in it): time moves to the earlier of the two.
 * Any other record ends the hold.
 */
import type { StateReader, StateWriter } from '../columns/state-codec.ts';

export interface ClockLimits {
  readonly latenessMs: number;
  readonly idleLatenessMs: number;
  readonly farAheadMs: number;
}

export class StreamClock {
  readonly #limits: ClockLimits;
  /** Latest event time, -1 before the first record. */
  latestMs = -1;
  /** The tick that was current when `latestMs` moved, -1 none yet. */
  #tickThen = -1;
  #tickNow = -1;
  #heldMs = -1;

  constructor(limits: ClockLimits) {
    this.#limits = limits;
  }

  /** Takes in a record's time. False: the record is held, and belongs to no window. */
  observe(timeMs: number): boolean {
    if (timeMs <= this.latestMs) {
      this.#heldMs = -1;
      return true;
    }
    if (this.latestMs < 0 || timeMs <= this.#nowMs() + this.#limits.farAheadMs) {
      this.#heldMs = -1;
      this.#moveTo(timeMs);
      return true;
    }
    if (this.#heldMs < 0) {
      this.#heldMs = timeMs;
      return false;
    }
    const earlier = Math.min(timeMs, this.#heldMs);
    const later = Math.max(timeMs, this.#heldMs);
    const agree = later <= earlier + this.#limits.farAheadMs;
    this.#moveTo(agree ? later : earlier);
    this.#heldMs = agree ? -1 : later;
    return agree || timeMs === earlier;
  }

  /** Takes in a tick of the source; ticks that go backwards are ignored. */
  tick(tickMs: number): void {
    this.#tickNow = Math.max(this.#tickNow, tickMs);
    if (this.#tickThen < 0 && this.latestMs >= 0) this.#tickThen = this.#tickNow;
  }

  /** All records before this time are taken to be here. */
  watermarkMs(): number {
    return Math.max(this.latestMs - this.#limits.latenessMs, this.#nowMs() - this.#limits.idleLatenessMs);
  }

  #nowMs(): number {
    return this.#tickThen < 0 ? this.latestMs : this.latestMs + (this.#tickNow - this.#tickThen);
  }

  #moveTo(timeMs: number): void {
    this.latestMs = timeMs;
    this.#tickThen = this.#tickNow;
  }

  save(to: StateWriter): void {
    to.numbers(this.latestMs, this.#tickThen, this.#tickNow, this.#heldMs);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(4);
    from.column(numbers);
    [this.latestMs, this.#tickThen, this.#tickNow, this.#heldMs] = numbers;
  }
}
