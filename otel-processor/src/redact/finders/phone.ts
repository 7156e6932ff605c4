/**
 * Telephone numbers that say they are some: `+` and country code (E.164), or the groups of North America. Other national
 * forms are found by their groups (national-phone.ts) or by the word before them (named-phone.ts).
 */
import { ALPHANUMERIC, DIGIT, WORD } from '../byte-kinds.ts';
import { type Finder, found } from '../finder.ts';

const MIN_DIGITS = 8;
const MAX_DIGITS = 15;

/** At `+`. */
export const findInternationalPhone: Finder = (bytes, at, start, end) => {
  if (at > start && ALPHANUMERIC[bytes[at - 1]] === 1) return false;
  // No country code begins with 0; time zones (+0200) do.
  if (at + 1 >= end || bytes[at + 1] < 0x31 || bytes[at + 1] > 0x39) return false;
  let count = 0;
  let [joints, dots] = [0, 0];
  // Behind the last group that still belongs to it: a number of something else may follow.
  let behind = -1;
  for (let last = at + 1; last < end && count < MAX_DIGITS;) {
    while (last < end && DIGIT[bytes[last]] === 1) {
      count++;
      last++;
    }
    if (count > MAX_DIGITS || (last < end && WORD[bytes[last]] === 1)) break;
    if (count >= MIN_DIGITS) behind = last;
    while (last < end && joinsDigits(bytes, last, end)) {
      joints++;
      if (bytes[last++] === 0x2e) dots++;
    }
    if (last >= end || DIGIT[bytes[last]] === 0) break;
  }
  // A number with one dot is a decimal one: Go's clock tells `m=+1471.332652`.
  if (dots === 1 && joints === 1) return false;
  return behind > 0 && found(at, behind);
};

/** A single blank, hyphen, dot or bracket between digits; `(0)` and `) ` are two. */
function joinsDigits(bytes: Uint8Array, at: number, end: number): boolean {
  const byte = bytes[at];
  if (byte !== 0x20 && byte !== 0x2d && byte !== 0x2e && byte !== 0x28 && byte !== 0x29) return false;
  if (at + 1 >= end) return false;
  const next = bytes[at + 1];
  return DIGIT[next] === 1 || (next === 0x28 && byte === 0x20) || (byte === 0x29 && next === 0x20);
}

/** At `(` or the first digit of a run: `(555) 234-5678`, `555-234-5678`, `1-555-234-5678`. */
export const findNorthAmericanPhone: Finder = (bytes, at, start, end) => {
  if (at > start && (WORD[bytes[at - 1]] === 1 || bytes[at - 1] === 0x2d || bytes[at - 1] === 0x2e)) return false;
  let i = at;
  if (bytes[i] === 0x31 && (bytes[i + 1] === 0x2d || bytes[i + 1] === 0x20)) i += 2;
  const last = endOfNorthAmerican(bytes, i, end);
  if (last < 0) return false;
  return isBehindNumber(bytes, last, end) && found(at, last);
};

/** Behind area code, exchange and line that begin at `at`; -1 when they do not. */
export function endOfNorthAmerican(bytes: Uint8Array, at: number, end: number): number {
  const open = bytes[at] === 0x28;
  if (open) at++;
  if (at + 12 > end || !isThree(bytes, at)) return -1;
  at += 3;
  if (open) {
    if (bytes[at++] !== 0x29) return -1;
    if (bytes[at] === 0x20) at++;
  } else if (bytes[at++] !== 0x2d) return -1;
  if (at + 8 > end || !isThree(bytes, at) || bytes[at + 3] !== 0x2d) return -1;
  for (let i = at + 4; i < at + 8; i++) if (DIGIT[bytes[i]] === 0) return -1;
  return at + 8;
}

/** Area codes and exchanges begin with 2 to 9. */
function isThree(bytes: Uint8Array, at: number): boolean {
  return bytes[at] >= 0x32 && bytes[at] <= 0x39 && DIGIT[bytes[at + 1]] === 1 && DIGIT[bytes[at + 2]] === 1;
}

/** Does a number end before `last`, and not go on as a longer one or a word? */
export function isBehindNumber(bytes: Uint8Array, last: number, end: number): boolean {
  if (last >= end) return true;
  if (WORD[bytes[last]] === 1 || bytes[last] === 0x2d) return false;
  const goesOn = bytes[last] === 0x2e || bytes[last] === 0x3a || bytes[last] === 0x2f || bytes[last] === 0x2c;
  return !(goesOn && last + 1 < end && DIGIT[bytes[last + 1]] === 1);
}
