/**
 * The grammar of JSON over bytes (RFC 8259): where things end, and whether they are JSON at all. Nothing is made of the
 * values here. UTF-8 is not checked.
 */

/** A place in the bytes, or this: there is no JSON there. */
export const NO_JSON = -1;

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

export function afterBlanks(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && (bytes[at] === 0x20 || (bytes[at] <= 0x0d && isBlank(bytes[at])))) at++;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/** Escapes passed over so far: whoever compares before and after knows whether a string has any. One is enough, since reading never nests. */
export const escapes = { passed: 0 };

/** The quote that closes the string whose content begins at `at`, `NO_JSON` when the content is wrong or never ends. */
export function closingQuote(bytes: Uint8Array, at: number, end: number): number {
  for (;;) {
    let byte = 0;
    while (at < end && (byte = bytes[at]) !== QUOTE && byte !== BACKSLASH && byte >= 0x20) at++;
    if (at >= end) return NO_JSON;
    if (byte === QUOTE) return at;
    if (byte !== BACKSLASH) return NO_JSON;
    const letters = at + 1 < end ? ESCAPES[bytes[at + 1]] : 0;
    if (letters === 0 || at + letters > end || (letters > 2 && !areHex(bytes, at + 2, at + letters))) return NO_JSON;
    escapes.passed++;
    at += letters;
  }
}

/** Length of an escape by the byte behind its backslash, 0 where there is none such. */
const ESCAPES = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === 0x75 ? 6 : '"\\/bfnrt'.includes(String.fromCharCode(byte)) ? 2 : 0,
);

function areHex(bytes: Uint8Array, at: number, end: number): boolean {
  for (; at < end; at++) if (HEX[bytes[at]] > 15) return false;
  return true;
}

/** The value of a hexadecimal digit, 255 for other bytes. */
export const HEX = Uint8Array.from({ length: 256 }, (_, byte) => {
  const digit = '0123456789abcdef'.indexOf(String.fromCharCode(byte).toLowerCase());
  return digit < 0 ? 255 : digit;
});

/** Behind the value of any kind that begins at `at`. */
export function afterValue(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return NO_JSON;
  const byte = bytes[at];
  if (byte === QUOTE) return afterString(bytes, at, end);
  return byte === OPEN_OBJECT || byte === OPEN_ARRAY ? afterNested(bytes, at, end) : afterPlain(bytes, at, end);
}

function afterString(bytes: Uint8Array, at: number, end: number): number {
  const quote = closingQuote(bytes, at + 1, end);
  return quote < 0 ? NO_JSON : quote + 1;
}

/** Behind the key at `at` and its colon, at the value. */
function afterKey(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end || bytes[at] !== QUOTE) return NO_JSON;
  at = afterString(bytes, at, end);
  if (at < 0) return NO_JSON;
  at = afterBlanks(bytes, at, end);
  return at < end && bytes[at] === COLON ? afterBlanks(bytes, at + 1, end) : NO_JSON;
}

/** Behind the object or array at `at`. No recursion: lines come from outside and may be nested as deep as they are long. */
function afterNested(bytes: Uint8Array, at: number, end: number): number {
  /** What closes each level that is open. */
  const closers: number[] = [];
  for (;;) {
    const opening = at < end ? bytes[at] : 0;
    if (opening === OPEN_OBJECT || opening === OPEN_ARRAY) {
      const closer = opening === OPEN_OBJECT ? CLOSE_OBJECT : CLOSE_ARRAY;
      at = afterBlanks(bytes, at + 1, end);
      if (at < end && bytes[at] === closer) at++;
      else {
        closers.push(closer);
        if (closer === CLOSE_OBJECT) at = afterKey(bytes, at, end);
        if (at < 0) return NO_JSON;
        continue;
      }
    } else at = opening === QUOTE ? afterString(bytes, at, end) : afterPlain(bytes, at, end);
    for (;;) {
      if (at < 0 || closers.length === 0) return at;
      at = afterBlanks(bytes, at, end);
      const closer = closers[closers.length - 1];
      if (at >= end || (bytes[at] !== closer && bytes[at] !== COMMA)) return NO_JSON;
      if (bytes[at++] === closer) closers.pop();
      else {
        at = afterBlanks(bytes, at, end);
        if (closer === CLOSE_OBJECT) at = afterKey(bytes, at, end);
        if (at < 0) return NO_JSON;
        break;
      }
    }
  }
}

/** Behind the number or word at `at`. */
function afterPlain(bytes: Uint8Array, at: number, end: number): number {
  if (at >= end) return NO_JSON;
  for (const word of WORDS) if (bytes[at] === word[0]) return afterWord(bytes, at, end, word);
  return afterNumber(bytes, at, end);
}

const WORDS = ['true', 'false', 'null'].map((word) => Buffer.from(word));

function afterWord(bytes: Uint8Array, at: number, end: number, word: Uint8Array): number {
  if (at + word.length > end) return NO_JSON;
  for (let i = 1; i < word.length; i++) if (bytes[at + i] !== word[i]) return NO_JSON;
  return at + word.length;
}

function afterNumber(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] === 0x2d) at++;
  // No zero before other digits.
  at = at < end && bytes[at] === 0x30 ? at + 1 : afterDigits(bytes, at, end);
  if (at >= 0 && at < end && bytes[at] === 0x2e) at = afterDigits(bytes, at + 1, end);
  if (at >= 0 && at < end && (bytes[at] | 0x20) === 0x65) {
    at++;
    if (at < end && (bytes[at] === 0x2b || bytes[at] === 0x2d)) at++;
    at = afterDigits(bytes, at, end);
  }
  return at;
}

/** Behind one or more digits. */
function afterDigits(bytes: Uint8Array, at: number, end: number): number {
  const start = at;
  while (at < end && bytes[at] >= 0x30 && bytes[at] <= 0x39) at++;
  return at === start ? NO_JSON : at;
}
