/**
 * What pairs of bytes say about secrets: the table by which the prefilter walks, a pair a step. Most kinds of secrets are
 * told by several pairs in a row, in a chain: each pair has one bit for every step of every chain that it may be, and
 * shifting the bits that are set so far shows the chains that go on (Shift-And: Baeza-Yates and Gonnet 1992).
 *
 * Each kind has chains for both ways in which it can lie: at an even place or at an odd one. Chains of one kind share
 * their bits, so that they suspect too much. Nothing is concluded from what stands before a text: on the wire that is its
 * length, which may look like a letter.
 */
import { DIGIT, KEY as KEY_BYTE, LETTER, NUMERIC, UPPER } from './byte-kinds.ts';
import type { KeyWords } from './key-words.ts';
import type { RuleName } from './rules.ts';
import type { WordTable } from './token-words.ts';

/** A pair that tells alone. */
const ALONE = 1;
/** Six pairs of digits and what joins them. */
const NUMBER = 1 << 1;
/** The end of a key and a separator behind it; the same with two more bytes between. */
const KEY_APART = 1 << 7;
const KEY_FAR = 1 << 10;
/** The end of a key with a separator in one pair. */
const KEY = 1 << 14;
/** Two pairs of a word that begins a token. */
const WORD = 1 << 16;
/** Country, check digits and what follows them in an IBAN: twelve characters at an even place, eleven at an odd one. */
const IBAN_EVEN = 1 << 18;
const IBAN_ODD = 1 << 24;

/** First steps, which need none before them. */
export const BEGIN = ALONE | NUMBER | KEY_APART | KEY_FAR | KEY | WORD | IBAN_EVEN | IBAN_ODD;
/** Last steps. */
export const NUMBER_ENDS = NUMBER << 5;
export const KEY_ENDS = (KEY_APART << 2) | (KEY_FAR << 3) | (KEY << 1);
export const IBAN_ENDS = (IBAN_EVEN | IBAN_ODD) << 5;
export const SUSPECT = ALONE | NUMBER_ENDS | KEY_ENDS | IBAN_ENDS | (WORD << 1);

/** What a pair may belong to besides numbers and keys. */
export const AT_SIGN = 1;
export const PLUS = 2;
export const WORDS = 4;
export const DOTTED = 8;
export const COLONS = 16;

export interface PairTable {
  /** Steps, by first byte + 256 × second byte. */
  readonly steps: Int32Array;
  /** Kinds, likewise: 0 for nearly all pairs. */
  readonly kinds: Uint8Array;
}

export function pairTable(rules: ReadonlySet<RuleName>, words: WordTable, keyWords: readonly KeyWords[]): PairTable {
  const steps = new Int32Array(65_536);
  const kinds = new Uint8Array(65_536);
  const numbers = rules.has('card') || rules.has('phone');
  const endings = endingsOf(keyWords);
  for (let first = 0; first < 256; first++)
    for (let second = 0; second < 256; second++) {
      const pair = first + 256 * second;
      if (numbers) steps[pair] |= numberSteps(first, second);
      if (rules.has('iban')) steps[pair] |= ibanSteps(first, second);
      if (keyWords.length > 0) steps[pair] |= keySteps(first, second, endings);
      const kind = kindsOf(first, second, rules);
      if (kind !== 0) steps[pair] |= ALONE;
      kinds[pair] = kind | (words.back[pair] === 0 ? 0 : WORDS);
      if (words.alone[pair] === 1) steps[pair] |= ALONE;
      if (words.begin[pair] === 1) steps[pair] |= WORD;
      if (words.goOn[pair] === 1) steps[pair] |= WORD << 1;
    }
  return { steps, kinds };
}

function kindsOf(first: number, second: number, rules: ReadonlySet<RuleName>): number {
  let kinds = 0;
  if ((rules.has('email') || rules.has('urlPassword')) && (first === AT || second === AT)) kinds |= AT_SIGN;
  if (rules.has('phone') && (second === PLUS_SIGN || (first === PLUS_SIGN && DIGIT[second] === 1))) kinds |= PLUS;
  if (rules.has('ipv4') && ((DIGIT[first] === 1 && second === DOT) || (first === DOT && DIGIT[second] === 1)))
    kinds |= DOTTED;
  if (rules.has('ipv6') && (first === COLON || second === COLON)) kinds |= COLONS;
  return kinds;
}

/** Cards and telephone numbers at an odd place have one digit and then five pairs, or more. */
function numberSteps(first: number, second: number): number {
  if (isNumeric(first, second)) return NUMBER * 0b111111;
  return DIGIT[second] === 1 ? NUMBER : 0;
}

