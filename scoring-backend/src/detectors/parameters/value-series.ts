/**
 * The numbers that a stream's messages carry, as series: one per template, slot and place among the blanks of the slot's
 * value (`200 4,567 45ms` are three). Of each the level and spread, on a scale of logarithms, remembered over some ten
 * thousand values; so each new value has a standard score, which windows add up (windows/score-sums.ts) and value-shift.ts
 * judges. One odd value is the business of parameter-values.ts, many that are a little off are told here.
 *
 * Only sampled records come here (record-watch.ts). 48 bytes per series.
 */
import type { StateReader, StateWriter } from '../../engine/state-codec.ts';
import { DURATION, number, PLAIN, readNumber } from '../../templates/parameter-number.ts';
import { aligned, MAX_SLOTS, type SlotPlan, wordBefore } from '../../templates/parameter-slots.ts';
import { type ScoreSums, SERIES_PER_TEMPLATE, templateOf } from '../../windows/score-sums.ts';
import { float64Column, release } from '../../engine/small-columns.ts';

/** What people want to know of a series. */
export interface SeriesLevel {
  /** The word before it, `duration_ms`; '' for none. */
  readonly name: string;
  /** `ms` when values say so themselves. */
  readonly unit: 'ms' | '';
  /** Usual value, and the one that lies `score` spreads from it. */
  readonly expected: number;
  readonly actual: number;
}

export class ValueSeries {
  readonly #templates = new Map<number, { plan: SlotPlan; numbers: Float64Array }>();
  /** Templates whose numbers are not followed because there are too many. */
  dropped = 0;
  #scored = 0;
  /** The first duration of that record, in ms; NaN for none. */
  durationMs = NaN;

  /** Begins a record that may have no numbers. */
  begin(): void {
    this.#scored = 0;
    this.durationMs = NaN;
  }

  /** Scores, then learns the numbers of the message that was aligned with its plan last. */
  take(template: number, plan: SlotPlan, bytes: Uint8Array): void {
    const numbers = this.#numbersOf(template, plan);
    for (let slot = 0; slot < aligned.slots; slot++) {
      const [start, end] = [aligned.start[slot], aligned.end[slot]];
      if (readNumber(bytes, start, end)) {
        this.#value(template, slot * PLACES, plan.unitMs[slot], numbers);
        continue;
      }
      let at = start;
      for (let place = 0; place < PLACES && at < end; place++) {
        const from = at;
        while (at < end && bytes[at] > BLANK) at++;
        if (readNumber(bytes, from, at)) this.#value(template, slot * PLACES + place, 0, numbers);
        while (at < end && bytes[at] <= BLANK) at++;
      }
    }
  }

