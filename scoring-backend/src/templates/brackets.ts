/**
 * Where a quote or bracket closes. A hostile line holds thousands of openings that never close, so a line may fail
 * only a few searches and read a bounded number of bytes; after that an opening is an ordinary byte.
 */
import { IS_ALPHANUMERIC, IS_LETTER, IS_LOWER, IS_UPPER } from './byte-classes.ts';

const MAX_FAILED_SEARCHES = 6;
const MAX_BRACKET_BYTES = 4096;
const MAX_QUOTE_BYTES = 600;
const MAX_BYTES_READ = 65_536;

let failedSearches = 0;
let bytesRead = 0;

/** To be called before a line is read. */
export function resetSearches(): void {
  failedSearches = 0;
  bytesRead = 0;
}

/** After the bracket that closes the one at `at`, or -1. */
export function afterBracket(bytes: Uint8Array, at: number, end: number, open: number, close: number): number {
  if (failedSearches > MAX_FAILED_SEARCHES || bytesRead > MAX_BYTES_READ) return -1;
  const limit = Math.min(at + MAX_BRACKET_BYTES, end);
  let depth = 0;
  for (let i = at; i < limit; i++) {
    const byte = bytes[i];
    if (byte === open) depth++;
    else if (byte === close && --depth === 0) {
      bytesRead += i - at;
      return i + 1;
    }
  }
  bytesRead += limit - at;
  failedSearches++;
  return -1;
}

/**
 * The quote that closes the one at `at`, or -1. A backslash escapes, unless the one at `at` is escaped itself, as in a text
 * within a JSON string; a quote inside a word closes nothing.
 */
export function closingQuote(bytes: Uint8Array, at: number, end: number, quote: number): number {
  if (failedSearches > MAX_FAILED_SEARCHES || bytesRead > MAX_BYTES_READ) return -1;
  // A back-quote may be closed by an apostrophe: `like this'.
  const other = quote === 96 ? 39 : quote;
  const escaped = at > 0 && bytes[at - 1] === 92;
  const limit = Math.min(at + MAX_QUOTE_BYTES, end);
  for (let i = at + 1; i < limit; i++) {
    const byte = bytes[i];
    if (byte === 92 && !(escaped && bytes[i + 1] === quote)) i++;
    else if ((byte === quote || byte === other) && (i + 1 >= end || IS_ALPHANUMERIC[bytes[i + 1]] === 0)) {
      bytesRead += i - at;
      return i;
    }
  }
  bytesRead += limit - at;
  failedSearches++;
  return -1;
}

/** The quote that closes the JSON string that opens at `at`, or -1. Messages and stack traces are long strings. */
export function closingJsonQuote(bytes: Uint8Array, at: number, end: number): number {
  if (failedSearches > MAX_FAILED_SEARCHES || bytesRead > MAX_BYTES_READ) return -1;
  for (let i = at + 1; i < end; i++) {
    const byte = bytes[i];
    if (byte === 92) i++;
    else if (byte === 34) {
      bytesRead += i - at;
      return i;
    }
  }
  bytesRead += end - at;
  failedSearches++;
  return -1;
}

/**
 * After the `]` of a bracketed value, or -1 where the bracket holds text: three plain words are prose, and one
 * lowerCamel word is the name of a function.
 */
export function afterBracketedValue(bytes: Uint8Array, at: number, end: number): number {
  const after = afterBracket(bytes, at, end, 91, 93);
  if (after < 0) return -1;
  let words = 0;
  let i = at + 1;
  while (i < after) {
    const start = i;
    while (i < after && IS_LETTER[bytes[i]] === 1) i++;
    if (words === 0 && i === after - 1 && isLowerCamel(bytes, start, i)) return -1;
    if (i - start < 2 || bytes[i] !== 32) return after;
    if (++words === 2) return IS_LETTER[bytes[i + 1]] === 1 ? -1 : after;
    i++;
  }
  return after;
}

/** `getBlockLocations`: begins small and has a capital inside. */
export function isLowerCamel(bytes: Uint8Array, start: number, end: number): boolean {
  if (IS_LOWER[bytes[start]] === 0) return false;
  for (let i = start + 1; i < end; i++) if (IS_UPPER[bytes[i]] === 1) return true;
  return false;
}

/** Whether more than five letters follow: what stands before is a header rather than the message. */
export function hasTextAfter(bytes: Uint8Array, from: number, end: number): boolean {
  let letters = 0;
  for (let i = from; i < end; i++) if (IS_LETTER[bytes[i]] === 1 && ++letters > 5) return true;
  return false;
}

/** After the path, URL or other unbroken value at `from`. */
export function afterUnbroken(bytes: Uint8Array, from: number, end: number, ends: Uint8Array): number {
  let i = from;
  while (i < end && ends[bytes[i]] === 0) i++;
  return i;
}
