/** Finds the time that begins a line, whatever stands before it: a date, a count of seconds, a host with a number. */
import { IS_DIGIT, IS_LETTER, IS_UPPER } from './byte-classes.ts';

/** A time of day further into the line belongs to the message. */
const MAX_TIME_OFFSET = 72;

/** Kinds of bytes: bits, so that a loop may count without branches. */
const DIGIT = 1;
const LETTER = 2;
/** `:` `.` `[` */
const SIGN = 4;
/** Blanks, `]` and `|`. */
const ENDS_CHUNK = 8;
const KIND = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte < 33 || byte === 93 || byte === 124) return ENDS_CHUNK;
  if (byte === 58 || byte === 46 || byte === 91) return SIGN;
  return IS_DIGIT[byte] * DIGIT + IS_LETTER[byte] * LETTER;
});

/** Bytes with every digit as 0: what they say of a time is the same. */
const WITHOUT_VALUE = Uint8Array.from({ length: 256 }, (_, byte) => (IS_DIGIT[byte] === 1 ? 48 : byte));
const MAX_REMEMBERED = 80;
/** The last time found and the byte after it, digits as 0: the lines of a stream begin alike. */
const remembered = new Uint8Array(MAX_REMEMBERED);
let rememberedBytes = Infinity;

/** After the time that begins the line, or -1. What stands before a time of day holds digits or is a day or month. */
export function afterTime(bytes: Uint8Array, start: number, end: number): number {
  if (rememberedBytes <= end - start) {
    let i = 0;
    while (i < rememberedBytes && WITHOUT_VALUE[bytes[start + i]] === remembered[i]) i++;
    if (i === rememberedBytes) return afterHalfOfDay(bytes, start + i - 1, end);
  }
  const after = findTime(bytes, start, end);
  if (after > 0 && after < end && after - start < MAX_REMEMBERED) {
    rememberedBytes = after - start + 1;
    for (let i = 0; i < rememberedBytes; i++) remembered[i] = WITHOUT_VALUE[bytes[start + i]];
  }
  return after < 0 ? after : afterHalfOfDay(bytes, after, end);
}

function findTime(bytes: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + MAX_TIME_OFFSET);
  let at = start;
  let opened = false;
  while (at < limit) {
    const from = at;
    let digits = 0;
    let letters = 0;
    let time = false;
    for (; at < end; at++) {
      const byte = bytes[at];
      const kind = KIND[byte];
      digits += kind & DIGIT;
      letters += (kind & LETTER) >> 1;
      if (kind < SIGN) continue;
      if (kind === ENDS_CHUNK) break;
      if (byte === 91) opened = true;
      else if (at + 5 < end && bytes[at + 3] === byte)
        // 12:34:56, and 2005-06-05-08.10.46
        time ||=
          (byte === 58 || (at - 6 >= start && bytes[at - 3] === 45 && bytes[at - 6] === 45)) &&
          isTimeOfDay(bytes, from, at, end);
    }
    if (time || (digits === 6 && letters === 0 && at - from === 6 && isSixDigits(bytes, at, end))) {
      if (opened) while (at < limit && bytes[at] !== 93) at++;
      if (!time) at += 7;
      return at < end && bytes[at] === 93 ? at + 1 : at;
    }
    if (
      digits === 0 &&
      letters > 0 &&
      !(letters === 3 && at - from <= 5 && IS_UPPER[bytes[from + (bytes[from] === 91 ? 1 : 0)]] === 1)
    )
      return -1;
    if (at < end) at++;
    while (at < end && bytes[at] === 32) at++;
  }
  return -1;
}

/** Whether the colon at `at` is the first of 12:34:56, or of 9:34:56 where the hour begins at `from`. */
export function isTimeOfDay(bytes: Uint8Array, from: number, at: number, end: number): boolean {
  if (at - 1 < from || at + 5 >= end) return false;
  const hour = IS_DIGIT[bytes[at - 1]] + (at - 1 === from || bytes[at - 2] === 91 ? 1 : IS_DIGIT[bytes[at - 2]]);
  const minute = IS_DIGIT[bytes[at + 1]] + IS_DIGIT[bytes[at + 2]];
  return hour + minute + IS_DIGIT[bytes[at + 4]] + IS_DIGIT[bytes[at + 5]] === 6;
}

/** Over ` AM` or ` PM`. */
function afterHalfOfDay(bytes: Uint8Array, at: number, end: number): number {
  if (at + 3 > end || bytes[at] !== 32 || bytes[at + 2] !== 77) return at;
  const isHalf = bytes[at + 1] === 65 || bytes[at + 1] === 80;
  return isHalf && (at + 3 === end || bytes[at + 3] <= 32) ? at + 3 : at;
}

/** `081109 203615`: a time of six digits and a blank follow the date. */
function isSixDigits(bytes: Uint8Array, date: number, end: number): boolean {
  if (date + 7 >= end || bytes[date + 7] !== 32) return false;
  for (let i = date + 1; i < date + 7; i++) if (IS_DIGIT[bytes[i]] === 0) return false;
  return true;
}
