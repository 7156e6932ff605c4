/** Where a value ends that begins at a given place: after `=` or `:` one is taken whole. */
import { afterBracket, closingQuote } from './brackets.ts';
import { IS_ALPHANUMERIC } from './byte-classes.ts';
import { afterErrorPhrase } from './error-phrases.ts';

/** After the value at `at`: quoted, bracketed, an error phrase, or up to a blank or separator. */
export function afterValue(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at];
  if (first === 34 || first === 39) {
    const quote = closingQuote(bytes, at, end, first);
    return quote > 0 ? quote + 1 : at + 1;
  }
  const bracket = first === 60 ? afterBracket(bytes, at, end, 60, 62) : afterOpening(bytes, at, end);
  if (bracket > 0) return bracket;
  const phrase = afterErrorPhrase(bytes, at, end);
  if (phrase > 0) return phrase;
  let i = at;
  while (i < end) {
    const byte = bytes[i];
    if (byte < 33 || ENDS_VALUE.has(byte)) break;
    const after = afterOpening(bytes, i, end);
    i = after > 0 ? after : i + 1;
  }
  return i;
}

const ENDS_VALUE = new Set([...',;)]}&"|'].map((character) => character.charCodeAt(0)));

/** After the `[…]`, `{…}` or `(…)` that opens at `at`, or -1. */
function afterOpening(bytes: Uint8Array, at: number, end: number): number {
  const byte = bytes[at];
  if (byte === 40) return afterBracket(bytes, at, end, 40, 41);
  return byte === 91 || byte === 123 ? afterBracket(bytes, at, end, byte, byte + 2) : -1;
}

/** The end of a value of several words: `)`, `]`, `}`, `;`, a new line, or where the next key begins. */
export function endOfFreeText(bytes: Uint8Array, at: number, end: number): number {
  let depth = 0;
  for (let i = at; i < end; i++) {
    const byte = bytes[i];
    if (byte === 40 || byte === 91 || byte === 123) depth++;
    else if (byte === 41 || byte === 93 || byte === 125) {
      if (depth-- === 0) return i;
    } else if (byte === 59 || byte === 10) return i;
    else if (byte === 44) {
      let from = i + 1;
      while (from < end && bytes[from] === 32) from++;
      const after = afterName(bytes, from, end, true);
      if (after > from && after < end && (bytes[after] === 61 || bytes[after] === 58)) return i;
    } else if (byte === 32) {
      const after = afterName(bytes, i + 1, end, false);
      if (after > i + 1 && after < end && bytes[after] === 61) return i;
      if (bytes[i + 1] === 58 && bytes[i + 2] === 32) return i;
    }
  }
  return end;
}

/** Whether `name=` follows: the key before it has no value. */
export function keyFollows(bytes: Uint8Array, at: number, end: number): boolean {
  const after = afterName(bytes, at, end, true);
  return after > at && after < end && bytes[after] === 61;
}

function afterName(bytes: Uint8Array, at: number, end: number, dotted: boolean): number {
  let i = at;
  while (i < end) {
    const byte = bytes[i];
    if (IS_ALPHANUMERIC[byte] === 0 && byte !== 95 && !(dotted && (byte === 45 || byte === 46))) break;
    i++;
  }
  return i;
}
