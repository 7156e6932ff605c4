/**
 * Ids inside of a line: block_-1608999687919862906, req-3ea4052c-895d-4b64-9e2d-04d64c4d94ab, 32 hex digits, an order
 * number. A token is a run of letters, digits, `_` and `-`; its kind is what it has in common with other ids of its sort:
 * the letters in front and the form of the rest. Numbers have the word before them as their kind.
 */

/** Finds ids one after the other; fields instead of results, as part of the per-record path. */
export class IdTokens {
  /** The id found last, `[start, end)`, and a hash of its kind. */
  start = 0;
  end = 0;
  kind = 0;

  /** The next id in `bytes[from, until)`; false when there is none. */
  next(bytes: Uint8Array, from: number, until: number): boolean {
    let at = from;
    for (;;) {
      while (at < until && CLASS[bytes[at]] === OTHER) at++;
      if (at >= until) return false;
      const start = at;
      let digits = 0;
      while (at < until && CLASS[bytes[at]] !== OTHER) {
        if (CLASS[bytes[at]] === DIGIT) digits++;
        at++;
      }
      const length = at - start;
      if (digits < LEAST_DIGITS || length < LEAST_LENGTH || length > MOST_LENGTH) continue;
      const kind = kindOf(bytes, start, at, digits);
      if (kind === 0) continue;
      this.start = start;
      this.end = at;
      this.kind = kind;
      return true;
    }
  }
}

/** 0 for a token that is no id. */
function kindOf(bytes: Uint8Array, start: number, end: number, digits: number): number {
  let rest = formOf(bytes, start, end);
  if (rest === DECIMAL) return isTime(bytes, start, end) ? 0 : wordBefore(bytes, start);
  if (rest !== NO_FORM) return mix(rest, end - start);
  let at = start;
  let kind = 0;
  while (at < end && CLASS[bytes[at]] === LETTER) kind = mix(kind, bytes[at++]);
  if (at - start < LEAST_PREFIX || at === end) return 0;
  if (bytes[at] === UNDERSCORE || bytes[at] === DASH) at++;
  if (at < end && bytes[at] === DASH) at++;
  rest = formOf(bytes, at, end);
  return rest === NO_FORM || digits < LEAST_DIGITS ? 0 : mix(kind, rest);
}

/** Form of a token without letters in front. */
function formOf(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  let digits = 0;
  let hex = 0;
  let dashes = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (CLASS[byte] === DIGIT) digits++;
    else if (HEX[byte] === 1) hex++;
    else if (byte === DASH) dashes++;
    else return NO_FORM;
  }
  if (dashes === 0 && hex === 0) return digits >= LEAST_DIGITS ? DECIMAL : NO_FORM;
  if (dashes === 0) return length >= LEAST_HEX ? HEXADECIMAL : NO_FORM;
  return dashes === 4 && length === 36 && bytes[start + 8] === DASH && bytes[start + 13] === DASH ? UUID : NO_FORM;
}

/** Has a number the look of a time: 20050603, or s, ms, µs or ns since the epoch? */
function isTime(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  const first = bytes[start];
  return length === 8 ? first === 50 : first === 49 && length % 3 === 1 && length >= 10;
}

/** The kind of a number is the word before it: "order 4711", "order=4711". 0 when there is none. */
function wordBefore(bytes: Uint8Array, start: number): number {
  let at = start - 1;
  while (at >= 0 && start - at <= FARTHEST_WORD && CLASS[bytes[at]] !== LETTER) at--;
  let kind = 0;
  let letters = 0;
  while (at >= 0 && CLASS[bytes[at]] === LETTER && letters < MOST_LETTERS) {
    kind = mix(kind, bytes[at--]);
    letters++;
  }
  return letters < LEAST_PREFIX ? 0 : mix(kind, DECIMAL);
}

/** Never 0. */
function mix(hash: number, value: number): number {
  const h = Math.imul(hash ^ value, 0x01000193) ^ 0x5bd1e995;
  return (h ^ (h >>> 15)) | 1;
}

const OTHER = 0;
const LETTER = 1;
const DIGIT = 2;
const JOIN = 3;
const DASH = 45;
const UNDERSCORE = 95;
const CLASS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 48 && byte <= 57) return DIGIT;
  if ((byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122)) return LETTER;
  return byte === DASH || byte === UNDERSCORE ? JOIN : OTHER;
});
const HEX = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 97 && byte <= 102) || (byte >= 65 && byte <= 70) ? 1 : 0,
);

const NO_FORM = 0;
const DECIMAL = 1;
const HEXADECIMAL = 2;
const UUID = 3;

const LEAST_DIGITS = 5;
const LEAST_LENGTH = 6;
const MOST_LENGTH = 80;
const LEAST_HEX = 12;
const LEAST_PREFIX = 2;
const FARTHEST_WORD = 3;
const MOST_LETTERS = 12;
