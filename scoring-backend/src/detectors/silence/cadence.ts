/**
 * Silence of a regular template: a job that logged every ten seconds and does not any more.
 *
 * Per template the mean and spread of the times between its records (event time, the last 32 or so). A template is
 * regular after 8 intervals that spread little, as long as it misses few of its beats. The open interval at a window's
 * end is odd when both explanations fail:
 * - jitter: Student's t of the interval, predictive;
 * - a pause: its beats stay away with a chance of (pauses + 0.1) / (intervals + 1), a Beta(0.1, 0.9) prior, because what
 *   beats regularly rarely pauses; and how many stay away then is Pareto distributed, with a Gamma prior on its exponent:
 *   a job that rests every night, or has run in batches, has shown by its own pauses how long the next may be.
 * p is the larger one.
 */
import { type Kept, loadFamily, saveFamily } from '../../engine/streams/family-state.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { NOT_APPLICABLE, NOTHING_FOUND, type Evidence, type Finding } from '../detector.ts';
import { sidak } from '../ensemble.ts';
import { INITIAL_TEMPLATES, type PerTemplate } from '../per-template.ts';
import { studentMagnitude } from '../statistics/student.ts';
import { float64Column, grown, uint8Column } from '../../columns/small-columns.ts';

export class Cadence implements PerTemplate {
  /** Event time of a template's last record, in ms. */
  lastMs = float64Column(INITIAL_TEMPLATES);
  #mean: Float64Array<ArrayBuffer>;
  #variance: Float64Array<ArrayBuffer>;
  #intervals: Float64Array<ArrayBuffer>;
  /** Pauses, and the logarithms of how many beats each had lasted, summed. */
  #pauses: Float64Array<ArrayBuffer>;
  #pauseLogs: Float64Array<ArrayBuffer>;
  #regular: number[] = [];
  #isRegular: Uint8Array<ArrayBuffer>;
  readonly #isOn: boolean;

  /** @param isOn false: nothing but the time of each template's last record is kept, and no silence is noticed */
  constructor(isOn = true) {
    this.#isOn = isOn;
    const length = isOn ? INITIAL_TEMPLATES : 0;
    this.#mean = float64Column(length);
    this.#variance = float64Column(length);
    this.#intervals = float64Column(length);
    this.#pauses = float64Column(length);
    this.#pauseLogs = float64Column(length);
    this.#isRegular = uint8Column(length);
  }

