/**
 * How streams move from minute to minute: the root of the count, less its level of the last minutes, on a scale of what it
 * moved by in the last hours. The rhythm of the day is slower and is not in it, so that two streams move together only when
 * one has to do with the other, not because both sleep at night. The root, because the chance in a count of few and of many
 * records is the same on its scale (Anscombe 1948).
 */

export class Movements {
  /** Of the last step by stream, in roots and in usual movements (z); NaN for none. */
  readonly moved: Float64Array;
  readonly z: Float64Array;
  readonly #level: Float64Array;
  readonly #square: Float64Array;
  readonly #steps: Float64Array;

  constructor(streams: number) {
    this.moved = new Float64Array(streams).fill(NaN);
    this.z = new Float64Array(streams).fill(NaN);
    this.#level = new Float64Array(streams);
    this.#square = new Float64Array(streams);
    this.#steps = new Float64Array(streams);
  }

  /** Takes in a step. @param counts records by stream, NaN where a stream has no window */
  take(counts: Float64Array): void {
    for (let s = 0; s < this.z.length; s++) this.#take(s, s < counts.length ? counts[s] : NaN);
  }

  /** Usual size of the movements of a stream, in roots. */
  spread(stream: number): number {
    return Math.max(Math.sqrt(this.#square[stream]), LEAST_SPREAD);
  }

  /** Has it moved at all in the last hours? */
  isLive(stream: number): boolean {
    return this.#square[stream] > LEAST_SPREAD ** 2;
  }

  /** Another stream takes this one's place. */
  forget(stream: number): void {
    this.#steps[stream] = 0;
  }

  #take(stream: number, count: number): void {
    this.z[stream] = this.moved[stream] = NaN;
    if (Number.isNaN(count)) return;
    const value = 2 * Math.sqrt(count + ANSCOMBE);
    const steps = ++this.#steps[stream];
    if (steps === 1) {
      this.#level[stream] = value;
      this.#square[stream] = 0;
      return;
    }
    const difference = value - this.#level[stream];
    const most = steps > FEW ? FAR * this.spread(stream) : Infinity;
    const moved = Math.max(-most, Math.min(most, difference));
    if (steps > FEW) {
      this.moved[stream] = moved;
      this.z[stream] = moved / this.spread(stream);
    }
    this.#level[stream] += difference / Math.min(steps, LEVEL_STEPS);
    this.#square[stream] += (moved * moved - this.#square[stream]) / Math.min(steps, SPREAD_STEPS);
  }
}

const ANSCOMBE = 3 / 8;
/** Steps that levels and spreads remember, and steps before a movement means something. */
const LEVEL_STEPS = 8;
const SPREAD_STEPS = 180;
const FEW = 15;
/** Spread, in roots, that movements have at least, and the largest movement in spreads: one burst says no more. */
const LEAST_SPREAD = 0.05;
const FAR = 2.5;
