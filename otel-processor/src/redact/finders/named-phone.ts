/**
 * Telephone numbers in whatever form, behind a word that says what they are: `phone=0301234567`, `"msisdn": "491711234567"`,
 * `Tel.: 0171 123 45 67`, `mobile no. 98765 43210`, `<fax>030/123456</fax>`, `customerPhoneNumber: 612345678`.
 */
import { ALPHANUMERIC, DIGIT, LETTER, LOWER, UPPER, WORD } from '../byte-kinds.ts';
import { type Finder, found } from '../finder.ts';

/** Short ones must stand by themselves: a hotel has no number. */
const WORDS = bytesOf('phone phones telephone telefon telefone telefono tel telefax fax mobile mobil msisdn');
const SHORT = 3;
/** What may follow such a word. */
const FILLERS = bytesOf('number numbers numero nummer num no nr');
/** How the words begin, for the prefilter: the fourth byte of the short ones may be any. */
export const PHONE_STEMS: readonly string[] = ['phon', 'tele', 'tel', 'fax', 'mobi', 'msis'];

export const FEWEST_DIGITS = 7;
const MOST_DIGITS = 15;
/** A group as long is the whole number: what follows behind a blank is something else. */
const WHOLE = 7;
/** Digits in groups that blanks join, without a country code. */
const MOST_IN_GROUPS = 12;
/** Signs between word and number. */
export const MOST_SIGNS = 6;
export const LONGEST_WORD = 40;

/** At `+`, `(` or the first digit of a run. */
export const findNamedPhone: Finder = (bytes, at, start, end) => {
  if (!isNamed(bytes, at, start)) return false;
  const last = endOfAnyPhone(bytes, at, end);
  return last > 0 && found(at, last);
};

/** Is all of `bytes[start, end)` a telephone number? */
export function isPhone(bytes: Uint8Array, start: number, end: number): boolean {
  return end > start && endOfAnyPhone(bytes, start, end) === end;
}

/** Does the word at the end of `bytes[start, end)` announce a number? */
export function isPhoneKey(bytes: Uint8Array, start: number, end: number): boolean {
  const first = startOfWord(bytes, start, end);
  if (first === end) return false;
  if (endsWithOneOf(bytes, first, end)) return true;
  for (const filler of FILLERS) {
    if (!endsWith(bytes, first, end, filler)) continue;
    const rest = end - filler.length;
    if (rest > first) return endsWithOneOf(bytes, first, rest);
    const last = rest - 1;
    if (last <= start || (bytes[last] !== 0x20 && bytes[last] !== 0x5f && bytes[last] !== 0x2d && bytes[last] !== 0x2e))
      return false;
    return endsWithOneOf(bytes, startOfWord(bytes, start, last), last);
  }
  return false;
}

function isNamed(bytes: Uint8Array, at: number, start: number): boolean {
  let i = at;
  // A plus in a URL.
  if (i - 3 >= start && bytes[i - 3] === PERCENT && bytes[i - 2] === 0x32 && LOWER[bytes[i - 1]] === 0x62) i -= 3;
  const behindSigns = i;
  const floor = Math.max(start, i - MOST_SIGNS);
  while (i > floor && IS_SIGN[bytes[i - 1]] === 1) i--;
  return i < behindSigns && isPhoneKey(bytes, start, i);
}

/** Behind the number at `at`, however it is grouped; -1 for none, for a date, an address and a decimal number. */
function endOfAnyPhone(bytes: Uint8Array, at: number, end: number): number {
  const hasPlus = bytes[at] === PLUS;
  let i = hasPlus ? at + 1 : at;
  if (bytes[i] === OPEN) i++;
  let behind = -1;
  let [digits, groups, dots, lengths] = [0, 0, 0, 0];
  while (i < end) {
    const first = i;
    while (i < end && i - first <= MOST_DIGITS && DIGIT[bytes[i]] === 1) i++;
    const length = i - first;
    if (length === 0 || digits + length > MOST_DIGITS) break;
    // A word, or a time of day.
    if (i < end && (WORD[bytes[i]] === 1 || (groups > 0 && bytes[i] === COLON && DIGIT[bytes[i + 1]] === 1))) break;
    const joint = bytes[first - 1];
    if (groups > 0 && joint === BLANK) {
      const isYear = length === 4 && digits >= FEWEST_DIGITS && bytes[i] === HYPHEN;
      if (isYear || !goesOnBehindBlank(groups, digits, length, hasPlus)) break;
    }
    if (groups > 0 && joint === DOT) dots++;
    digits += length;
    groups++;
    lengths = lengths * 10 + Math.min(length, 9);
    if (digits >= FEWEST_DIGITS) behind = i;
    for (let joints = 0; i < end && joints < 2 && IS_JOINT[bytes[i]] === 1; joints++) i++;
  }
  if (behind < 0 || isDateOrDecimal(bytes, at, groups, dots, lengths)) return -1;
  const next = bytes[behind];
  const isLonger = behind + 1 < end && (next === HYPHEN || next === COLON) && ALPHANUMERIC[bytes[behind + 1]] === 1;
  return isLonger ? -1 : behind;
}

/** Behind a number that is whole already a blank is its end. */
function goesOnBehindBlank(groups: number, digits: number, length: number, hasPlus: boolean): boolean {
  if (groups === 1 && digits >= WHOLE) return false;
  return digits + length <= (hasPlus ? MOST_IN_GROUPS + 2 : MOST_IN_GROUPS);
}

function isDateOrDecimal(bytes: Uint8Array, at: number, groups: number, dots: number, lengths: number): boolean {
  if (groups === 1) return false;
  if (dots === groups - 1 && (groups === 2 ? bytes[at] !== PLUS : groups === 4 && isAddress(lengths))) return true;
  if (lengths === DAY_MONTH_YEAR) return true;
  const isYear = (bytes[at] === 0x31 && bytes[at + 1] === 0x39) || (bytes[at] === 0x32 && bytes[at + 1] === 0x30);
  return isYear && String(lengths).startsWith(YEAR_MONTH_DAY);
}

function isAddress(lengths: number): boolean {
  return [...String(lengths)].every((length) => Number(length) <= 3);
}

/** Where the letters begin that end before `end`. */
function startOfWord(bytes: Uint8Array, start: number, end: number): number {
  let i = end;
  while (i > start && end - i < LONGEST_WORD && LETTER[bytes[i - 1]] === 1) i--;
  return i;
}

function endsWithOneOf(bytes: Uint8Array, start: number, end: number): boolean {
  return WORDS.some((word) => {
    if (!endsWith(bytes, start, end, word)) return false;
    const first = end - word.length;
    // `homeTel`, but no hotel.
    return word.length > SHORT || first === start || (UPPER[bytes[first]] === 1 && UPPER[bytes[first - 1]] === 0);
  });
}

function endsWith(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  const first = end - word.length;
  if (first < start) return false;
  for (let i = 0; i < word.length; i++) if (LOWER[bytes[first + i]] !== word[i]) return false;
  return true;
}

function bytesOf(list: string): Uint8Array[] {
  return list.split(' ').map((word) => Buffer.from(word));
}

function oneOf(characters: string): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (characters.includes(String.fromCharCode(byte)) ? 1 : 0));
}

/** Between word and number, and between groups. */
const IS_SIGN = oneOf(' :="\'\\[(>#.');
const IS_JOINT = oneOf(' -./()');
const DAY_MONTH_YEAR = 224;
const YEAR_MONTH_DAY = '422';

const BLANK = 0x20;
const PERCENT = 0x25;
const OPEN = 0x28;
const PLUS = 0x2b;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const COLON = 0x3a;
