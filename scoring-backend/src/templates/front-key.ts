/**
 * A cheap key of the bytes that look constant: one pass, no words looked up. Two messages with the same front key have
 * the same key (key.ts), never the other way round, so a cache by front key answers nearly every line.
 */
import {
  afterBracket,
  afterBracketedValue,
  afterUnbroken,
  closingQuote,
  hasTextAfter,
  resetSearches,
} from './brackets.ts';
import {
  ENDS_PATH,
  hashByte,
  hashBytes,
  HASH_SEED,
  IS_ALPHANUMERIC,
  IS_DELIMITER,
  IS_DIGIT,
  IS_LETTER,
  IS_LOWER,
  IS_UPPER,
  LOWER,
} from './byte-classes.ts';
import { header } from './header-constants.ts';
import { readHeader } from './header.ts';
import { isMessageCode, MAX_SYMBOL_DIGITS, token, trimToken } from './token-class.ts';
import { mayBeShapeOfTerm, mayBeTerm, mayBeTextKey } from './vocabulary.ts';
import { BEGINS_PATH } from './word-surroundings.ts';

/** Classes of bytes here: a token's classes are the union over its bytes. From DELIMITER on they end it. */
const LETTER = 1;
const DIGIT = 2;
const OTHER = 4;
const DELIMITER = 8;
/** A delimiter that may open a value: a quote or `[` `{` `<`; or ends a line, after which the frames of a stack may stand. */
const OPENING = 16;
const OPENINGS = new Set([...'"\'`[{<\n'].map((character) => character.charCodeAt(0)));
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (IS_DELIMITER[byte] === 1) return OPENINGS.has(byte) ? OPENING : DELIMITER;
  if (IS_DIGIT[byte] === 1) return DIGIT;
  return IS_LETTER[byte] === 1 || byte === 45 || byte === 95 ? LETTER : OTHER;
});
/** Ends an unquoted value after `=`. */
const ENDS_VALUE = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 33 || [...',;)]}&"|[{('].some((character) => character.charCodeAt(0) === byte) ? 1 : 0,
);

/** Longest term with digits, and longest name of a function with digits that may begin a message. */
const MAX_TERM = 9;
const MAX_SYMBOL = 24;
/** Longest key of `key=value`. */
const MAX_KEY = 48;
/** A mark in the hash of a token that `:` or `=` follows. */
const BEFORE_COLON_MARK = 0x3a3a3a;
const KEY_MARK = 0x6c6c6c;
const VARIABLE_KEY = 0x51ed27;
/** The same for a value before the token. */
const GAP_MARK = 0x5bd1e995;

/** The key made last. `digitsMatter`: with other digits in the same places the line might have another one. */
export const frontKey = { high: 0, low: 0, digitsMatter: false };

