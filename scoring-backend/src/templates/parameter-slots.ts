/**
 * Where the values of a message stand: the constants of its template's text are looked for in their order, and what lies
 * between them are the values of its slots (`<*>`), as byte ranges. Works on texts of this miner and of upstream ones.
 */
import { IS_ALPHANUMERIC } from './byte-classes.ts';
import { millisecondsOf } from './parameter-number.ts';

/** Slots of one template that are read; further ones are left alone. */
export const MAX_SLOTS = 12;

/** A template's text, cut for `align`. */
export interface SlotPlan {
  readonly text: string;
  /** Slot s lies between constants s and s + 1; an empty constant stands for the begin or the end of the message. */
  readonly constants: readonly Uint8Array[];
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
  const constants = parts.map((part) => encoder.encode(part.trim()));
  const slots = Math.min(MAX_SLOTS, parts.length - 1);
  const unitMs = parts.slice(1, slots + 1).map((part, slot) => {
    const behind = millisecondsOf(/^[ ]?([a-zµ]+)/i.exec(part)?.[1] ?? '');
    if (behind > 0) return behind;
    const named = NAMED_UNIT.exec(parts[slot]);
    return millisecondsOf(named?.[1] ?? named?.[2] ?? '');
  });
  return { text, constants, slots, unitMs };
}

/** Finds the slots of the message `bytes[start, end)`; false when it lacks a constant of the plan. */
export function align(plan: SlotPlan, bytes: Uint8Array, start: number, end: number): boolean {
  const { constants, slots } = plan;
  let at = start;
  if (constants[0].length > 0) {
    if (!find(constants[0], bytes, start, end)) return false;
    at = found.end;
  }
  for (let slot = 0; slot < slots; slot++) {
    const next = slot + 1 < constants.length ? constants[slot + 1] : NOTHING;
    let to = end;
    let after = end;
    if (next.length > 0) {
      if (!find(next, bytes, at, end)) return false;
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
  const before = new TextDecoder().decode(plan.constants[slot]);
  return /([\p{L}\p{N}_.-]+)[^\p{L}\p{N}]*$/u.exec(before)?.[1] ?? '';
}

/** The unit at the end of a name before its value: `duration_ms=`, `latencyMs: `, `"elapsed.seconds":`. */
const NAMED_UNIT =
  /(?:[_.-](ns|us|ms|millis|msec|sec|secs|seconds|s)|[a-z](Ns|Us|Ms|Millis|Sec|Secs|Seconds))["']?[=:] ?$/;
const VARIABLE = '<*>';
const NOTHING = new Uint8Array(0);
const found = { start: 0, end: 0 };

/** The first place of `constant` in `[from, end)`; a blank of it stands for any blanks, a word of it for a whole word. */
function find(constant: Uint8Array, bytes: Uint8Array, from: number, end: number): boolean {
  const first = constant[0];
  const isWord = IS_ALPHANUMERIC[first] === 1;
  for (let at = from; at < end; at++) {
    if (bytes[at] !== first) continue;
    if (isWord && at > from && IS_ALPHANUMERIC[bytes[at - 1]] === 1) continue;
    const after = matchAt(constant, bytes, at, end);
    if (after < 0) continue;
    found.start = at;
    found.end = after;
    return true;
  }
  return false;
}

function matchAt(constant: Uint8Array, bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  for (let c = 0; c < constant.length; c++) {
    if (i >= end) return -1;
    if (constant[c] === 32) {
      if (bytes[i] > 32) return -1;
      while (i < end && bytes[i] <= 32) i++;
    } else if (bytes[i++] !== constant[c]) return -1;
  }
  const splitsWord = i < end && IS_ALPHANUMERIC[constant[constant.length - 1]] === 1 && IS_ALPHANUMERIC[bytes[i]] === 1;
  return splitsWord ? -1 : i;
}
