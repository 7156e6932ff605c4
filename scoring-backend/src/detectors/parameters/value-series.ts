/**
 * The numbers that a stream's messages carry, as series: one per template, slot and place among the blanks of the slot's
 * value (`200 4,567 45ms` are three). Of each the level and spread, on a scale of logarithms, remembered over some ten
 * thousand values; so each new value has a standard score, which windows add up (windows/score-sums.ts) and value-shift.ts
 * judges. One odd value is the business of parameter-values.ts, many that are a little off are told here.
 *
 * Only sampled records come here (record-watch.ts). 56 bytes per series that has had a number.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { DURATION, number, PLAIN, readNumber } from '../../templates/parameter-number.ts';
import { aligned, MAX_SLOTS, type SlotPlan, slotPlan, wordBefore } from '../../templates/parameter-slots.ts';
import { type ScoreSums, SERIES_PER_TEMPLATE, templateOf } from '../../windows/score-sums.ts';
import { float64Column, grown, release } from '../../columns/small-columns.ts';

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

interface SeriesOfTemplate {
  plan: SlotPlan;
  /** Of each series that has had a number its fields, in the order in which they came. */
  numbers: Float64Array;
}

export class ValueSeries {
  readonly #templates = new Map<number, SeriesOfTemplate>();
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
    const known = this.#seriesOf(template, plan);
    for (let slot = 0; slot < aligned.slots; slot++) {
      const [start, end] = [aligned.start[slot], aligned.end[slot]];
      if (readNumber(bytes, start, end)) {
        this.#value(template, slot * PLACES, plan.unitMs[slot], known);
        continue;
      }
      let at = start;
      for (let place = 0; place < PLACES && at < end; place++) {
        const from = at;
        while (at < end && bytes[at] > BLANK) at++;
        if (readNumber(bytes, from, at)) this.#value(template, slot * PLACES + place, 0, known);
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
    const numbers = this.#templates.get(templateOf(key))?.numbers;
    const at = numbers === undefined ? -1 : placeOf(numbers, key % SERIES_PER_TEMPLATE);
    return numbers === undefined || at < 0 ? 0 : numbers[at + KNOWN];
  }

  /** What is usual in a series, and what a mean score of its values stands for. */
  describe(key: number, score: number): SeriesLevel {
    const { plan, numbers } = this.#templates.get(templateOf(key)) ?? NO_SERIES;
    const at = placeOf(numbers, key % SERIES_PER_TEMPLATE);
    if (at < 0) return { name: '', unit: '', expected: NaN, actual: NaN };
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
      for (let at = 0; at < numbers.length; at += FIELDS) numbers[at + KNOWN] = Math.min(numbers[at + KNOWN], ENOUGH);
  }

  clear(template: number): void {
    const known = this.#templates.get(template);
    if (known === undefined) return;
    release(known.numbers);
    this.#templates.delete(template);
  }

  #seriesOf(template: number, plan: SlotPlan): SeriesOfTemplate | undefined {
    const known = this.#templates.get(template);
    if (known?.plan === plan) return known;
    if (known?.plan.text === plan.text) {
      known.plan = plan;
      return known;
    }
    if (plan.slots === 0) return undefined;
    if (known === undefined && this.#templates.size >= MOST_TEMPLATES) {
      this.dropped++;
      return undefined;
    }
    if (known !== undefined) release(known.numbers);
    const added = { plan, numbers: float64Column(0) };
    this.#templates.set(template, added);
    return added;
  }

  /** Takes in the number read last. */
  #value(template: number, series: number, unitMs: number, of: SeriesOfTemplate | undefined): void {
    const isDuration = number.unit === DURATION || (number.unit === PLAIN && unitMs > 0);
    if (isDuration && !(this.durationMs >= 0)) this.durationMs = number.value * (number.unit === DURATION ? 1 : unitMs);
    if (of === undefined) return;
    let at = placeOf(of.numbers, series);
    if (at < 0) {
      at = of.numbers.length;
      of.numbers = grown(of.numbers, at + FIELDS);
      of.numbers[at] = series;
    }
    const { numbers } = of;
    const value = number.value < 0 ? -Math.log2(1 - number.value) : Math.log2(1 + number.value);
    const known = numbers[at + KNOWN];
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
    numbers[at + KNOWN] = Math.min(known + 1, MEMORY);
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

/** Where the fields of a series begin, −1 for one without numbers. There are few. */
function placeOf(numbers: Float64Array, series: number): number {
  for (let at = 0; at < numbers.length; at += FIELDS) if (numbers[at] === series) return at;
  return -1;
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
/** Of a series: which one it is (at 0), values, level, variance, which way values go (−1 to 1), the last one, ms of their unit (0: none of time). */
const FIELDS = 7;
const KNOWN = 1;
const MEAN = 2;
const VARIANCE = 3;
const TREND = 4;
const LAST = 5;
const UNIT_MS = 6;
const NO_SERIES: SeriesOfTemplate = { plan: slotPlan(''), numbers: new Float64Array(0) };
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
