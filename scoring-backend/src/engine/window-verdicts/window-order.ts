/**
 * Windows of all engine threads in an order that does not depend on how streams are spread over the threads: every thread is
 * given the same requests and ticks, so what they say after the same inputs belongs together. A group is handed on when all
 * threads have handled its inputs; within it windows are sorted by time and stream.
 *
 * While a thread is down the others' windows wait, up to a bound; beyond it they go on without it, and that is counted.
 */
import type { WindowVerdict } from '../outputs.ts';
import { type StreamMinute, streamKey } from '../correlation/tenant-minutes.ts';

interface Group {
  readonly input: number;
  readonly minutes: StreamMinute[];
}

export class WindowOrder {
  readonly #reached: number[];
  readonly #handOn: (minutes: readonly StreamMinute[]) => void;
  readonly #most: number;
  #groups: Group[] = [];
  #waiting = 0;
  /** Windows handed on although a thread was behind. */
  unordered = 0;

  /** @param most windows that wait */
  constructor(threads: number, handOn: (minutes: readonly StreamMinute[]) => void, most = MOST_WAITING) {
    this.#reached = Array<number>(threads).fill(0);
    this.#handOn = handOn;
    this.#most = most;
  }

  /** Takes what a thread said after it has handled all inputs up to `input`. */
  take(thread: number, windows: readonly WindowVerdict[], input: number): void {
    const minutes = windows.filter(({ sizeMs }) => sizeMs === MINUTE_MS).map(minuteOf);
    if (minutes.length > 0) this.#groups.push({ input, minutes });
    this.#waiting += minutes.length;
    this.#reached[thread] = Math.max(this.#reached[thread], input);
    this.#release(Math.min(...this.#reached));
    if (this.#waiting <= this.#most) return;
    this.unordered += this.#waiting;
    this.#release(Infinity);
  }

  #release(input: number): void {
    const ready = this.#groups.filter((group) => group.input <= input);
    if (ready.length === 0) return;
    this.#groups = this.#groups.filter((group) => group.input > input);
    const minutes = ready.flatMap((group) => group.minutes);
    this.#waiting -= minutes.length;
    this.#handOn(minutes.sort((a, b) => a.startMs - b.startMs || (a.key < b.key ? -1 : Number(a.key > b.key))));
  }
}

function minuteOf({ stream, startMs, records, incomplete }: WindowVerdict): StreamMinute {
  return { stream, key: streamKey(stream), startMs, records: incomplete ? NaN : records };
}

const MINUTE_MS = 60_000;
const MOST_WAITING = 20_000;