  /** Adds the scores of the record looked at last to a window's. */
  addTo(sums: ScoreSums): void {
    for (let i = 0; i < this.#scored; i++) sums.add(keys[i], scores[i]);
  }

  /** Values that the level of a series rests on. */
  known(key: number): number {
    return this.#templates.get(templateOf(key))?.numbers[(key % SERIES_PER_TEMPLATE) * FIELDS] ?? 0;
  }

  /** What is usual in a series, and what a mean score of its values stands for. */
  describe(key: number, score: number): SeriesLevel {
    const known = this.#templates.get(templateOf(key));
    if (known === undefined) return { name: '', unit: '', expected: NaN, actual: NaN };
    const at = (key % SERIES_PER_TEMPLATE) * FIELDS;
    const { plan, numbers } = known;
    const [mean, spread] = [numbers[at + MEAN], spreadAt(numbers, at)];
    return {
      name: wordBefore(plan, Math.floor((key % SERIES_PER_TEMPLATE) / PLACES)),
      unit: numbers[at + UNIT_MS] === 1 ? 'ms' : '',
      expected: numberAt(mean),
      actual: numberAt(mean + score * spread),
    };
  }

  /** The levels hold no longer: the next values set them anew. */
  loosen(): void {
    for (const { numbers } of this.#templates.values())
      for (let at = 0; at < numbers.length; at += FIELDS) numbers[at] = Math.min(numbers[at], ENOUGH);
  }

  clear(template: number): void {
    const known = this.#templates.get(template);
    if (known === undefined) return;
    release(known.numbers);
    this.#templates.delete(template);
  }

  #numbersOf(template: number, plan: SlotPlan): Float64Array | undefined {
    const known = this.#templates.get(template);
    if (known?.plan === plan) return known.numbers;
    if (known?.plan.text === plan.text) {
      known.plan = plan;
      return known.numbers;
    }
    if (plan.slots === 0) return undefined;
    if (known === undefined && this.#templates.size >= MOST_TEMPLATES) {
      this.dropped++;
      return undefined;
    }
    if (known !== undefined) release(known.numbers);
    const numbers = float64Column(plan.slots * PLACES * FIELDS);
    this.#templates.set(template, { plan, numbers });
    return numbers;
  }

  /** Takes in the number read last. */
  #value(template: number, series: number, unitMs: number, numbers: Float64Array | undefined): void {
    const isDuration = number.unit === DURATION || (number.unit === PLAIN && unitMs > 0);
    if (isDuration && !(this.durationMs >= 0)) this.durationMs = number.value * (number.unit === DURATION ? 1 : unitMs);
    if (numbers === undefined) return;
    const at = series * FIELDS;
    const value = number.value < 0 ? -Math.log2(1 - number.value) : Math.log2(1 + number.value);
    const known = numbers[at];
    let off = value - numbers[at + MEAN];
    if (known >= ENOUGH) {
      const most = MOST_SPREADS * spreadAt(numbers, at);
      off = Math.max(-most, Math.min(most, off));
      // Counters and clocks only go up: what they show is no measure of anything.
      const isMeasure = Math.abs(numbers[at + TREND]) < ONE_WAY;
      if (isMeasure) {
        keys[this.#scored] = template * SERIES_PER_TEMPLATE + series;
        scores[this.#scored++] = off / spreadAt(numbers, at);
      }
    }
    const gain = 1 / Math.min(known + 1, MEMORY);
    const step = Math.sign(value - numbers[at + LAST]);
    numbers[at] = Math.min(known + 1, MEMORY);
    numbers[at + MEAN] += gain * off;
    numbers[at + VARIANCE] = (1 - gain) * (numbers[at + VARIANCE] + gain * off * off);
    numbers[at + TREND] += (step - numbers[at + TREND]) / Math.min(known + 1, ENOUGH);
    numbers[at + LAST] = value;
    numbers[at + UNIT_MS] = isDuration ? (number.unit === DURATION ? 1 : unitMs) : 0;
  }

  save(to: StateWriter): void {
    to.numbers(this.dropped, this.#templates.size);
    for (const [template, { plan, numbers }] of this.#templates) {
      to.number(template);
      to.text(plan.text);
      to.number(numbers.length);
      to.column(numbers);
    }
  }

  /** @param planOf the plan of a template's text */
  load(from: StateReader, planOf: (text: string) => SlotPlan): void {
    const sizes = new Float64Array(2);
    from.column(sizes);
    this.dropped = sizes[0];
    this.#templates.clear();
    for (let left = sizes[1]; left > 0; left--) {
      const template = from.number();
      const plan = planOf(from.text());
      const numbers = float64Column(from.number());
      from.column(numbers);
      this.#templates.set(template, { plan, numbers });
    }
  }
}

function spreadAt(numbers: Float64Array, at: number): number {
  return Math.max(LEAST_SPREAD, Math.sqrt(numbers[at + VARIANCE]));
}

function numberAt(level: number): number {
  return level < 0 ? 1 - 2 ** -level : 2 ** level - 1;
}

/** Numbers of one slot that are told apart. */
const PLACES = 3;
/** Series and standard scores of the record looked at last: it is learned before the next one is looked at. */
const keys = new Float64Array(MAX_SLOTS * PLACES);
const scores = new Float64Array(MAX_SLOTS * PLACES);
/** Of a series: values (at 0), level, variance, which way values go (−1 to 1), the last one, ms of their unit (0: none of time). */
const FIELDS = 6;
const MEAN = 1;
const VARIANCE = 2;
const TREND = 3;
const LAST = 4;
const UNIT_MS = 5;
const BLANK = 32;
/** Values before a series is scored. */
const ENOUGH = 30;
const MEMORY = 16_384;
const MOST_TEMPLATES = 512;
/** A value further out counts as this far: the mean of many is asked for, not their largest. */
const MOST_SPREADS = 3;
/** On the scale of binary logarithms: values within 5 % of each other are the same. */
const LEAST_SPREAD = 0.07;
/** Mean direction of the last values from which a series only goes up, or down. */
const ONE_WAY = 0.8;
