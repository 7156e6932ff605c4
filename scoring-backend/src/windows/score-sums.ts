/**
 * Standard scores of the values in a window, added up by series (detectors/parameters/value-series.ts). Sums of two windows
 * add up to those of both. 16 bytes per series that has values, and the table that finds them.
 */
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import { float64Column } from '../columns/small-columns.ts';

/** Series of one template at most. */
export const SERIES_PER_TEMPLATE = 64;

/** Where the series of a window without any are: nothing is ever put in here. */
const NO_PLACES = new Map<number, number>();

/** The template that a series belongs to. */
export function templateOf(key: number): number {
  return Math.floor(key / SERIES_PER_TEMPLATE);
}

export class ScoreSums {
  #places = NO_PLACES;
  #counts = float64Column(0);
  #sums = float64Column(0);

  /** Series with values. */
  get size(): number {
    return this.#places.size;
  }

  add(key: number, score: number): void {
    this.#add(key, 1, score);
  }

  merge(other: ScoreSums): void {
    if (other.size > 0) other.each((key, count, sum) => this.#add(key, count, sum));
  }

  /** Visits each series: how many values it has, and the sum of their scores. */
  each(visit: (key: number, count: number, sum: number) => void): void {
    for (const [key, place] of this.#places)
      if (this.#counts[place] > 0) visit(key, this.#counts[place], this.#sums[place]);
  }

  /** Forgets the series of a template. */
  forget(template: number): void {
    for (const [key, place] of this.#places)
      if (templateOf(key) === template) this.#counts[place] = this.#sums[place] = 0;
  }

  clear(): void {
    if (this.#places.size === 0) return;
    this.#counts.fill(0, 0, this.#places.size);
    this.#sums.fill(0, 0, this.#places.size);
    this.#places.clear();
  }

  #add(key: number, count: number, sum: number): void {
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.#places.size;
      if (this.#places === NO_PLACES) this.#places = new Map();
      this.#places.set(key, place);
      if (place >= this.#counts.length) this.#grow();
    }
    this.#counts[place] += count;
    this.#sums[place] += sum;
  }

  #grow(): void {
    const length = Math.max(8, this.#counts.length * 2);
    const [counts, sums] = [new Float64Array(length), new Float64Array(length)];
    counts.set(this.#counts);
    sums.set(this.#sums);
    this.#counts = counts;
    this.#sums = sums;
  }

  save(to: StateWriter): void {
    const numbers: number[] = [];
    this.each((key, count, sum) => numbers.push(key, count, sum));
    to.number(numbers.length);
    to.column(Float64Array.from(numbers));
  }

  load(from: StateReader): void {
    this.clear();
    const numbers = new Float64Array(from.number());
    from.column(numbers);
    for (let i = 0; i < numbers.length; i += 3) this.#add(numbers[i], numbers[i + 1], numbers[i + 2]);
  }
}
