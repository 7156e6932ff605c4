/**
 * The season of a stream's traffic: what the time of day or of week, or another period, says of the rate now compared with
 * a little while ago.
 *
 * From the 5 min counts of the last two weeks. Candidates are the day, the week, and what the spectrum shows (periods.ts);
 * one is believed when a profile made of the earlier cycles would have predicted the last one better than the level alone.
 * The profile of a phase is the mean over the cycles without the largest (robust against the odd one), shrunk towards 1
 * as long as it rests on few records. At most 25 KB.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { periodsOf } from './periods.ts';
import { float32Column, release } from '../../columns/small-columns.ts';

/** A slot of the profile, in ms. */
export const SLOT_MS = 300_000;

export class Season {
  /** Counts of slots, by slot number modulo the ring; it doubles until it holds two weeks. */
  #ring = float32Column(0);
  #firstSlot = -1;
  #lastSlot = -1;
  #profile: Float32Array = float32Column(0);
  #checkedAt = 0;

  /** Length of the period in ms, 0 while none is believed. */
  get periodMs(): number {
    return this.#profile.length * SLOT_MS;
  }

  /** Takes in the count of a complete window of 5 min, in order of time. */
  learn(startMs: number, count: number): void {
    const slot = Math.floor(startMs / SLOT_MS);
    if (this.#firstSlot < 0) this.#firstSlot = slot;
    this.#reach(slot);
    const { length } = this.#ring;
    // Slots that were skipped had no window: nothing came.
    const skipped = this.#lastSlot < 0 ? 0 : Math.min(slot - this.#lastSlot - 1, length);
    for (let back = 1; back <= skipped; back++) this.#ring[(slot - back) % length] = 0;
    this.#ring[slot % length] = count;
    this.#lastSlot = slot;
    if (slot - this.#checkedAt < CHECK_EVERY) return;
    this.#checkedAt = slot;
    this.#choose();
  }

  /** How many times the rate of the `spanMs` before it the window at `startMs` will have, by its season; 1 without one. */
  factor(startMs: number, spanMs: number): number {
    const { length } = this.#profile;
    if (length === 0) return 1;
    const slot = Math.floor(startMs / SLOT_MS);
    return this.#profile[slot % length] / before(this.#profile, slot, Math.ceil(spanMs / SLOT_MS));
  }

  /** Makes room for the slots from the first one to this one, as far as two weeks hold them. */
  #reach(slot: number): void {
    const needed = Math.min(MOST_SLOTS, slot - this.#firstSlot + 1);
    const before = this.#ring;
    if (before.length >= needed) return;
    let length = Math.max(FEWEST_SLOTS, before.length);
    while (length < needed) length = Math.min(MOST_SLOTS, 2 * length);
    this.#ring = float32Column(length);
    if (this.#lastSlot < 0) return;
    for (let s = this.#firstSlot; s <= this.#lastSlot; s++) this.#ring[s % length] = before[s % before.length];
    release(before);
  }

  #choose(): void {
    const counts = this.#history();
    const found = periodsOf(counts).map(Math.round);
    let best: Float32Array = new Float32Array(0);
    let least = BETTER * lossOf(counts, this.#oldestSlot(), new Float32Array(0), DAY);
    for (const period of new Set([DAY, WEEK, ...found])) {
      if (period < LEAST_PERIOD || counts.length < 2 * period) continue;
      const earlier = profileOf(counts.subarray(0, counts.length - period), this.#oldestSlot(), period);
      const loss = lossOf(counts, this.#oldestSlot(), earlier, Math.min(period, DAY));
      if (loss >= least) continue;
      least = loss;
      best = profileOf(counts, this.#oldestSlot(), period);
    }
    this.#profile = best;
  }

  #oldestSlot(): number {
    return Math.max(this.#firstSlot, this.#lastSlot - MOST_SLOTS + 1);
  }

  #history(): Float32Array {
    const oldest = this.#oldestSlot();
    return Float32Array.from(
      { length: this.#lastSlot - oldest + 1 },
      (_, i) => this.#ring[(oldest + i) % this.#ring.length],
    );
  }

  save(to: StateWriter): void {
    to.column(
      Float64Array.of(this.#firstSlot, this.#lastSlot, this.#checkedAt, this.#ring.length, this.#profile.length),
    );
    to.column(this.#ring);
    to.column(this.#profile);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(5);
    from.column(numbers);
    [this.#firstSlot, this.#lastSlot, this.#checkedAt] = numbers;
    this.#ring = float32Column(numbers[3]);
    this.#profile = float32Column(numbers[4]);
    from.column(this.#ring);
    from.column(this.#profile);
  }
}

/** By phase, how many times the average a slot has. */
function profileOf(counts: Float32Array, oldestSlot: number, period: number): Float32Array {
  let mean = 0;
  for (const count of counts) mean += count / counts.length;
  const [sum, largest, cycles] = [new Float64Array(period), new Float64Array(period), new Float64Array(period)];
  counts.forEach((count, i) => {
    const phase = (oldestSlot + i) % period;
    sum[phase] += count;
    cycles[phase]++;
    largest[phase] = Math.max(largest[phase], count);
  });
  return Float32Array.from({ length: period }, (_, phase) => {
    const isTrimmed = cycles[phase] >= CYCLES_TO_TRIM;
    const records = sum[phase] - (isTrimmed ? largest[phase] : 0);
    const expected = mean * (cycles[phase] - (isTrimmed ? 1 : 0));
    return (records + PRIOR_RECORDS) / (expected + PRIOR_RECORDS);
  });
}

/** Mean error of the logarithm over the last slots, when each is predicted from the hour before it and the profile. */
function lossOf(counts: Float32Array, oldestSlot: number, profile: Float32Array, last: number): number {
  let loss = 0;
  let predicted = 0;
  for (let i = Math.max(HOUR, counts.length - last); i < counts.length; i++) {
    let level = 0;
    for (let back = 1; back <= HOUR; back++) level += counts[i - back] / HOUR;
    const slot = oldestSlot + i;
    const factor = profile.length === 0 ? 1 : profile[slot % profile.length] / before(profile, slot, HOUR);
    loss += Math.abs(Math.log((counts[i] + 1) / (level * factor + 1)));
    predicted++;
  }
  return predicted === 0 ? 0 : loss / predicted;
}

/** Mean of the profile over so many slots before this one. */
function before(profile: Float32Array, slot: number, slots: number): number {
  let sum = 0;
  for (let back = 1; back <= slots; back++) sum += profile[(slot - back + profile.length * slots) % profile.length];
  return sum / slots;
}

const HOUR = 12;
const DAY = 288;
const WEEK = 2_016;
const MOST_SLOTS = 2 * WEEK;
/** Slots of a ring that is young: 2 h 40 min. */
const FEWEST_SLOTS = 32;
/** The least period worth a profile: an hour; what is shorter, levels and bursts cover. */
const LEAST_PERIOD = HOUR;
/** How often the season is looked at again: every 6 hours. */
const CHECK_EVERY = 72;
/** The loss with a season, relative to the one without, that makes it worth believing. */
const BETTER = 0.97;
const CYCLES_TO_TRIM = 3;
const PRIOR_RECORDS = 10;