/** Makes the front key of `bytes[start, end)`; false where only the full reading can tell (JSON, no words). */
export function makeFrontKey(bytes: Uint8Array, start: number, end: number): boolean {
  let high = 0x2545f491;
  let low = 0x9e3779b9 | 0;
  let count = 0;
  // Tokens that are words for certain.
  let words = 0;
  // A value stood since the last constant.
  let gap = 0;
  // Where quotes close that hold text rather than a value.
  let textEnd = -1;
  let digitsMatter = false;
  resetSearches();
  let at = readHeader(bytes, start, end);
  start = at;
  for (let i = 0; i < header.count; i++) {
    const hash = hashInFours(bytes, header.start[i], header.end[i]);
    high = Math.imul(high ^ hash, 0x85ebca6b);
    low = Math.imul((low + hash) | 0, 0xc2b2ae35);
  }
  while (at < end) {
    let byte = bytes[at];
    let kind = CLASS[byte];
    if (kind >= DELIMITER) {
      if (kind === DELIMITER || at === textEnd) {
        at++;
        continue;
      }
      if (byte === 10) {
        high = Math.imul(high ^ byte, 0x85ebca6b);
        at++;
        continue;
      }
      if (byte === 123 && words === 0) return false;
      if (words === 0 && isQuote(byte)) textEnd = closingQuote(bytes, at, end, byte);
      const after = afterDelimited(bytes, at, end, words, start);
      // The methods of requests are constants; three bytes of capitals tell them apart.
      if (after > at + 3 && bytes[at] !== 91 && IS_UPPER[bytes[at + 1]] === 1 && isQuote(bytes[at]))
        high = Math.imul(high ^ (bytes[at + 1] | (bytes[at + 2] << 8) | (bytes[at + 3] << 16)), 0x85ebca6b);
      if (after > at + 1) gap = GAP_MARK;
      at = after;
      continue;
    }
    if (byte === 47 && at + 1 < end && BEGINS_PATH[bytes[at + 1]] === 1) {
      at = afterUnbroken(bytes, at + 1, end, ENDS_PATH);
      gap = GAP_MARK;
      continue;
    }
    const from = at;
    let hash = HASH_SEED;
    let kinds = 0;
    do {
      hash = Math.imul(hash ^ byte, 0x01000193);
      kinds |= kind;
      if (++at >= end) {
        byte = 0;
        break;
      }
      byte = bytes[at];
      kind = CLASS[byte];
    } while (kind < DELIMITER);
    if (kinds === LETTER) words += at - from > 1 ? 1 : 0;
    else {
      let value = (kinds & LETTER) === 0;
      if (kinds === (LETTER | DIGIT)) {
        value = (at - from > MAX_TERM || !mayBeTerm(hash)) && (count > 0 || at - from > MAX_SYMBOL);
      } else if (!value) {
        if (bytes[from] === 37 && isMessageCode(bytes, from, at)) digitsMatter = true;
        else {
          hash = hashOfMixed(bytes, from, at, kinds, hash);
          value = hash === 0;
        }
      }
      if (!digitsMatter && (kinds & DIGIT) !== 0 && (kinds & LETTER) !== 0)
        digitsMatter = isConstantByDigits(bytes, from, at, count === 0);
      if (value) {
        // A value that is a key (eth0=…) still has a value of its own.
        if (byte !== 61) {
          gap = GAP_MARK;
          continue;
        }
        hash = VARIABLE_KEY;
      }
    }
    if (byte === 58) {
      hash ^= BEFORE_COLON_MARK;
      if (at + 2 < end && bytes[at + 1] === 47 && bytes[at + 2] === 47) {
        at = afterUnbroken(bytes, at, end, ENDS_PATH);
        if (kinds === LETTER) words--;
      }
    } else if (byte === 61 && bytes[from] === 45) {
      // --name=value
      if (kinds === LETTER && at - from > 1) words--;
      at = afterKeyValue(bytes, at + 1, end);
      gap = GAP_MARK;
      continue;
    } else if (byte === 61 && IS_ALPHANUMERIC[bytes[from]] === 1 && at - from <= MAX_KEY) {
      const next = at + 1 < end ? bytes[at + 1] : 0;
      if (next !== 61 && next !== 62) {
        const text = mayBeTextKey(hash);
        hash ^= KEY_MARK;
        // msg="...": the quoted text is the message.
        if (text) {
          if (next === 34 || next === 39) {
            textEnd = closingQuote(bytes, at + 1, end, next);
            at += 2;
          }
        } else if (next > 32) at = afterKeyValue(bytes, at + 1, end);
      }
    }
    count++;
    hash ^= gap;
    gap = 0;
    high = Math.imul(high ^ hash, 0x85ebca6b);
    high ^= high >>> 15;
    low = Math.imul((low + hash) | 0, 0xc2b2ae35);
    low ^= low >>> 13;
  }
  // A header with a level says that what follows is a statement, even of names alone: "allocateBlock: blk_42".
  if (words === 0 && (count === 0 || header.count === 0)) return false;
  frontKey.high = high ^ gap;
  frontKey.low = low;
  frontKey.digitsMatter = digitsMatter || header.holdsDigit;
  return true;
}

/** Might a token be a constant with other digits: a term (ipv4), a symbol with its offset, at first that of a function? */
function isConstantByDigits(bytes: Uint8Array, from: number, to: number, first: boolean): boolean {
  trimToken(bytes, from, to);
  let hash = HASH_SEED;
  let digits = 0;
  let isName = false;
  for (let i = token.start; i < token.end; i++) {
    const byte = bytes[i];
    const isDigit = IS_DIGIT[byte];
    digits += isDigit;
    isName ||= byte === 95 || (IS_UPPER[byte] === 1 && IS_LOWER[bytes[i - 1]] === 1);
    if (byte === 43 && IS_DIGIT[bytes[i + 1]] === 1 && bytes[i + 2] === 120) return true;
    // A leader of dots: what stands before it is a token of its own.
    if (byte === 46 && bytes[i + 1] === 46) return true;
    hash = hashByte(hash, isDigit === 1 ? 48 : LOWER[byte]);
  }
  return (first && isName && digits <= MAX_SYMBOL_DIGITS) || mayBeShapeOfTerm(hash);
}

