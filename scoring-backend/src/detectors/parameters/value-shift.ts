/**
 * Values that have moved as a whole: all of a window's durations, sizes or depths somewhat larger or smaller than usual,
 * though none need be odd alone. A series' mean standard score in the window, z̄ of n values, has variance ρ + 1/n + 1/N
 * when N values are known of it: ρ is how much its level wanders from window to window anyway, learned per series, with
 * a prior. Student's t of it, two-sided. Many series that move together a little (a service that has become slow) are a
 * second look: the sum of their t over the root of their number (Stouffer 1949), its own spread learned as well.
 *
 * A series that is off again and again has a mode of its own (rate/recurring.ts). About 100 bytes per series.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { type Evidence, type Finding, NOT_APPLICABLE, NOTHING_FOUND, type WindowFeatures } from '../detector.ts';
import { sidak } from '../ensemble.ts';
import { RecurringStates } from '../rate/recurring.ts';
import { studentMagnitude } from '../statistics/student.ts';
import { templateOf } from '../../windows/score-sums.ts';
import type { ValueSeries } from './value-series.ts';

/** How much the mean score of a series wanders: sum over windows of z̄² − 1/n, and their weight. */
interface Wander {
  excess: number;
  windows: number;
}

/** Those of a stream without series: nothing is ever put in here. */
const NO_WANDERS = new Map<number, Wander>();

interface Off {
  readonly key: number;
  readonly mean: number;
  readonly t: number;
  readonly magnitude: number;
}

export class ValueShift {
  #wanders = NO_WANDERS;
  readonly #modes = new RecurringStates();
  /** Squares of the sum over all series, and their weight. */
  #squares = 0;
  #windows = 0;

