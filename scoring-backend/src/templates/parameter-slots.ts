/**
 * Where the values of a message stand: the constants of its template's text are looked for in their order, and what lies
 * between them are the values of its slots (`<*>`), as byte ranges. Works on texts of this miner and of upstream ones.
 */
import { IS_ALPHANUMERIC } from './byte-classes.ts';
import { millisecondsOf } from './parameter-number.ts';
import { bytesColumn } from '../columns/small-columns.ts';

/** Slots of one template that are read; further ones are left alone. */
export const MAX_SLOTS = 12;

/** A template's text, cut for `align`. */
export interface SlotPlan {
  readonly text: string;
  /**
   * Slot s lies between constants s and s + 1; an empty constant stands for the begin or the end of the message. They
   * stand one behind the other, constant c from `ends[c - 1]` to `ends[c]`.
   */
  readonly constants: Uint8Array;
  readonly ends: readonly number[];
  readonly slots: number;
  /** By slot: ms of the unit of time behind it (`took <*> seconds`) or in its name (`duration_ms=<*>`), 0 for none. */
  readonly unitMs: readonly number[];
}

/** The values of the message aligned last, `[start, end)`; start = end for an empty one. */
export const aligned = { slots: 0, start: new Int32Array(MAX_SLOTS), end: new Int32Array(MAX_SLOTS) };

const encoder = new TextEncoder();

/** `Login of <*> from <*> failed` → two slots. */
export function slotPlan(text: string): SlotPlan {
  const parts = text.split(VARIABLE, MAX_SLOTS + 1);
  const trimmed = parts.map((part) => part.trim());
  const constants = bytesColumn(encoder.encode(trimmed.join('')));
  let end = 0;
  const ends = trimmed.map((part) => (end += encoder.encode(part).length));
  const slots = Math.min(MAX_SLOTS, parts.length - 1);
  const unitMs = parts.slice(1, slots + 1).map((part, slot) => {
    const behind = millisecondsOf(/^[ ]?([a-zµ]+)/i.exec(part)?.[1] ?? '');
    if (behind > 0) return behind;
    const named = NAMED_UNIT.exec(parts[slot]);
    return millisecondsOf(named?.[1] ?? named?.[2] ?? '');
  });
  return { text, constants, ends, slots, unitMs: unitMs.some((ms) => ms > 0) ? unitMs : NO_UNITS };
}

/** Finds the slots of the message `bytes[start, end)`; false when it lacks a constant of the plan. */
export function align(plan: SlotPlan, bytes: Uint8Array, start: number, end: number): boolean {
  const { constants, ends, slots } = plan;
  let at = start;
  if (ends[0] > 0) {
    if (!find(constants, 0, ends[0], bytes, start, end)) return false;
    at = found.end;
  }
  for (let slot = 0; slot < slots; slot++) {
    const first = ends[slot];
    const last = slot + 1 < ends.length ? ends[slot + 1] : first;
    let to = end;
    let after = end;
    if (last > first) {
      if (!find(constants, first, last, bytes, at, end)) return false;
      to = found.start;
      after = found.end;
    }
    let from = at;
    while (from < to && bytes[from] < 33) from++;
    while (to > from && bytes[to - 1] < 33) to--;
    aligned.start[slot] = from;
    aligned.end[slot] = to;
    at = after;
  }
  aligned.slots = slots;
  return true;
}

/** The word before slot `slot`, to name it to people: `port` of `port <*>`; '' when there is none. */
export function wordBefore(plan: SlotPlan, slot: number): string {
  const before = new TextDecoder().decode(
    plan.constants.subarray(slot === 0 ? 0 : plan.ends[slot - 1], plan.ends[slot]),
  );
  return /([\p{L}\p{N}_.-]+)[^\p{L}\p{N}]*$/u.exec(before)?.[1] ?? '';
}

/** The unit at the end of a name before its value: `duration_ms=`, `latencyMs: `, `"elapsed.seconds":`. */
const NAMED_UNIT =
  /(?:[_.-](ns|us|ms|millis|msec|sec|secs|seconds|s)|[a-z](Ns|Us|Ms|Millis|Sec|Secs|Seconds))["']?[=:] ?$/;
const VARIABLE = '<*>';
const NO_UNITS: readonly number[] = Array.from({ length: MAX_SLOTS }, () => 0);
const found = { start: 0, end: 0 };

/**
 * The first place of the constant `constants[c, limit)` in `[from, end)`; a blank of it stands for any blanks, a word of it
 * for a whole word.
 */
function find(constants: Uint8Array, c: number, limit: number, bytes: Uint8Array, from: number, end: number): boolean {
  const first = constants[c];
  const isWord = IS_ALPHANUMERIC[first] === 1;
  for (let at = from; at < end; at++) {
    if (bytes[at] !== first) continue;
    if (isWord && at > from && IS_ALPHANUMERIC[bytes[at - 1]] === 1) continue;
    const after = matchAt(constants, c, limit, bytes, at, end);
    if (after < 0) continue;
    found.start = at;
    found.end = after;
    return true;
  }
  return false;
}

function matchAt(
  constants: Uint8Array,
  first: number,
  limit: number,
  bytes: Uint8Array,
  at: number,
  end: number,
): number {
  let i = at;
  for (let c = first; c < limit; c++) {
    if (i >= end) return -1;
    if (constants[c] === 32) {
      if (bytes[i] > 32) return -1;
      while (i < end && bytes[i] <= 32) i++;
    } else if (bytes[i++] !== constants[c]) return -1;
  }
  const splitsWord = i < end && IS_ALPHANUMERIC[constants[limit - 1]] === 1 && IS_ALPHANUMERIC[bytes[i]] === 1;
  return splitsWord ? -1 : i;
}
