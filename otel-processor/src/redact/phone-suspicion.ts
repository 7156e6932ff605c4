/** The prefilter's second look at shapes of telephone numbers: it may suspect too much, never what the finders find too little. */
import { ALPHANUMERIC, DIGIT, LETTER, LOWER, NUMERIC } from './byte-kinds.ts';
import { endOfNationalPhone } from './finders/national-phone.ts';
import { FEWEST_DIGITS, LONGEST_WORD, MOST_SIGNS, PHONE_STEMS } from './finders/named-phone.ts';
import { endOfNorthAmerican } from './finders/phone.ts';

/** From the first digit of an area code to the last but three of those that are suspected. */
const FARTHEST_START = 16;
/** With digits behind it. */
const LONGEST = 26;
/** What follows a text on the wire may look like digits. */
const DIGITS_BEHIND = 4;

/** Is there a telephone number, or a word that announces one, where a shape of them ends at `at`? */
export function suspectsPhone(bytes: Uint8Array, at: number, end: number): boolean {
  if (bytes[at - 1] === PLUS) return isInternational(bytes, at, end);
  if (bytes[at - 3] === OPEN) return beginsNational(bytes, at - 3, end);
  return endsStem(bytes, at) && isAnnounced(bytes, at, end);
}

/** A telephone number that has no plus, of which four digits in a row end at `at`, with `joint` before them. */
export function suspectsPhoneDigits(bytes: Uint8Array, at: number, joint: number, end: number): boolean {
  if (joint === HYPHEN && isNorthAmerican(bytes, at, end)) return true;
  return (joint === HYPHEN || joint === BLANK) && isBehindNationalStart(bytes, at - 6, at - FARTHEST_START, end);
}

/** May a national number begin anywhere from `last` back to `first`, with nothing but its digits and joints behind it? */
function isBehindNationalStart(bytes: Uint8Array, last: number, first: number, end: number): boolean {
  for (let i = last; i >= first && i >= 0; i--) {
    const byte = bytes[i];
    if ((byte === ZERO || byte === OPEN) && beginsNational(bytes, i, end)) return true;
    if (NUMERIC[byte] === 0) return false;
  }
  return false;
}

/** A national number at `at`, also when some digits behind it do not belong to it. */
function beginsNational(bytes: Uint8Array, at: number, end: number): boolean {
  const isOpen = bytes[at] === OPEN;
  const first = isOpen ? at + 1 : at;
  let last = first;
  while (last < first + 6 && last < end && DIGIT[bytes[last]] === 1) last++;
  if (last - first < 2 || last - first > 5 || last + 2 >= end) return false;
  if (isOpen ? bytes[last] !== CLOSE : !isJoint(bytes[last])) return false;
  if (isOpen && bytes[last + 1] === BLANK) last++;
  const limit = Math.min(end, at + LONGEST);
  last++;
  if (DIGIT[bytes[last]] === 0) return false;
  while (last < limit && (DIGIT[bytes[last]] === 1 || (isJoint(bytes[last]) && DIGIT[bytes[last + 1]] === 1))) last++;
  for (let less = 0; less <= DIGITS_BEHIND; less++) if (endOfNationalPhone(bytes, at, last - less) > 0) return true;
  return false;
}

function isJoint(byte: number): boolean {
  return byte === BLANK || byte === HYPHEN;
}

function isNorthAmerican(bytes: Uint8Array, at: number, end: number): boolean {
  switch (bytes[at - 8]) {
    case HYPHEN:
      return endOfNorthAmerican(bytes, at - 11, end) > 0;
    case CLOSE:
      return endOfNorthAmerican(bytes, at - 12, end) > 0;
    case BLANK:
      return endOfNorthAmerican(bytes, at - 13, end) > 0;
    default:
      return false;
  }
}

/** Eight digits from the first one at `at` on, whatever joins them. */
function isInternational(bytes: Uint8Array, at: number, end: number): boolean {
  return digitsFrom(bytes, at, end, 8) === 8;
}

/** Digits from `at` on, whatever joins them, up to so many. */
function digitsFrom(bytes: Uint8Array, at: number, end: number, most: number): number {
  let digits = 0;
  const limit = Math.min(end, at + 31);
  for (let i = at; i < limit && digits < most; i++) {
    if (DIGIT[bytes[i]] === 1) digits++;
    else if (NUMERIC[bytes[i]] === 0 && bytes[i] !== DOT && bytes[i] !== SLASH) break;
  }
  return digits;
}

/** Do the letters of a word that announces numbers stand before `at`, or end there? */
function endsStem(bytes: Uint8Array, at: number): boolean {
  if (BEGINS_STEM[bytes[at - 3]] === 0) return false;
  for (const stem of STEMS) {
    let same = 0;
    while (same < stem.length && LOWER[bytes[at - 3 + same]] === stem[same]) same++;
    if (same === stem.length) return true;
  }
  return false;
}

/** A number behind the word whose stem ends at `at`, or the value of an attribute. */
function isAnnounced(bytes: Uint8Array, at: number, end: number): boolean {
  let i = behindSigns(bytes, behindLetters(bytes, at, end), end);
  // The word "number", however short.
  if (LOWER[bytes[i]] === LETTER_N) i = behindSigns(bytes, behindLetters(bytes, i, end), end);
  if (i >= end) return false;
  if (bytes[i] === VALUE_TAG) return true;
  return digitsFrom(bytes, bytes[i - 1] === PERCENT ? i + 2 : i, end, FEWEST_DIGITS) === FEWEST_DIGITS;
}

function behindLetters(bytes: Uint8Array, at: number, end: number): number {
  const limit = Math.min(end, at + LONGEST_WORD);
  while (at < limit && LETTER[bytes[at]] === 1) at++;
  return at;
}

/** Behind what is no letter or digit, but not behind the tag of an attribute's value. */
function behindSigns(bytes: Uint8Array, at: number, end: number): number {
  const limit = Math.min(end, at + MOST_SIGNS + 4);
  while (at < limit && ALPHANUMERIC[bytes[at]] === 0 && bytes[at] !== VALUE_TAG) at++;
  return at;
}

const STEMS = PHONE_STEMS.map((stem) => Buffer.from(stem));
const BEGINS_STEM = Uint8Array.from({ length: 256 }, (_, byte) =>
  STEMS.some(([first]) => first === LOWER[byte]) ? 1 : 0,
);
const VALUE_TAG = 0x12;
const BLANK = 0x20;
const PERCENT = 0x25;
const OPEN = 0x28;
const CLOSE = 0x29;
const PLUS = 0x2b;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const ZERO = 0x30;
const LETTER_N = 0x6e;