  /**
   * Learns a record's time. Intervals that began before `knownFromMs` may hide records: they
   * are not learned, unless as a pause, which can only make silence less odd.
   */
  learn(index: number, timeMs: number, knownFromMs: number): void {
    const last = this.lastMs[index];
    if (timeMs < last) return;
    this.lastMs[index] = timeMs;
    if (last === 0 || !this.#isOn) return;
    let interval = timeMs - last;
    const mean = this.#mean[index];
    const isPause = this.#intervals[index] >= MIN_INTERVALS && interval > MISSED_FROM * mean;
    if (last < knownFromMs && !isPause) return;
    const intervals = this.#intervals[index]++;
    if (isPause) {
      // A pause says nothing about the jitter of the beats that come.
      this.#pauses[index]++;
      this.#pauseLogs[index] += Math.log(Math.max(1, interval / mean - 0.5));
      interval = MISSED_FROM * mean;
    }
    const gain = intervals < MEMORY ? 1 / (intervals + 1) : 1 / MEMORY;
    const difference = interval - mean;
    this.#mean[index] = mean + gain * difference;
    this.#variance[index] = (1 - gain) * (this.#variance[index] + gain * difference * difference);
  }

  /** Looks again which of these templates are regular; call it with those seen in a closed bucket. */
  review(touched: Int32Array, count: number): void {
    if (!this.#isOn) return;
    for (let i = 0; i < count; i++) {
      const index = touched[i];
      const regular =
        this.#intervals[index] >= MIN_INTERVALS &&
        this.#mean[index] >= MIN_MEAN_MS &&
        this.#variance[index] <= (MAX_SPREAD * this.#mean[index]) ** 2 &&
        this.#pauses[index] <= MAX_PAUSES * this.#intervals[index];
      if (regular && this.#isRegular[index] === 0) {
        this.#isRegular[index] = 1;
        this.#regular.push(index);
      } else if (!regular && this.#isRegular[index] === 1) this.#forgetRegular(index);
    }
  }

  /** The open intervals at `endMs`, of what has been known without a gap since `knownFromMs`. */
  judge(endMs: number, knownFromMs: number): Finding {
    if (this.#regular.length === 0) return NOT_APPLICABLE;
    const found: Evidence[] = [];
    let largest = 0;
    for (const index of this.#regular) {
      const open = endMs - Math.max(this.lastMs[index], knownFromMs);
      const mean = this.#mean[index];
      if (open < MISSED_FROM * mean || open > this.#toldForMs(index)) continue;
      const magnitude = this.#magnitude(index, open);
      largest = Math.max(largest, magnitude);
      const evidence = { kind: 'silence', expected: mean / 1000, actual: open / 1000, unit: 'seconds' } as const;
      found.push({ ...evidence, magnitude, template: index });
    }
    if (found.length === 0) return NOTHING_FOUND;
    found.sort((a, b) => b.magnitude - a.magnitude || a.template - b.template);
    const magnitude = sidak(largest, this.#regular.length);
    return { applicable: true, ready: true, magnitude, evidence: found.slice(0, MOST_TOLD) };
  }

  /** The silence has become normal: what is silent now is not expected any more. */
  accept(endMs: number): void {
    for (const index of [...this.#regular])
      if (endMs - this.lastMs[index] > MISSED_FROM * this.#mean[index]) {
        this.#forgetRegular(index);
        this.#intervals[index] = 0;
        this.#mean[index] = 0;
        this.#variance[index] = 0;
      }
  }

  #magnitude(index: number, open: number): number {
    const mean = this.#mean[index];
    const intervals = this.#intervals[index];
    const remembered = Math.min(intervals, MEMORY);
    const spread = Math.max(Math.sqrt(this.#variance[index]), MIN_SPREAD * mean);
    const jitter = studentMagnitude((open - mean) / (spread * Math.sqrt(1 + 1 / remembered)), remembered - 1);
    const pause = (this.#pauses[index] + 0.1) / (intervals + 1);
    const beats = Math.max(1, open / mean - 0.5);
    const pauses = this.#pauses[index];
    // The prior speaks for what never pauses: each pause seen makes it count for less.
    const shape = PAUSE_SHAPE / (1 + pauses) + pauses;
    const scale = PAUSE_SCALE / (1 + pauses) + this.#pauseLogs[index];
    const longer = shape * Math.log10(1 + Math.log(beats) / scale);
    return Math.min(jitter, -Math.log10(pause) + longer);
  }

  /** A silence is told for no longer than the rhythm before it was known: two minutes of a burst are no promise for a day. */
  #toldForMs(index: number): number {
    return Math.min(MOST_TOLD_MS, Math.max(LEAST_TOLD_MS, this.#intervals[index] * this.#mean[index]));
  }

  #forgetRegular(index: number): void {
    this.#isRegular[index] = 0;
    this.#regular.splice(this.#regular.indexOf(index), 1);
  }

  grow(capacity: number): void {
    this.lastMs = grown(this.lastMs, capacity);
    if (!this.#isOn) return;
    this.#mean = grown(this.#mean, capacity);
    this.#variance = grown(this.#variance, capacity);
    this.#intervals = grown(this.#intervals, capacity);
    this.#pauses = grown(this.#pauses, capacity);
    this.#pauseLogs = grown(this.#pauseLogs, capacity);
    this.#isRegular = grown(this.#isRegular, capacity);
  }

  clear(index: number): void {
    if (this.#isRegular[index] === 1) this.#forgetRegular(index);
    this.lastMs[index] = 0;
    this.#mean[index] = 0;
    this.#variance[index] = 0;
    this.#intervals[index] = 0;
    this.#pauses[index] = 0;
    this.#pauseLogs[index] = 0;
  }

  /** The rhythm of two together is neither's: the one of `to` is learned anew. */
  merge(from: number, to: number): void {
    const last = Math.max(this.lastMs[from], this.lastMs[to]);
    const known = this.#intervals[from] > 0;
    this.clear(from);
    if (known) this.clear(to);
    this.lastMs[to] = last;
  }

  save(to: StateWriter): void {
    to.number(this.lastMs.length);
    to.column(this.lastMs);
    saveFamily(to, this.#isOn ? this.#rhythms() : undefined);
  }

  load(from: StateReader): void {
    this.grow(from.number());
    from.column(this.lastMs);
    loadFamily(from, this.#isOn ? this.#rhythms() : undefined);
  }

  /** What only silence needs. */
  #rhythms(): Kept {
    return {
      save: (to) => {
        for (const column of this.#columns()) to.column(column);
        to.column(this.#isRegular);
        to.number(this.#regular.length);
        to.column(Float64Array.from(this.#regular));
      },
      load: (from) => {
        for (const column of this.#columns()) from.column(column);
        from.column(this.#isRegular);
        const regular = new Float64Array(from.number());
        from.column(regular);
        this.#regular = [...regular];
      },
    };
  }

  #columns(): Float64Array[] {
    return [this.#mean, this.#variance, this.#intervals, this.#pauses, this.#pauseLogs];
  }
}

const MEMORY = 32;
const MIN_INTERVALS = 8;
/** What comes more often is steady: its absence shows in its rate. */
const MIN_MEAN_MS = 1_000;
/** Standard deviation over mean of a regular template, at most. */
const MAX_SPREAD = 0.3;
/** No timer is trusted to be more exact than this share of its interval. */
const MIN_SPREAD = 0.05;
/** Share of its intervals that a regular template may pause in, at most. */
const MAX_PAUSES = 0.2;
/** What is known of the length of pauses at first: as if so many were seen, short ones. */
const PAUSE_SHAPE = 16;
const PAUSE_SCALE = 1.5;
/** Intervals beyond this multiple of the mean are pauses. */
const MISSED_FROM = 1.6;
const MOST_TOLD = 3;
/** Bounds of how long a silence is told. */
const LEAST_TOLD_MS = 300_000;
const MOST_TOLD_MS = 86_400_000;
