/**
 * National telephone numbers that can be told by their groups alone: the trunk prefix 0 and groups as a country writes
 * them, or an area code in brackets. Precision comes first: `030/1234567`, `0171 1234567`, `612 345 678` and `01 23 45 67 89` may be anything, so they
 * are found only behind a word that says what they are (named-phone.ts).
 *
 * Groups as Japan, Korea, Germany, Britain, India, South Africa, Australia and Brazil write them.
 */
import { DIGIT, WORD } from '../byte-kinds.ts';
import { type Finder, found } from '../finder.ts';
import { isBehindNumber } from './phone.ts';

/** Lengths of groups joined by hyphens: 03-1234-5678, 090-1234-5678, 02-123-4567, 0161-496-0000, 0171-1234567. */
const HYPHENATED: ReadonlySet<number> = new Set([244, 334, 344, 234, 434, 36, 37, 38, 46, 47, 48, 56]);
/** By blanks: 020 7946 0958, 0161 496 0000, 082 123 4567. */
const SPACED: ReadonlySet<number> = new Set([344, 434, 334]);
/** A local number behind its area code. */
const FEWEST_LOCAL = 5;
/** Behind a code in brackets; others have nine. */
const FEWEST_DIGITS = 8;
const MOST_DIGITS = 12;
const MOST_GROUPS = 5;

/** What `readGroups` read: the lengths of the groups, as the digits of one number, and what joins them. */
const groups = { lengths: 0, digits: 0, joint: 0, end: 0 };

/** At `(` or the first digit of a run. */
export const findNationalPhone: Finder = (bytes, at, start, end) => {
  const last = endOfNationalPhone(bytes, at, end);
  return last > 0 && mayPrecede(bytes, at, start) && mayFollow(bytes, at, last, end) && found(at, last);
};

/** Behind the national number that begins at `at`, -1 when none does; what stands around it is not looked at. */
export function endOfNationalPhone(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] === OPEN) return endBehindAreaCode(bytes, at + 1, end);
  if (bytes[at] !== ZERO || !isFromOne(bytes[at + 1])) return -1;
  readGroups(bytes, at, end, Infinity);
  return isNational() ? groups.end : -1;
}

function isNational(): boolean {
  const { lengths, joint } = groups;
  switch (joint) {
    case HYPHEN:
      return HYPHENATED.has(lengths);
    case BLANK:
      return SPACED.has(lengths);
    default:
      return false;
  }
}

/** At the first digit of (030) 123456, (02) 9876 5432, (0161) 496 0000, (11) 91234-5678. */
function endBehindAreaCode(bytes: Uint8Array, at: number, end: number): number {
  let close = at;
  while (close < end && DIGIT[bytes[close]] === 1) close++;
  const code = close - at;
  if (code < 2 || code > 5 || bytes[close] !== CLOSE) return -1;
  const isTrunk = bytes[at] === ZERO && isFromOne(bytes[at + 1]);
  readGroups(bytes, bytes[close + 1] === BLANK ? close + 2 : close + 1, end, MOST_DIGITS - code);
  const { lengths, joint, digits } = groups;
  if (!isTrunk) return code === 2 && joint === HYPHEN && (lengths === 54 || lengths === 44) ? groups.end : -1;
  const isLocal = digits >= FEWEST_LOCAL && code + digits >= FEWEST_DIGITS;
  return isLocal && (joint === 0 || joint === BLANK || joint === HYPHEN) ? groups.end : -1;
}

/** Reads groups of at most nine digits from `at` on, `most` in all, joined by the same byte. */
function readGroups(bytes: Uint8Array, at: number, end: number, most: number): void {
  groups.lengths = groups.digits = groups.joint = 0;
  for (let count = 0; count < MOST_GROUPS; count++) {
    const first = at;
    while (at < end && at - first < 10 && DIGIT[bytes[at]] === 1) at++;
    const length = at - first;
    if (length === 0 || length > 9) {
      groups.lengths = 0;
      return;
    }
    // The beginning of a word, or too many, are no part of it.
    if (groups.digits + length > most || (count > 0 && at < end && WORD[bytes[at]] === 1)) return;
    groups.lengths = groups.lengths * 10 + length;
    groups.digits += length;
    groups.end = at;
    const joint = bytes[at];
    if (at + 1 >= end || DIGIT[bytes[at + 1]] === 0 || !isJoint(joint) || (count > 0 && joint !== groups.joint)) return;
    groups.joint = joint;
    at++;
  }
  // More groups than any number has.
  groups.lengths = 0;
}

function isJoint(byte: number): boolean {
  return byte === BLANK || byte === HYPHEN;
}

/** Numbers that somebody else named (`id=`, `#`), paths, fractions and rows of numbers are none. */
function mayPrecede(bytes: Uint8Array, at: number, start: number): boolean {
  if (at === start) return true;
  const before = bytes[at - 1];
  if (before === BLANK) return at - 1 === start || DIGIT[bytes[at - 2]] === 0 || !isSpaced(bytes, at);
  return before === QUOTE || before === OPEN || before === COLON || before < BLANK;
}

function mayFollow(bytes: Uint8Array, at: number, last: number, end: number): boolean {
  if (!isBehindNumber(bytes, last, end)) return false;
  return !(isSpaced(bytes, at) && last + 1 < end && bytes[last] === BLANK && DIGIT[bytes[last + 1]] === 1);
}

/** May the groups just read be some of a longer row of numbers? */
function isSpaced(bytes: Uint8Array, at: number): boolean {
  return groups.joint === BLANK && bytes[at] !== OPEN;
}

function isFromOne(byte: number): boolean {
  return byte > ZERO && byte <= NINE;
}

const BLANK = 0x20;
const QUOTE = 0x22;
const OPEN = 0x28;
const CLOSE = 0x29;
const HYPHEN = 0x2d;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
