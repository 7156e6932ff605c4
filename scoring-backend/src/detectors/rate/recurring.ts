/**
 * Odd states that recur. A stream may have more than one normal: a bulk job now and then, waves of log-in attempts. Such
 * a state contradicts the level learned, so it is flagged and not learned, every time it comes. After it came back often
 * enough, spread over enough time, it is one of the stream's *modes*: a count is then explained either by the level or
 * by the mode, p = p_level + P(mode) · P(size ≥ this | mode). P(mode) is the share of windows spent in it. What is larger
 * than all that was seen of the mode, or lasts longer than it ever did, counts as ever odder (a Pareto tail beyond the
 * largest): a restart that is silent for a minute does not explain an outage.
 *
 * The levels stay what they are: windows of a mode are counted here, not learned there.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

interface Mode {
  /** Separate times that the state came, and when it first did, last began and last was seen. */
  episodes: number;
  firstMs: number;
  beganMs: number;
  lastMs: number;
  /** Windows in it, halved along with the number of all windows. */
  windows: number;
  /** Windows in it this time, and the most of the times before. */
  run: number;
  longest: number;
  /** Largest size this time, and of the times before: a state that goes on does not explain itself. */
  size: number;
  largest: number;
}

export class RecurringStates {
  #modes = NO_MODES;
  #windows = 0;
  /** States forgotten because there were too many. */
  dropped = 0;

  /** Takes in that a window was judged, learned or not. */
  count(): void {
    if (++this.#windows < MEMORY) return;
    this.#windows /= 2;
    for (const mode of this.#modes.values()) mode.windows /= 2;
  }

  /**
   * A window was in the state `key`, with this size (what it is a size of, the caller decides; at least 1). True when the
   * state is a mode, so that the window says nothing of the level; but one that lasts for hours is rather a new level.
   */
  note(key: number, startMs: number, endMs: number, size: number): boolean {
    let mode = this.#modes.get(key);
    if (mode === undefined) {
      if (this.#modes.size >= MOST_MODES) this.#dropOldest();
      mode = { ...NEVER, firstMs: startMs, beganMs: startMs };
      this.#add(key, mode);
    }
    if (startMs - mode.lastMs > SEPARATE_MS) {
      mode.episodes++;
      mode.beganMs = startMs;
      mode.longest = Math.max(mode.longest, mode.run);
      mode.run = 0;
      mode.largest = Math.max(mode.largest, mode.size);
      mode.size = 0;
    }
    mode.lastMs = endMs;
    mode.windows++;
    mode.run++;
    mode.size = Math.max(mode.size, size);
    return isMode(mode, startMs) && startMs - mode.beganMs <= LASTING_MS;
  }

  /** Share of windows in a state nobody has seen yet: falls with every window. */
  get unseen(): number {
    return UNSEEN / (this.#windows + UNSEEN_WINDOWS);
  }

  /** The magnitude of something that has this one by the level alone, when the state `key` may explain it. */
  explained(key: number, magnitude: number, size: number, atMs: number): number {
    const mode = this.#modes.get(key);
    if (mode === undefined || !isMode(mode, atMs)) return magnitude;
    const begins = atMs - mode.lastMs > SEPARATE_MS;
    const larger = Math.max(1, size / Math.max(mode.largest, begins ? mode.size : 0));
    const run = begins ? 1 : mode.run + 1;
    const longer = Math.max(1, run / Math.max(1, mode.longest));
    const byMode = Math.min(1, (mode.windows + 1) / (this.#windows + 1)) * (larger * longer) ** -TAIL_EXPONENT;
    return Math.max(0, -Math.log10(10 ** -magnitude + byMode));
  }

  clear(key: number): void {
    this.#modes.delete(key);
  }

  merge(from: number, to: number): void {
    const mode = this.#modes.get(from);
    if (mode === undefined) return;
    this.#modes.delete(from);
    const other = this.#modes.get(to);
    if (other === undefined || other.episodes < mode.episodes) this.#modes.set(to, mode);
  }

  /** Most streams have no such states: the table is made for the first one. */
  #add(key: number, mode: Mode): void {
    if (this.#modes === NO_MODES) this.#modes = new Map();
    this.#modes.set(key, mode);
  }

  #dropOldest(): void {
    let oldest = -1;
    let lastMs = Infinity;
    for (const [key, mode] of this.#modes)
      if (mode.lastMs < lastMs) {
        oldest = key;
        lastMs = mode.lastMs;
      }
    this.#modes.delete(oldest);
    this.dropped++;
  }

  save(to: StateWriter): void {
    to.numbers(this.#windows, this.dropped, this.#modes.size);
    for (const [key, { episodes, firstMs, beganMs, lastMs, windows, run, longest, size, largest }] of this.#modes)
      to.numbers(key, episodes, firstMs, beganMs, lastMs, windows, run, longest, size, largest);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(10);
    from.column(numbers.subarray(0, 3));
    this.#windows = numbers[0];
    this.dropped = numbers[1];
    for (let left = numbers[2]; left > 0; left--) {
      from.column(numbers);
      const [key, episodes, firstMs, beganMs, lastMs, windows, run, longest, size, largest] = numbers;
      this.#add(key, { episodes, firstMs, beganMs, lastMs, windows, run, longest, size, largest });
    }
  }
}

/** Nothing is ever put in here. */
const NO_MODES = new Map<number, Mode>();
const NEVER = { episodes: 0, lastMs: -Infinity, windows: 0, run: 0, longest: 0, size: 0, largest: 1 };

function isMode(mode: Mode, atMs: number): boolean {
  return mode.episodes >= EPISODES && atMs - mode.firstMs >= SPREAD_MS;
}

/** Times that a state must come, and the time from the first to now, before it is a mode. */
const EPISODES = 3;
const SPREAD_MS = 6 * 3_600_000;
/** Two windows in a state with a longer pause between them are two episodes. */
const SEPARATE_MS = 1_800_000;
/** A mode without a pause for so long is learned as the level too. */
const LASTING_MS = 2 * 3_600_000;
/** Windows that P(mode) remembers: four weeks of 30 s. */
const MEMORY = 80_640;
const MOST_MODES = 256;
/** The prior of `unseen`: half a window in 1,000. */
const UNSEEN = 0.5;
const UNSEEN_WINDOWS = 1_000;
/** P(size ≥ n) falls with this power of n beyond the largest size seen. */
const TAIL_EXPONENT = 3;
