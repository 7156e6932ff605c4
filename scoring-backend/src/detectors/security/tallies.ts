/**
 * Who does how much in a period of event time, for everybody at once: four counts per slot that the hash of a name falls
 * into, of 4,096. Only those who do much are then followed by name (actors.ts). A slot is kept when something is counted
 * there, in an open-addressing table that doubles: nothing at first, 45 kB when all slots have their place.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { float64Column, release, uint16Column, uint8Column } from '../../columns/small-columns.ts';

export const FAILED = 0;
export const SUCCEEDED = 1;
export const REQUESTS = 2;
export const REFUSED = 3;

/** Flags of a slot: an actor is followed there, something was said of one. */
export const FOLLOWED = 1;
export const SPOKEN_OF = 2;

export class Tallies {
  readonly #periodMs: number;
  /** By place: 1 + the slot kept there (0 free), its counts and its flags. */
  #slots = uint16Column(0);
  #counts = uint16Column(0);
  #flags = uint8Column(0);
  #used = 0;
  #untilMs = -1;
  /** Sums of the counts. */
  readonly #totals = float64Column(KINDS);

  constructor(periodMs: number) {
    this.#periodMs = periodMs;
  }

  /** Is this time beyond the present period? */
  isOver(timeMs: number): boolean {
    return timeMs >= this.#untilMs;
  }

  /** Begins a period, with nothing counted and nobody followed. */
  renew(timeMs: number): void {
    this.#untilMs = timeMs + this.#periodMs;
    this.#totals.fill(0);
    if (this.#used === 0) return;
    this.#used = 0;
    this.#slots.fill(0);
    this.#counts.fill(0);
    this.#flags.fill(0);
  }

  /** Where a slot is kept, −1 when nothing was counted there. */
  #find(slot: number): number {
    if (this.#used === 0) return -1;
    const mask = this.#slots.length - 1;
    for (let at = slot & mask; ; at = (at + 1) & mask) {
      const kept = this.#slots[at];
      if (kept === slot + 1) return at;
      if (kept === 0) return -1;
    }
  }

  /** The same, kept from now on. */
  #keep(slot: number): number {
    const known = this.#find(slot);
    if (known >= 0) return known;
    // With as many places as slots each one has its own, and none stands in another's way.
    if (2 * (this.#used + 1) > this.#slots.length && this.#slots.length < SLOTS) this.#grow();
    const mask = this.#slots.length - 1;
    let at = slot & mask;
    while (this.#slots[at] !== 0) at = (at + 1) & mask;
    this.#slots[at] = slot + 1;
    this.#used++;
    return at;
  }

  #grow(): void {
    const [slots, counts, flags] = [this.#slots, this.#counts, this.#flags];
    const length = Math.max(FEWEST_PLACES, 2 * slots.length);
    this.#slots = uint16Column(length);
    this.#counts = uint16Column(length * KINDS);
    this.#flags = uint8Column(length);
    this.#used = 0;
    for (let from = 0; from < slots.length; from++) {
      if (slots[from] === 0) continue;
      const at = this.#keep(slots[from] - 1);
      this.#flags[at] = flags[from];
      this.#counts.set(counts.subarray(from * KINDS, (from + 1) * KINDS), at * KINDS);
    }
    for (const column of [slots, counts, flags]) release(column);
  }

  /** Adds `times` to a count and gives it. */
  add(hash: number, kind: number, times: number): number {
    this.#totals[kind] += times;
    const place = this.#keep(hash & (SLOTS - 1)) * KINDS + kind;
    return (this.#counts[place] = Math.min(MOST, this.#counts[place] + times));
  }

  count(hash: number, kind: number): number {
    const at = this.#find(hash & (SLOTS - 1));
    return at < 0 ? 0 : this.#counts[at * KINDS + kind];
  }

  /** The count beyond what strangers of the same slot may have brought, when there are more names than slots. */
  ownCount(hash: number, kind: number): number {
    return this.count(hash, kind) - (STRANGERS * this.#totals[kind]) / SLOTS;
  }

  flag(hash: number, flag: number): void {
    const at = this.#keep(hash & (SLOTS - 1));
    this.#flags[at] |= flag;
  }

  has(hash: number, flag: number): boolean {
    const at = this.#find(hash & (SLOTS - 1));
    return at >= 0 && (this.#flags[at] & flag) !== 0;
  }

  /** The places in use, in the order of their slots. */
  #places(): number[] {
    const places: number[] = [];
    for (let at = 0; this.#used > 0 && at < this.#slots.length; at++) if (this.#slots[at] !== 0) places.push(at);
    return places.sort((a, b) => this.#slots[a] - this.#slots[b]);
  }

  /** Visits the counts of all who did something and of whom nothing was said. */
  visit(visitor: (failed: number, succeeded: number, requests: number, refused: number) => void): void {
    const counts = this.#counts;
    for (const place of this.#places()) {
      const at = place * KINDS;
      const [failed, succeeded, requests] = [counts[at + FAILED], counts[at + SUCCEEDED], counts[at + REQUESTS]];
      if (failed + succeeded + requests === 0 || (this.#flags[place] & SPOKEN_OF) !== 0) continue;
      visitor(failed, succeeded, requests, counts[at + REFUSED]);
    }
  }

  save(to: StateWriter): void {
    to.numbers(this.#untilMs, this.#used, this.#slots.length);
    for (const column of [this.#totals, this.#slots, this.#counts, this.#flags]) to.column(column);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(3);
    from.column(numbers);
    [this.#untilMs, this.#used] = numbers;
    const length = numbers[2];
    this.#slots = uint16Column(length);
    this.#counts = uint16Column(length * KINDS);
    this.#flags = uint8Column(length);
    for (const column of [this.#totals, this.#slots, this.#counts, this.#flags]) from.column(column);
  }
}

const SLOTS = 4096;
const FEWEST_PLACES = 16;
const KINDS = 4;
const MOST = 65_535;
/** Three times the mean of a slot is seldom reached by chance. */
const STRANGERS = 3;
