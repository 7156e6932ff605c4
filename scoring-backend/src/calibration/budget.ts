/**
 * The budget: at most B false episodes per service and week (default 1), of which windows may cause ½, sessions ¼ and
 * records ¼. If a stream shows U units of a kind per week and P(M ≥ m | normal) = 10^−m, then the threshold
 * M_budget = log10(U / (B · share)) lets B · share of them pass by chance.
 *
 * Windows: U is a constant of the size; the half is split evenly over the three sizes.
 *
 * Records: U is the number of *records* per week, not of templates, although a template's verdict is spoken once in
 * 24 h. The lines that reach such thresholds are the first ones of new or long unseen templates, one or two each, so
 * speaking once hardly lowers their number; it only keeps a flood from being told line by line. The price is that a
 * single line cannot be an anomaly of its own in a young stream: with at most M = log10(n + 1) + 2 after n records, it
 * takes 4 % of a week (7 hours) of a stream in which such lines do not happen. Before that, windows tell.
 */
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import { float64Column, grown } from '../columns/small-columns.ts';

/** M above which a closed window of this size is an anomaly. */
export function windowBudget(sizeMs: number, budgetPerWeek: number): number {
  return Math.log10(WEEK_MS / sizeMs / (budgetPerWeek * SHARE_PER_WINDOW_SIZE));
}

/** M above which a record is an anomaly, for a stream with so many records per week. */
export function recordBudget(recordsPerWeek: number, budgetPerWeek: number): number {
  return Math.log10(Math.max(recordsPerWeek, 1) / (budgetPerWeek * SHARE_RECORDS));
}

/** M above which an ended session is an anomaly, for a stream with so many sessions per week. */
export function sessionBudget(sessionsPerWeek: number, budgetPerWeek: number): number {
  return Math.log10(Math.max(sessionsPerWeek, 1) / (budgetPerWeek * SHARE_SESSIONS));
}

/** Counts units of the trailing week, in slots of six hours; a younger stream is extrapolated from its rate. */
export class WeeklyUnits {
  /** A ring from the slot of the first span on; it is made as slots come. */
  #slots = float64Column(0);
  #slot = -1;
  #firstMs = -1;

  /** Adds the units of a span `[fromMs, toMs)`, and says how many a week has. Spans come in order of time. */
  add(units: number, fromMs: number, toMs: number): number {
    if (this.#firstMs < 0) this.#firstMs = fromMs;
    const slot = Math.floor(fromMs / SLOT_MS) - Math.floor(this.#firstMs / SLOT_MS);
    const place = slot % SLOTS;
    if (place >= this.#slots.length) this.#slots = grown(this.#slots, Math.min(SLOTS, Math.max(2, 2 * place)));
    if (this.#slot >= 0)
      for (let s = Math.max(this.#slot + 1, slot - SLOTS + 1); s <= slot; s++)
        if (s % SLOTS < this.#slots.length) this.#slots[s % SLOTS] = 0;
    this.#slot = Math.max(slot, this.#slot);
    this.#slots[place] += units;
    let sum = 0;
    for (const count of this.#slots) sum += count;
    // One more than were seen: a stream that has shown nothing yet may still show something.
    return ((sum + 1) * WEEK_MS) / Math.min(WEEK_MS, toMs - this.#firstMs);
  }

  save(to: StateWriter): void {
    to.column(this.#slots);
    to.number(this.#slot);
    to.number(this.#firstMs);
  }

  load(from: StateReader): void {
    this.#slots = from.float64s();
    this.#slot = from.number();
    this.#firstMs = from.number();
  }
}

export const WEEK_MS = 604_800_000;
/** Parts of the budget: of each window size, of records and of sessions. */
export const SHARE_PER_WINDOW_SIZE = 1 / 2 / 3;
export const SHARE_RECORDS = 1 / 4;
export const SHARE_SESSIONS = 1 / 4;
const SLOTS = 28;
const SLOT_MS = WEEK_MS / SLOTS;
