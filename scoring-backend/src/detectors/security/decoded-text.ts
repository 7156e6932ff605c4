/**
 * Text as an attacked program would read it: percent signs decoded twice, `+` as a blank, small letters, comments of SQL
 * and runs of blanks as one blank. Bounded; clean text is known by its bytes and never decoded.
 */
import { IS_HEX, LOWER } from '../../templates/byte-classes.ts';

/** Bytes of a text that are read; an attack stands near its beginning, or it is cut off by the server's own limits. */
export const MOST_BYTES = 2048;

/** Bytes without which no pattern fits the target of a request; two dots in a row are asked for apart. */
const SUSPECT_IN_TARGET = byteTable('\'"<>();|`${}\\% +');
/** The same for lines and their strong patterns. Lines are full of brackets and double quotes: those say nothing. */
const SUSPECT_IN_LINE = byteTable("'<|`$\\");
const scratch = new Uint8Array(MOST_BYTES);

/** May the target (or query) of a request hold an attack? */
export function isSuspectTarget(bytes: Uint8Array, start: number, end: number): boolean {
  return (
    holdsAny(SUSPECT_IN_TARGET, bytes, start, end) || holdsFileName(bytes, start, Math.min(end, start + MOST_BYTES))
  );
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

/** `/etc/…`, `…/web-inf/…`, `c:/…`: targets of a traversal that need no suspect byte. */
function holdsFileName(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at + 4 < end; at++) {
    const first = bytes[at] | 32;
    if (first !== LETTER_E && first !== LETTER_W && first !== LETTER_I) continue;
    const second = bytes[at + 1] | 32;
    const third = bytes[at + 2] | 32;
    if (first === LETTER_E && second === 116 && third === 99 && bytes[at + 3] === SLASH) return true;
    if (first === LETTER_W && second === LETTER_E && third === 98 && bytes[at + 3] === 45) return true;
    // .ini
    if (first === LETTER_I && second === 110 && third === LETTER_I && at > start && bytes[at - 1] === DOT) return true;
  }
  return false;
}

function hexDigit(byte: number): number {
  return byte < 58 ? byte - 48 : (byte | 32) - 87;
}

const BLANK = 32;
const PERCENT = 37;
const STAR = 42;
const PLUS = 43;
const DOT = 46;
const SLASH = 47;
const LETTER_E = 101;
const LETTER_I = 105;
const LETTER_U = 117;
const LETTER_W = 119;

function byteTable(signs: string): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (byte > 0 && signs.includes(String.fromCharCode(byte)) ? 1 : 0));
}