/** `DE 89 37 04 00 44` or `?D E8 93 70 40 04`, also in groups. */
function ibanSteps(first: number, second: number): number {
  let steps = 0;
  if (UPPER[first] + UPPER[second] === 2) steps |= IBAN_EVEN;
  if (DIGIT[first] + DIGIT[second] === 2) steps |= IBAN_EVEN << 1;
  if (UPPER[second] === 1) steps |= IBAN_ODD;
  if (UPPER[first] + DIGIT[second] === 2) steps |= IBAN_ODD << 1;
  if (DIGIT[first] === 1 && isOfIban(second)) steps |= IBAN_ODD << 2;
  if (isOfIban(first) && isOfIban(second)) steps |= (IBAN_EVEN * 0b111100) | (IBAN_ODD * 0b111000);
  return steps;
}

function isOfIban(byte: number): boolean {
  return UPPER[byte] + DIGIT[byte] > 0 || byte === BLANK;
}

/** Digits, alone or with what joins groups of them. */
function isNumeric(first: number, second: number): boolean {
  const digits = DIGIT[first] + DIGIT[second];
  return (digits > 0 && NUMERIC[first] + NUMERIC[second] === 2) || (first === 0x29 && second === BLANK);
}

/** The last letters of the key words: which is the third from the end, which two go together, which is the last. */
interface Endings {
  readonly third: Uint8Array;
  readonly thirdAndSecond: Uint8Array;
  readonly secondAndLast: Uint8Array;
  readonly last: Uint8Array;
}

/** Five bits a letter, as in `KeyWords.endings`. */
function endingsOf(keyWords: readonly KeyWords[]): Endings {
  const third = new Uint8Array(32);
  const thirdAndSecond = new Uint8Array(1024);
  const secondAndLast = new Uint8Array(1024);
  const last = new Uint8Array(32);
  for (const { endings } of keyWords)
    endings.forEach((one, ending) => {
      third[ending >> 10] |= one;
      thirdAndSecond[ending >> 5] |= one;
      secondAndLast[ending & 1023] |= one;
      last[ending & 31] |= one;
    });
  return { third, thirdAndSecond, secondAndLast, last };
}

/**
 * A key, whose last letters are c, b and a, and what separates it from its value: `=`, `:`, or the tag of an attribute's
 * value, which follows its key directly. A colon may have quotes, escaped ones too, and a blank before it. By pairs:
 * `bc a=`, or `?c ba =?`, `bc a" =?` and the like, or one more pair of quotes and blanks before the separator.
 */
function keySteps(first: number, second: number, endings: Endings): number {
  const letters = ((first & 31) << 5) | (second & 31);
  const twoOfKey = KEY_BYTE[first] === 1 && KEY_BYTE[second] === 1;
  const endsKey = LETTER[first] === 1 && endings.last[first & 31] === 1;
  const thirdAndSecond = twoOfKey && endings.thirdAndSecond[letters] === 1;
  let steps = 0;
  if (thirdAndSecond) steps |= KEY;
  if (endsKey && isSeparator(second)) steps |= KEY << 1;
  if (thirdAndSecond || (KEY_BYTE[second] === 1 && endings.third[second & 31] === 1)) steps |= KEY_APART | KEY_FAR;
  const secondAndLast = twoOfKey && LETTER[second] === 1 && endings.secondAndLast[letters] === 1;
  if (secondAndLast || (endsKey && (QUOTES.has(second) || second === BLANK || second === BACKSLASH)))
    steps |= (KEY_APART | KEY_FAR) << 1;
  if ((first === BACKSLASH && QUOTES.has(second)) || (QUOTES.has(first) && second === BLANK)) steps |= KEY_FAR << 2;
  if (isSeparator(first) || ((QUOTES.has(first) || first === BLANK) && isSeparator(second)))
    steps |= (KEY_APART << 2) | (KEY_FAR << 3);
  return steps;
}

/** The tag of an attribute's value among them. */
export function isSeparator(byte: number): boolean {
  return byte === EQUALS || byte === COLON || byte === VALUE_TAG;
}

const QUOTES: ReadonlySet<number> = new Set([0x22, 0x27]);
const BLANK = 0x20;
const PLUS_SIGN = 0x2b;
const DOT = 0x2e;
const COLON = 0x3a;
const EQUALS = 0x3d;
const AT = 0x40;
const BACKSLASH = 0x5c;
const VALUE_TAG = 0x12;
