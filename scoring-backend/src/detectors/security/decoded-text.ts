/**
 * Text as an attacked program would read it: percent signs decoded twice, `+` as a blank, small letters, comments of SQL
 * and runs of blanks as one blank. Bounded; clean text is known by its bytes and never decoded.
 */
import { IS_HEX, LOWER } from '../../templates/byte-classes.ts';

/** Bytes of a text that are read; an attack stands near its beginning, or it is cut off by the server's own limits. */
export const MOST_BYTES = 2048;

/** 1: bytes without which, or 2: without a look at those before which no pattern fits the target of a request. */
const SUSPECT_IN_TARGET = byteTable('\'"<>();|`${}\\% +');
for (const sign of './-iI') SUSPECT_IN_TARGET[sign.charCodeAt(0)] = 2;
/** The same for lines and their strong patterns. Lines are full of brackets and double quotes: those say nothing. */
const SUSPECT_IN_LINE = byteTable("'<|`$\\");
const scratch = new Uint8Array(MOST_BYTES);

/** May the target (or query) of a request hold an attack? */
export function isSuspectTarget(bytes: Uint8Array, start: number, end: number): boolean {
  const limit = Math.min(end, start + MOST_BYTES);
  for (let at = start; at < limit; at++) {
    const sign = SUSPECT_IN_TARGET[bytes[at]];
    if (sign !== 0 && (sign === 1 || endsFileName(bytes, start, at, limit))) return true;
  }
  return false;
}

/** May the line hold one? */
export function isSuspectLine(bytes: Uint8Array, start: number, end: number): boolean {
  return holdsAny(SUSPECT_IN_LINE, bytes, start, end);
}

function holdsAny(table: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  const limit = Math.min(end, start + MOST_BYTES);
  let before = 0;
  for (let at = start; at < limit; at++) {
    const byte = bytes[at];
    if (table[byte] === 1 || (byte === DOT && before === DOT)) return true;
    before = byte;
  }
  return false;
}

/** The text behind `bytes[start, end)`; bytes become the characters of the same number. */
export function decodedText(bytes: Uint8Array, start: number, end: number): string {
  let length = 0;
  for (let at = start; at < end && length < MOST_BYTES; at++) scratch[length++] = bytes[at];
  length = decode(length, true);
  length = decode(length, false);
  let text = '';
  let blank = false;
  for (let i = 0; i < length; i++) {
    if (scratch[i] === SLASH && scratch[i + 1] === STAR && i + 1 < length) {
      const close = commentEnd(i + 2, length);
      if (close > 0) {
        i = close;
        if (!blank) text += ' ';
        blank = true;
        continue;
      }
    }
    const isBlank = scratch[i] <= BLANK && scratch[i] !== 0;
    if (!isBlank || !blank) text += String.fromCharCode(isBlank ? BLANK : LOWER[scratch[i]]);
    blank = isBlank;
  }
  return text;
}

/** Decodes `scratch[0, length)` in place: `%27` and `%u0027`, in the first round `+` too; gives the new length. */
function decode(length: number, plusIsBlank: boolean): number {
  let to = 0;
  for (let at = 0; at < length; at++) {
    let byte = scratch[at];
    if (byte === PLUS && plusIsBlank) byte = BLANK;
    else if (byte === PERCENT) {
      const wide = at + 5 < length && (scratch[at + 1] | 32) === LETTER_U;
      const digits = wide ? at + 4 : at + 1;
      if (digits + 1 < length && IS_HEX[scratch[digits]] === 1 && IS_HEX[scratch[digits + 1]] === 1) {
        byte = hexDigit(scratch[digits]) * 16 + hexDigit(scratch[digits + 1]);
        at = digits + 1;
      }
    }
    scratch[to++] = byte;
  }
  return to;
}

function commentEnd(from: number, length: number): number {
  for (let i = from; i + 1 < length; i++) if (scratch[i] === STAR && scratch[i + 1] === SLASH) return i + 1;
  return -1;
}

/** Does byte `at` end `..`, `etc/`, `web-` or `.ini`, of which targets of a traversal that hold no suspect byte have one? */
function endsFileName(bytes: Uint8Array, start: number, at: number, end: number): boolean {
  const byte = bytes[at];
  if (byte === DOT) return at > start && bytes[at - 1] === DOT;
  const from = at - 3;
  if (from < start) return false;
  const first = bytes[from] | 32;
  const second = bytes[from + 1] | 32;
  const third = bytes[from + 2] | 32;
  if (byte === SLASH) return first === LETTER_E && second === 116 && third === 99 && at + 1 < end;
  if (byte === DASH) return first === LETTER_W && second === LETTER_E && third === 98 && at + 1 < end;
  return bytes[from] === DOT && second === LETTER_I && third === 110 && at + 2 < end;
}

function hexDigit(byte: number): number {
  return byte < 58 ? byte - 48 : (byte | 32) - 87;
}

const BLANK = 32;
const PERCENT = 37;
const STAR = 42;
const PLUS = 43;
const DASH = 45;
const DOT = 46;
const SLASH = 47;
const LETTER_E = 101;
const LETTER_I = 105;
const LETTER_U = 117;
const LETTER_W = 119;

function byteTable(signs: string): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (byte > 0 && signs.includes(String.fromCharCode(byte)) ? 1 : 0));
}
