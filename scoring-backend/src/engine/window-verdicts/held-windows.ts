/**
 * Normal windows that wait before they are learned, because they may be the beginning of a fault: it mostly begins in the
 * middle of a window, and often slowly, and learning its first windows as normal hides the rest of it.
 *
 * A window with M ≥ 1 waits for the next one. While little is known, one window is a large part of all that is normal, so
 * there it waits for as long as those that follow go on to be odd: a cumulative sum of their M (CUSUM: Page 1954) that
 * normal windows bring back to nothing. When one of them is flagged, what waits is dropped; when the sum is spent, or five
 * minutes have passed, all of it is learned. So each unflagged window is learned, only later.
 */
import type { WindowFeatures } from '../../detectors/detector.ts';
import { WindowCounts, type TemplateBirths } from '../../windows/window-counts.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

/** A window, its x, and its bin of age where it is empty (-1). */
export type LearnWindow = (window: WindowFeatures, x: number, age: number) => void;

interface Held {
  readonly window: WindowCounts;
  x: number;
  age: number;
}

export class HeldWindows {
  readonly #sizeMs: number;
  readonly #births: TemplateBirths;
  readonly #learn: LearnWindow;
  #held: Held[] = [];
  /** The cumulative sum of M above what a normal window has, 0 and up. */
  #excess = 0;
  #capacity = 0;

  constructor(sizeMs: number, births: TemplateBirths, learn: LearnWindow) {
    this.#sizeMs = sizeMs;
    this.#births = births;
    this.#learn = learn;
  }

  /** Takes in an unflagged window, to be learned now or later. `known`: windows learned before it. */
  take(window: WindowFeatures, x: number, age: number, magnitude: number, known: number): void {
    const most = known * this.#sizeMs < YOUNG_MS ? HELD_MS / this.#sizeMs : 1;
    const spent = this.#excess + magnitude <= REFERENCE;
    if (spent || this.#held.length >= most) this.#learnAll();
    if (magnitude >= HELD_FROM || this.#held.length > 0) this.#hold(window, x, age);
    else return this.#learn(window, x, age);
    this.#excess += magnitude - REFERENCE;
  }

  /** A window was flagged: what waits was the beginning of that. */
  drop(): void {
    this.#held = [];
    this.#excess = 0;
  }

  #learnAll(): void {
    for (const { window, x, age } of this.#held) this.#learn(window, x, age);
    this.drop();
  }

  #hold(window: WindowFeatures, x: number, age: number): void {
    const copy = this.#room();
    copy.copy(window);
    this.#held.push({ window: copy, x, age });
  }

  #room(): WindowCounts {
    const window = new WindowCounts(this.#births);
    window.grow(this.#capacity);
    return window;
  }

  grow(capacity: number): void {
    this.#capacity = Math.max(this.#capacity, capacity);
    for (const { window } of this.#held) window.grow(this.#capacity);
  }

  clear(index: number): void {
    for (const { window } of this.#held) window.clear(index);
  }

  merge(from: number, to: number): void {
    for (const { window } of this.#held) window.merge(from, to);
  }

  save(to: StateWriter): void {
    to.numbers(this.#held.length, this.#excess);
    for (const { window, x, age } of this.#held) {
      to.numbers(x, age);
      window.save(to);
    }
  }

  /** Call `grow` first. */
  load(from: StateReader): void {
    const numbers = new Float64Array(2);
    from.column(numbers);
    this.#excess = numbers[1];
    this.#held = Array.from({ length: numbers[0] }, () => {
      from.column(numbers);
      const [x, age] = numbers;
      const window = this.#room();
      window.load(from);
      return { window, x, age };
    });
  }
}

/** M of windows that wait before they are learned: one normal window in ten. */
const HELD_FROM = 1;
/**
 * What each window takes off the sum: the reference value of the CUSUM that best tells exponential M of mean 1.3, three
 * times the normal one of log10 e, from normal: ln 3 / (ln 10 − ln 10 / 3).
 */
const REFERENCE = 0.72;
/** Windows wait so long at most while less than that is known. */
const HELD_MS = 300_000;
const YOUNG_MS = 1_200_000;