/** A hash as good as `hashBytes` and, for the long names of loggers, four times as fast. */
function hashInFours(bytes: Uint8Array, from: number, end: number): number {
  let hash = HASH_SEED ^ (end - from);
  let at = from;
  for (; at + 4 <= end; at += 4) {
    hash = Math.imul(
      hash ^ (bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24)),
      0x9e3779b1,
    );
    hash ^= hash >>> 15;
  }
  for (; at < end; at++) hash = hashByte(hash, bytes[at]);
  return hash;
}

function isQuote(byte: number): boolean {
  return byte === 34 || byte === 39 || byte === 96;
}

/** After the value that the quote or bracket at `at` encloses, or after the delimiter alone. */
function afterDelimited(bytes: Uint8Array, at: number, end: number, words: number, start: number): number {
  const byte = bytes[at];
  let after = -1;
  if (isQuote(byte)) {
    if (words > 0 && !(byte === 39 && IS_ALPHANUMERIC[bytes[at - 1]] === 1))
      after = closingQuote(bytes, at, end, byte) + 1;
  } else if (byte === 91) {
    if (words > 0 || at === start) {
      after = afterBracketedValue(bytes, at, end);
      if (words === 0 && after > 0 && !hasTextAfter(bytes, after, end)) after = -1;
    }
  } else if (byte === 123) after = afterBracket(bytes, at, end, 123, 125);
  else if (byte === 60) {
    after = afterBracket(bytes, at, end, 60, 62);
    if (after - at >= 120) after = -1;
  }
  return after > 0 ? after : at + 1;
}

function afterKeyValue(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at];
  if (first === 34 || first === 39) {
    const quote = closingQuote(bytes, at, end, first);
    return quote > 0 ? quote + 1 : at + 1;
  }
  return first === 60 ? at : afterUnbroken(bytes, at, end, ENDS_VALUE);
}

/** For words that a leader of dots joins to a value: never 0. */
function hashWithoutDigits(bytes: Uint8Array, from: number, end: number): number {
  let hash = HASH_SEED;
  for (let i = from; i < end; i++) if (IS_DIGIT[bytes[i]] === 0) hash = hashByte(hash, bytes[i]);
  return hash | 1;
}

/** The hash of a token with signs in it, 0 where it is a value for certain: `a.b.c`, `a@b`, `x/y/z`; `whole` as read. */
function hashOfMixed(bytes: Uint8Array, from: number, to: number, kinds: number, whole: number): number {
  let end = to;
  while (end > from && (bytes[end - 1] === 46 || bytes[end - 1] === 33 || bytes[end - 1] === 63)) end--;
  if (end === from) return 0;
  let dots = 0;
  let lastDot = from - 1;
  let slashes = 0;
  for (let i = from; i < end; i++) {
    const byte = bytes[i];
    if (CLASS[byte] !== OTHER) continue;
    if (byte === 46) {
      if (bytes[i + 1] === 46 && bytes[i + 2] === 46) return hashWithoutDigits(bytes, from, end);
      dots++;
      lastDot = i;
    } else if (byte === 47) slashes++;
    else if (byte === 64 || byte === 92) return 0;
    else if (byte === 43 && i > from && i + 2 < end && bytes[i + 1] === 48 && bytes[i + 2] === 120)
      return hashBytes(bytes, from, i);
  }
  const hash = end === to ? whole : hashBytes(bytes, from, end);
  if ((kinds & DIGIT) !== 0) {
    if (mayBeTerm(hash)) return hash;
    return end - from < 10 && dots + slashes === 0 && bytes[end - 1] < 48 ? hash : 0;
  }
  if (slashes > 1) return 0;
  if (dots > 1 && IS_UPPER[bytes[lastDot + 1]] === 0) return 0;
  return hash;
}
