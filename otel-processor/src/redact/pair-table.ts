/**
 * Which pairs of bytes may belong to a secret: the table by which the prefilter walks. It looks at every other byte only,
 * so each kind of secret has a telling pair for both ways in which it can lie: at an even place or at an odd one.
 * Nothing is concluded from what stands before a text: on the wire that is its length, which may look like a letter.
 */
import { DIGIT, LETTER, TOKEN } from './byte-kinds.ts';
import type { KeyWords } from './key-words.ts';
import { KEY_PREFIXES } from './finders/token.ts';
import type { RuleName } from './rules.ts';

/** Kinds of pairs, as bits: a pair may be of several. NUMBER alone says little, several in a row do. */
export const NUMBER = 1;
export const AT_SIGN = 2;
export const SEPARATOR = 4;
export const PLUS = 8;
export const WORDS = 16;
export const DOTTED = 32;
export const COLONS = 64;

/** Words that begin tokens, by rule. */
const WORDS_OF: Readonly<Partial<Record<RuleName, readonly string[]>>> = {
  jwt: ['eyJ'],
  bearer: ['Bearer ', 'bearer ', 'BEARER '],
  awsKey: ['AKIA', 'ASIA'],
  apiKey: KEY_PREFIXES.map(({ prefix }) => prefix),
  privateKey: ['BEGIN '],
  userName: ['user '],
};
/**
 * Which pair of a word tells it, by how many bytes behind its first: one even and one odd number. The first two of each
 * unless others are rarer in logs.
 */
const TELLING: Readonly<Record<string, readonly [even: number, odd: number]>> = {
  eyJ: [2, 1],
  github_pat_: [6, 3],
  'BEGIN ': [2, 1],
};

/** How a word that begins a token is told by a pair in it. */
export interface WordTable {
  /** By pair: bit k says that a word may begin k bytes before it. */
  readonly back: Uint8Array;
  /** By the first three bytes of a word (`threeAt`). */
  readonly begins: Uint8Array;
}

/** A hash of the three bytes at `at`. */
export function threeAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] * 7 + bytes[at + 1] * 61 + bytes[at + 2] * 599) & (THREES - 1);
}

const THREES = 8192;

export function wordTable(rules: ReadonlySet<RuleName>): WordTable {
  const back = new Uint8Array(65_536);
  const begins = new Uint8Array(THREES);
  for (const [rule, words] of Object.entries(WORDS_OF)) {
    if (!rules.has(rule as RuleName)) continue;
    for (const word of words) {
      const bytes = Buffer.from(word);
      begins[threeAt(bytes, 0)] = 1;
      for (const offset of TELLING[word] ?? [0, 1])
        for (const second of offset + 1 < bytes.length ? [bytes[offset + 1]] : bytesOf(TOKEN))
          back[bytes[offset] + 256 * second] |= 1 << offset;
    }
  }
  return { back, begins };
}

/** The table, by first byte + 256 × second byte: 0 for nearly all pairs. */
export function pairTable(
  rules: ReadonlySet<RuleName>,
  { back }: WordTable,
  keyWords: readonly KeyWords[],
): Uint8Array {
  const table = new Uint8Array(65_536);
  const set = (first: number, second: number, kind: number): void => {
    table[first + 256 * second] |= kind;
  };
  const numbers = rules.has('card') || rules.has('iban') || rules.has('phone');
  // Only keys that end with the letter that one of the words ends with.
  const lastLetters = new Uint8Array(32);
  for (const { endings } of keyWords) endings.forEach((one, ending) => (lastLetters[ending & 31] |= one));
  for (let first = 0; first < 256; first++)
    for (let second = 0; second < 256; second++) {
      if (numbers && isNumeric(first, second)) set(first, second, NUMBER);
      if (rules.has('ipv4') && isDotted(first, second)) set(first, second, DOTTED);
      if (rules.has('phone') && (second === PLUS_SIGN || (first === PLUS_SIGN && DIGIT[second] === 1)))
        set(first, second, PLUS);
      if (keyWords.length > 0 && isSeparator(first, second, lastLetters)) set(first, second, SEPARATOR);
      if (rules.has('ipv6') && (first === COLON || second === COLON)) set(first, second, COLONS);
      if (rules.has('email') || rules.has('urlPassword'))
        if (first === AT || second === AT) set(first, second, AT_SIGN);
    }
  back.forEach((offsets, pair) => (table[pair] |= offsets === 0 ? 0 : WORDS));
  return table;
}

/** Digits, alone or with what joins groups of them. */
function isNumeric(first: number, second: number): boolean {
  if (DIGIT[first] === 1) return DIGIT[second] === 1 || JOINS.has(second);
  return (JOINS.has(first) && DIGIT[second] === 1) || (first === 0x29 && second === 0x20);
}

function isDotted(first: number, second: number): boolean {
  return (DIGIT[first] === 1 && second === 0x2e) || (first === 0x2e && DIGIT[second] === 1);
}

/**
 * The end of a key and what separates it from its value: `=` or `:`, a quote and then a colon, or the tag of an
 * attribute's value (0x12), which follows its key directly.
 */
function isSeparator(first: number, second: number, lastLetters: Uint8Array): boolean {
  const mayEnd = LETTER[first] === 1 && lastLetters[first & 31] === 1;
  if (first === EQUALS || first === COLON || first === VALUE_TAG) return true;
  if (second === EQUALS) return mayEnd || first === 0x20 || first === 0x22 || first === 0x27;
  if (second === COLON) return mayEnd || first === 0x22 || first === 0x27 || first === 0x20;
  return second === VALUE_TAG && mayEnd;
}

function bytesOf(kind: Uint8Array): number[] {
  return [...kind.keys()].filter((byte) => kind[byte] === 1);
}

const JOINS: ReadonlySet<number> = new Set([0x20, 0x28, 0x29, 0x2d]);
const PLUS_SIGN = 0x2b;
const COLON = 0x3a;
const EQUALS = 0x3d;
const AT = 0x40;
const VALUE_TAG = 0x12;
