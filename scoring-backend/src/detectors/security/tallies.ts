/**
 * Who does how much in a period of event time, for everybody at once: four counts per hash of the name, in a table that
 * does not grow. Only those who do much are then followed by name (actors.ts). 40 kB, made with the first count.
 */
import type { StateReader, StateWriter } from '../../engine/state-codec.ts';

export const FAILED = 0;
export const SUCCEEDED = 1;
export const REQUESTS = 2;
export const REFUSED = 3;

/** Flags of a slot: an actor is followed there, something was said of one. */
export const FOLLOWED = 1;
export const SPOKEN_OF = 2;

export class Tallies {
  readonly #periodMs: number;
  #counts = new Uint16Array(0);
  #flags = new Uint8Array(0);
  #untilMs = -1;
  /** Sums of the counts. */
  readonly #totals = new Float64Array(KINDS);

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
    if (this.#counts.length === 0) {
      this.#counts = new Uint16Array(SLOTS * KINDS);
      this.#flags = new Uint8Array(SLOTS);
    } else {
      this.#counts.fill(0);
      this.#flags.fill(0);
    }
  }

  /** Adds `times` to a count and gives it. */
  add(hash: number, kind: number, times: number): number {
    this.#totals[kind] += times;
    const place = (hash & (SLOTS - 1)) * KINDS + kind;
    return (this.#counts[place] = Math.min(MOST, this.#counts[place] + times));
  }

  count(hash: number, kind: number): number {
    return this.#counts.length === 0 ? 0 : this.#counts[(hash & (SLOTS - 1)) * KINDS + kind];
  }

  /** The count beyond what strangers of the same slot may have brought, when there are more names than slots. */
  ownCount(hash: number, kind: number): number {
    return this.count(hash, kind) - (STRANGERS * this.#totals[kind]) / SLOTS;
  }

  flag(hash: number, flag: number): void {
    this.#flags[hash & (SLOTS - 1)] |= flag;
  }

  has(hash: number, flag: number): boolean {
    return (this.#flags[hash & (SLOTS - 1)] & flag) !== 0;
  }

  /** Visits the counts of all who did something and of whom nothing was said. */
  visit(visitor: (failed: number, succeeded: number, requests: number, refused: number) => void): void {
    const counts = this.#counts;
    for (let slot = 0, at = 0; at < counts.length; slot++, at += KINDS) {
      const [failed, succeeded, requests] = [counts[at + FAILED], counts[at + SUCCEEDED], counts[at + REQUESTS]];
      if (failed + succeeded + requests === 0 || (this.#flags[slot] & SPOKEN_OF) !== 0) continue;
      visitor(failed, succeeded, requests, counts[at + REFUSED]);
    }
  }

  save(to: StateWriter): void {
    to.column(Float64Array.of(this.#untilMs, this.#flags.length, ...this.#totals));
    const used: number[] = [];
    for (let slot = 0; slot < this.#flags.length; slot++) {
      const at = slot * KINDS;
      let any = this.#flags[slot];
      for (let kind = 0; kind < KINDS; kind++) any |= this.#counts[at + kind];
      if (any !== 0) used.push(slot, this.#flags[slot], ...this.#counts.subarray(at, at + KINDS));
    }
    to.number(used.length);
    to.column(Int32Array.from(used));
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(2 + KINDS);
    from.column(numbers);
    this.#untilMs = numbers[0];
    this.#totals.set(numbers.subarray(2));
    this.#flags = new Uint8Array(numbers[1]);
    this.#counts = new Uint16Array(numbers[1] * KINDS);
    const used = new Int32Array(from.number());
    from.column(used);
    for (let at = 0; at < used.length; at += 2 + KINDS) {
      this.#flags[used[at]] = used[at + 1];
      this.#counts.set(used.subarray(at + 2, at + 2 + KINDS), used[at] * KINDS);
    }
  }
}

const SLOTS = 4096;
const KINDS = 4;
const MOST = 65_535;
/** Three times the mean of a slot is seldom reached by chance. */
const STRANGERS = 3;
