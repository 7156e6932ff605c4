/**
 * Values behind a telling key: `password=…`, `"api_key": "…"`, `Authorization: Basic …`, `secret => '…'`.
 * Behind a colon or `=` the value is what quotes enclose, else what runs up to a blank or separator.
 */
import { ENDS_VALUE, LETTER, LOWER } from '../byte-kinds.ts';
import { type Finder, found, hit } from '../finder.ts';
import type { KeyWords } from '../key-words.ts';

/** At `=` or `:`. */
export function keyValueFinder(words: KeyWords): Finder {
  return (bytes, at, start, end) => {
    const keyEnd = endOfKeyBefore(bytes, at, start);
    if (keyEnd < 0 || !words.endKey(bytes, start, keyEnd)) return false;
    if (!findValue(bytes, at, keyEnd, end)) return false;
    if (isCookie(bytes, keyEnd, start)) hit.end = endOfLine(bytes, hit.start, hit.end, end);
    return true;
  };
}

/** Where the key ends whose separator is at `at`: before quotes and a blank; -1 when something else stands there. */
export function endOfKeyBefore(bytes: Uint8Array, at: number, start: number): number {
  let last = at;
  if (last > start && bytes[last - 1] === BLANK) last--;
  if (last > start && (bytes[last - 1] === QUOTE || bytes[last - 1] === APOSTROPHE)) {
    last--;
    if (last > start && bytes[last - 1] === BACKSLASH) last--;
  }
  return last > start && LETTER[bytes[last - 1]] === 1 ? last : -1;
}

function findValue(bytes: Uint8Array, at: number, keyEnd: number, end: number): boolean {
  let first = at + 1;
  const next = bytes[first];
  if (bytes[at] === EQUALS) {
    if (next === EQUALS) return false;
    if (next === GREATER) first++;
    // `a= b=1` has no value for a; `a = 1` has one.
    if (first > at + 1 || bytes[at - 1] === BLANK) first = behindBlanks(bytes, first, end);
  } else {
    if (next === COLON || next === SLASH) return false;
    first = behindBlanks(bytes, first, end);
  }
  if (first >= end) return false;
  const quote = bytes[first];
  if (quote === QUOTE || quote === APOSTROPHE) return findQuoted(bytes, first + 1, end, quote, false);
  if (quote === BACKSLASH && first + 1 < end && bytes[first + 1] === QUOTE)
    return findQuoted(bytes, first + 2, end, QUOTE, true);
  // The separator of a key in quotes is JSON's: what opens here is another object or list.
  if (quote === 0x7b || quote === 0x5b || (quote === 0x28 && keyEnd < at)) return false;
  let last = endOfWord(bytes, first, end);
  if (last === first || isHarmless(bytes, first, last)) return false;
  if (isScheme(bytes, first, last) && last + 1 < end && bytes[last] === BLANK) {
    first = last + 1;
    last = endOfWord(bytes, first, end);
    if (last === first) return false;
  }
  return found(first, last);
}

/** What the quote that ends before `first` encloses; `escaped`: JSON inside JSON, closed by `\"`. */
function findQuoted(bytes: Uint8Array, first: number, end: number, quote: number, escaped: boolean): boolean {
  let last = first;
  for (; last < end; last++) {
    if (bytes[last] === BACKSLASH) {
      if (escaped && bytes[last + 1] === quote) break;
      last++;
    } else if (bytes[last] === quote) break;
  }
  last = Math.min(last, end);
  if (last === first || isHarmless(bytes, first, last)) return false;
  return found(first, last);
}

function endOfWord(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && ENDS_VALUE[bytes[at]] === 0) at++;
  return at;
}

function behindBlanks(bytes: Uint8Array, at: number, end: number): number {
  const limit = Math.min(end, at + 2);
  while (at < limit && bytes[at] === BLANK) at++;
  return at;
}

/** Values that say there is none, and those that somebody masked before. */
function isHarmless(bytes: Uint8Array, first: number, last: number): boolean {
  let stars = first;
  while (stars < last && bytes[stars] === 0x2a) stars++;
  return stars === last || isOneOf(bytes, first, last, HARMLESS);
}

const HARMLESS = wordsOf('null nil none true false undefined - n/a');
const SCHEMES = wordsOf('basic bearer digest token negotiate apikey');

function isScheme(bytes: Uint8Array, first: number, last: number): boolean {
  return isOneOf(bytes, first, last, SCHEMES);
}

function isOneOf(bytes: Uint8Array, first: number, last: number, words: readonly Uint8Array[]): boolean {
  if (last - first > 9) return false;
  return words.some((word) => {
    if (word.length !== last - first) return false;
    for (let i = 0; i < word.length; i++) if (LOWER[bytes[first + i]] !== word[i]) return false;
    return true;
  });
}

function isCookie(bytes: Uint8Array, keyEnd: number, start: number): boolean {
  return keyEnd - start >= 6 && isOneOf(bytes, keyEnd - 6, keyEnd, COOKIE);
}

const COOKIE = wordsOf('cookie');

/** A cookie holds several values: all up to the end of the line, or up to the quote around the header. */
function endOfLine(bytes: Uint8Array, first: number, last: number, end: number): number {
  if (bytes[first - 1] === QUOTE || bytes[first - 1] === APOSTROPHE) return last;
  while (last < end && bytes[last] >= BLANK && bytes[last] !== QUOTE && bytes[last] !== LESS) last++;
  while (last > first && bytes[last - 1] === BLANK) last--;
  return last;
}

function wordsOf(list: string): Uint8Array[] {
  return list.split(' ').map((word) => Buffer.from(word));
}

const BLANK = 0x20;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const SLASH = 0x2f;
const COLON = 0x3a;
const LESS = 0x3c;
const EQUALS = 0x3d;
const GREATER = 0x3e;
const BACKSLASH = 0x5c;