  judge(window: WindowFeatures, series: ValueSeries): Finding {
    if (window.scores.size === 0) return NOT_APPLICABLE;
    this.#modes.count();
    const found = this.#look(window, series);
    if (found.length === 0) return NOT_APPLICABLE;
    const together = this.#together(found);
    const odd = found.map((off) => ({ ...off, magnitude: this.#explained(off, window.startMs) }));
    odd.sort((a, b) => b.magnitude - a.magnitude || a.key - b.key);
    const alone = sidak(odd[0].magnitude, odd.length);
    const magnitude = sidak(Math.max(alone, together.magnitude), 2);
    if (magnitude < WORTH_TELLING) return { ...NOTHING_FOUND, magnitude };
    const evidence: Evidence[] = odd
      .filter((off) => off.magnitude >= WORTH_TELLING)
      .map((off) => evidenceOf(off, series));
    if (together.magnitude > alone) evidence.unshift(evidenceOfAll(together, odd));
    return { applicable: true, ready: true, magnitude, evidence: evidence.slice(0, MOST_TOLD) };
  }

  learn(window: WindowFeatures, series: ValueSeries): void {
    if (window.scores.size === 0) return;
    const found = this.#look(window, series);
    if (found.length > 0) {
      this.#squares = this.#squares * KEEP + Math.min(MOST_SQUARE, sumOf(found) ** 2);
      this.#windows = this.#windows * KEEP + 1;
    }
    window.scores.each((key, count, sum) => {
      const wander = this.#wanders.get(key) ?? { excess: 0, windows: 0 };
      if (wander.windows === 0) this.#add(key, wander);
      wander.excess = wander.excess * KEEP + (sum / count) ** 2 - 1 / count;
      wander.windows = wander.windows * KEEP + 1;
    });
  }

  /** Takes in a window that is not learned, because it was flagged. */
  noteOdd(window: WindowFeatures, series: ValueSeries): void {
    for (const { key, mean, magnitude } of this.#look(window, series))
      if (magnitude > ODD) this.#modes.note(modeOf(key, mean), window.startMs, window.endMs, 1 + Math.abs(mean));
  }

  loosen(): void {
    for (const wander of this.#wanders.values()) {
      const factor = wander.windows > FEW ? FEW / wander.windows : 1;
      wander.excess *= factor;
      wander.windows *= factor;
    }
  }

  /** Forgets the series of a template. */
  clear(template: number): void {
    for (const key of this.#wanders.keys())
      if (templateOf(key) === template) {
        this.#wanders.delete(key);
        this.#modes.clear(modeOf(key, 1));
        this.#modes.clear(modeOf(key, -1));
      }
  }

  #add(key: number, wander: Wander): void {
    if (this.#wanders === NO_WANDERS) this.#wanders = new Map();
    this.#wanders.set(key, wander);
  }

  #look(window: WindowFeatures, series: ValueSeries): Off[] {
    const found: Off[] = [];
    window.scores.each((key, count, sum) => {
      const known = series.known(key);
      if (known === 0) return;
      const { excess, windows } = this.#wanders.get(key) ?? UNKNOWN;
      const wander = Math.max(LEAST_WANDER, (PRIOR_WINDOWS * PRIOR_WANDER + excess) / (PRIOR_WINDOWS + windows));
      const mean = sum / count;
      const t = mean / Math.sqrt(wander + 1 / count + 1 / known);
      // Nearly all are near: they are spared the tail.
      const isNear = Math.abs(t) < NEAR;
      const freedom = LEAST_FREEDOM + Math.min(windows, MOST_FREEDOM);
      const magnitude = isNear ? 0 : Math.max(0, studentMagnitude(Math.abs(t), freedom) - TWO_SIDES);
      found.push({ key, mean, t, magnitude });
    });
    return found;
  }

  #together(found: readonly Off[]): { readonly magnitude: number; readonly t: number } {
    if (found.length < LEAST_TOGETHER) return { magnitude: 0, t: 0 };
    const spread = Math.max(1, (PRIOR_WINDOWS + this.#squares) / (PRIOR_WINDOWS + this.#windows));
    const t = sumOf(found) / Math.sqrt(spread);
    const freedom = LEAST_FREEDOM + Math.min(this.#windows, MOST_FREEDOM);
    return { magnitude: Math.max(0, studentMagnitude(Math.abs(t), freedom) - TWO_SIDES), t };
  }

  #explained({ key, mean, magnitude }: Off, atMs: number): number {
    return magnitude === 0 ? 0 : this.#modes.explained(modeOf(key, mean), magnitude, 1 + Math.abs(mean), atMs);
  }

  save(to: StateWriter): void {
    to.numbers(this.#squares, this.#windows, this.#wanders.size);
    to.column(Float64Array.from([...this.#wanders].flatMap(([key, { excess, windows }]) => [key, excess, windows])));
    this.#modes.save(to);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(3);
    from.column(numbers);
    [this.#squares, this.#windows] = numbers;
    const wanders = new Float64Array(3 * numbers[2]);
    from.column(wanders);
    this.#wanders.clear();
    for (let i = 0; i < wanders.length; i += 3)
      this.#add(wanders[i], { excess: wanders[i + 1], windows: wanders[i + 2] });
    this.#modes.load(from);
  }
}

/** Normal when the series are independent: the sum of their t over the root of their number. */
function sumOf(found: readonly Off[]): number {
  let sum = 0;
  for (const { t } of found) sum += Math.max(-MOST_T, Math.min(MOST_T, t));
  return sum / Math.sqrt(found.length);
}

function evidenceOf({ key, mean, magnitude }: Off, series: ValueSeries): Evidence {
  const { name, unit, expected, actual } = series.describe(key, mean);
  const about = { kind: 'value_shift', unit: 'figure', template: templateOf(key) } as const;
  return { ...about, magnitude, expected, actual, value: unit === '' ? { name } : { name, unit } };
}

/** Of all series together: how many of them are off on the same side, and how many would be by chance. */
function evidenceOfAll({ magnitude, t }: { magnitude: number; t: number }, found: readonly Off[]): Evidence {
  const actual = found.filter((off) => off.t * t > 0).length;
  const about = {
    kind: 'value_shift',
    unit: 'figure',
    template: -1,
    value: { name: t > 0 ? 'larger' : 'smaller' },
  } as const;
  return { ...about, magnitude, expected: found.length / 2, actual };
}

/** A series has two modes: larger than usual, and smaller. */
function modeOf(key: number, mean: number): number {
  return 2 * key + (mean > 0 ? 1 : 0);
}

const UNKNOWN: Wander = { excess: 0, windows: 0 };
const KEEP = 1 - 1 / 2_000;
/** How much a level wanders before anything is known: a third of a spread, as if twenty windows had shown it. */
const PRIOR_WANDER = 0.1;
const PRIOR_WINDOWS = 20;
const LEAST_WANDER = 0.01;
const LEAST_FREEDOM = 4;
const MOST_FREEDOM = 40;
const NEAR = 1.5;
/** A series counts for no more than this in the sum. */
const MOST_T = 6;
const MOST_SQUARE = 50;
/** Series from which they are looked at together. */
const LEAST_TOGETHER = 3;
const TWO_SIDES = Math.log10(2);
/** Magnitude from which a series counts as in a mode. */
const ODD = 3;
const FEW = 8;
const WORTH_TELLING = 1.3;
const MOST_TOLD = 3;
