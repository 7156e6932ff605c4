/**
 * The ways a value of a series is looked at. Each gives a deviation, 0 or more, in spreads of its own:
 * - level: the value, from the median of the last two weeks or so;
 * - jump: the step from the value before;
 * - shift, slow shift: the mean of the last 12 and 60 values, from the median;
 * - variance, slow variance: how much the last 12 and 60 values vary, from how much they do usually;
 * - season: the mean of the last 3 values, from the same time of earlier days;
 * - shape: the last 12 values as a vector, distance to the third nearest of earlier ones (k-NN; Burnaev and Ishimtsev 2016
 *   made it conformal, here the block scale does);
 * - range: how far the value is outside of all those kept, in twentieths of their range (Lavin and Ahmad 2015 take a
 *   twentieth beyond it for an anomaly by itself).
 * All are less what is usual at this time of the day (same-time.ts).
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { DayProfile } from './day-profile.ts';
import { nearestDistance } from './nearest-shape.ts';
import { SameTime } from './same-time.ts';
import { Stretch } from './stretch.ts';

export const VIEWS = [
  ...(['level', 'jump', 'shift', 'slow shift', 'variance', 'slow variance', 'season', 'shape', 'range'] as const),
];
export type View = (typeof VIEWS)[number];

export class ValueViews {
  readonly #ring = new Float64Array(KEPT);
  #count = 0;
  readonly #day = new DayProfile();
  readonly #sameTime = new SameTime(VIEWS.length);
  readonly #short = new Stretch(SHORT);
  readonly #long = new Stretch(LONG);
  readonly #deviations = new Float64Array(VIEWS.length);
  /** Of the ring, as of the last time they were worked out: median, spread of values, usual jump. */
  #median = 0;
  #spread = 0;
  #jump = 0;
  #refreshAt = LEAST;
  /** Of the ring, always. */
  #least = Infinity;
  #most = -Infinity;

  /** The deviations of the next value, by view; NaN for a view that has no opinion yet. Valid until the next call. */
  deviations(timeMs: number, value: number): Float64Array {
    const result = this.#deviations;
    if (this.#count < LEAST) return result.fill(NaN);
    if (this.#count >= this.#refreshAt) this.#refresh();
    this.#short.look(this.#ring, this.#count, value, this.#jump);
    this.#long.look(this.#ring, this.#count, value, this.#jump);
    const before = this.#ring[(this.#count - 1) % KEPT];
    const isLongKnown = this.#count >= 3 * LONG;
    result[0] = Math.abs(value - this.#median) / this.#spread;
    result[1] = Math.abs(value - before) / this.#jump;
    result[2] = Math.abs(this.#short.mean - this.#median) / this.#spread;
    result[3] = isLongKnown ? Math.abs(this.#long.mean - this.#median) / this.#spread : NaN;
    result[4] = this.#short.deviation;
    result[5] = isLongKnown ? this.#long.deviation : NaN;
    result[6] = this.#day.deviation(timeMs, value, this.#spread);
    result[7] = nearestDistance(this.#ring, this.#count, value, SHORT) / this.#spread;
    result[8] = this.#beyond(value);
    this.#sameTime.explain(timeMs, result);
    return result;
  }

  /** Learns the value that deviations were asked for last. */
  learn(timeMs: number, value: number): void {
    this.#keep(value);
    this.#day.learn(timeMs, value);
    if (this.#count <= LEAST) return;
    this.#short.learn();
    if (this.#count > LONG) this.#long.learn();
  }

  #beyond(value: number): number {
    const outside = Math.max(0, value - this.#most, this.#least - value);
    const range = this.#most - this.#least;
    return outside === 0 ? 0 : range > 0 ? (outside / range) * TWENTIETHS : TWENTIETHS;
  }

  #keep(value: number): void {
    const place = this.#count++ % KEPT;
    const gone = this.#ring[place];
    this.#ring[place] = value;
    this.#least = Math.min(this.#least, value);
    this.#most = Math.max(this.#most, value);
    if (this.#count <= KEPT || (gone > this.#least && gone < this.#most)) return;
    this.#least = Infinity;
    this.#most = -Infinity;
    for (const kept of this.#ring) {
      this.#least = Math.min(this.#least, kept);
      this.#most = Math.max(this.#most, kept);
    }
  }

  #refresh(): void {
    const kept = Math.min(this.#count, KEPT);
    const values = Float64Array.from({ length: kept }, (_, i) => this.#ring[(this.#count - kept + i) % KEPT]);
    const jumps = values.map((value, i) => (i === 0 ? 0 : Math.abs(value - values[i - 1]))).sort();
    values.sort();
    this.#median = values[kept >> 1];
    const floor = 1e-6 * (1 + Math.abs(this.#median));
    const [low, high] = [values[Math.floor(kept * 0.1)], values[Math.floor(kept * 0.9)]];
    this.#spread = Math.max((high - low) / DECILES_OF_NORMAL, floor);
    this.#jump = Math.max(jumps[Math.floor(kept * 0.75)], this.#spread * 0.02, floor);
    this.#refreshAt = this.#count + REFRESH_EVERY;
  }

  save(to: StateWriter): void {
    to.column(this.#ring);
    for (const part of [this.#day, this.#sameTime, this.#short, this.#long]) part.save(to);
    to.numbers(this.#count, this.#median, this.#spread, this.#jump, this.#refreshAt);
    to.numbers(this.#least, this.#most);
  }

  load(from: StateReader): void {
    from.column(this.#ring);
    for (const part of [this.#day, this.#sameTime, this.#short, this.#long]) part.load(from);
    const numbers = new Float64Array(5);
    from.column(numbers);
    [this.#count, this.#median, this.#spread, this.#jump, this.#refreshAt] = numbers;
    const range = new Float64Array(2);
    from.column(range);
    [this.#least, this.#most] = range;
  }
}

/** Values kept: two weeks of 5 minutes. */
const KEPT = 4_032;
const SHORT = 12;
const LONG = 60;
const LEAST = 3 * SHORT;
const REFRESH_EVERY = 16;
const TWENTIETHS = 20;
/** From the first decile to the last, in standard deviations of the normal distribution. */
const DECILES_OF_NORMAL = 2.56;
