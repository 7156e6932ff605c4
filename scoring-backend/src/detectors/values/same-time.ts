/**
 * How far off a series usually is at this time of the day, in every way it is looked at: a backup at three in the morning
 * is a large deviation, and no news. Usual is what two of the last three days reached within a quarter of an hour.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

export class SameTime {
  readonly #kinds: number;
  /** The largest deviations by day (modulo DAYS), quarter of an hour and kind; `#dayOf` says which day a quarter is of. */
  readonly #largest: Float32Array;
  readonly #dayOf = new Float64Array(DAYS * SLOTS).fill(-1);
  readonly #usual: Float64Array;
  /** The quarter that `#usual` is of, counted from the epoch. */
  #quarter = -1;

  /** @param kinds number of ways that a value is looked at */
  constructor(kinds: number) {
    this.#kinds = kinds;
    this.#largest = new Float32Array(DAYS * SLOTS * kinds);
    this.#usual = new Float64Array(kinds);
  }

  /**
   * Notes the deviations of a value, and takes from each what is usual at this time: 7 where 3 is usual becomes 1, as
   * (1 + 7)/(1 + 3) − 1. NaN stays as it is.
   */
  explain(timeMs: number, deviations: Float64Array): void {
    const quarter = Math.floor(timeMs / SLOT_MS);
    if (quarter !== this.#quarter) this.#begin(quarter);
    const first = placeOf(quarter) * this.#kinds;
    for (let kind = 0; kind < this.#kinds; kind++) {
      const deviation = deviations[kind];
      if (Number.isNaN(deviation)) continue;
      if (deviation > this.#largest[first + kind]) this.#largest[first + kind] = deviation;
      deviations[kind] = Math.max(0, (1 + deviation) / (1 + this.#usual[kind]) - 1);
    }
  }

  #begin(quarter: number): void {
    this.#quarter = quarter;
    const place = placeOf(quarter);
    this.#largest.fill(0, place * this.#kinds, (place + 1) * this.#kinds);
    this.#dayOf[place] = Math.floor(quarter / SLOTS);
    for (let kind = 0; kind < this.#kinds; kind++) {
      let [first, second] = [0, 0];
      for (let back = 1; back < DAYS; back++) {
        const reached = this.#around(quarter - back * SLOTS, kind);
        if (reached > first) [first, second] = [reached, first];
        else if (reached > second) second = reached;
      }
      this.#usual[kind] = second;
    }
  }

  /** The largest deviation of this quarter of an hour and of those beside it; 0 where nothing is known. */
  #around(quarter: number, kind: number): number {
    let largest = 0;
    for (let near = quarter - 1; near <= quarter + 1; near++) {
      const place = placeOf(near);
      if (this.#dayOf[place] !== Math.floor(near / SLOTS)) continue;
      largest = Math.max(largest, this.#largest[place * this.#kinds + kind]);
    }
    return largest;
  }

  save(to: StateWriter): void {
    for (const column of [this.#largest, this.#dayOf, this.#usual]) to.column(column);
    to.number(this.#quarter);
  }

  load(from: StateReader): void {
    for (const column of [this.#largest, this.#dayOf, this.#usual]) from.column(column);
    this.#quarter = from.number();
  }
}

/** Where a quarter of an hour is kept. */
function placeOf(quarter: number): number {
  const place = quarter % (DAYS * SLOTS);
  return place < 0 ? place + DAYS * SLOTS : place;
}

const SLOTS = 96;
const SLOT_MS = 900_000;
/** Today and three days before. */
const DAYS = 4;
