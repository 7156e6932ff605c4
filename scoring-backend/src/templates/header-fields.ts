/**
 * The fields between the time of a line and its message: numbers, threads in brackets and dashes up to a level, and from
 * there a logger or source file. Each field is scanned once; what is asked of it is answered by the kinds of its bytes.
 */
import { hashLower, IS_ALPHANUMERIC, IS_DIGIT, IS_LETTER, IS_LOWER, IS_UPPER } from './byte-classes.ts';
import { addConstant, header } from './header-constants.ts';
import { LEVELS } from './vocabulary.ts';

const MAX_FIELDS = 9;
const SHORTEST_LEVEL = 3;
const LONGEST_LEVEL = 9;

/** Kinds of bytes: a field's kinds are the union over its bytes. */
const DIGIT = 1;
const SMALL = 2;
const CAPITAL = 4;
const DOT = 8;
/** `$` `_` `-` `:`, as they stand in the names of loggers. */
const SIGN = 16;
const ODD = 32;
/** Blanks, `|` and `[`. */
const ENDS_FIELD = 64;
const LETTER = SMALL | CAPITAL;
const KIND = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte < 33 || byte === 124 || byte === 91) return ENDS_FIELD;
  if (byte === 46) return DOT;
  if (byte === 36 || byte === 95 || byte === 45 || byte === 58) return SIGN;
  if (IS_ALPHANUMERIC[byte] === 0) return ODD;
  return IS_DIGIT[byte] === 1 ? DIGIT : IS_LOWER[byte] === 1 ? SMALL : CAPITAL;
});
/** Blank, tab and `-` `|` `:` `,`. */
const SEPARATES = Uint8Array.from({ length: 256 }, (_, byte) => ([32, 9, 45, 124, 58, 44].includes(byte) ? 1 : 0));

/** Where the message begins, with level and logger in `header`; `none` if there is no level. */
export function afterLevelAndLogger(bytes: Uint8Array, start: number, end: number, none: number): number {
  let at = start;
  let message = none;
  let leveled = false;
  const { count } = header;
  for (let fields = 0; fields < MAX_FIELDS; fields++) {
    at = afterSeparators(bytes, at, end);
    if (at >= end) break;
    const bracketed = bytes[at] === 91;
    let from = at;
    let to = at;
    let kinds = 0;
    let dots = 0;
    let colon = false;
    let after: number;
    if (bracketed) {
      to = ++from;
      while (to < end && bytes[to] !== 93) to++;
      if (to >= end) break;
      after = to + 1;
      while (from < to && bytes[from] === 32) from++;
      while (to > from && bytes[to - 1] === 32) to--;
      if (to > from && (bytes[to - 1] === 58 || bytes[to - 1] === 44)) {
        colon = true;
        to--;
      }
      // Before the level nobody asks what a longer one is made of.
      const read = leveled || to - from <= LONGEST_LEVEL ? to : from;
      for (let i = from; i < read; i++) {
        const kind = KIND[bytes[i]];
        kinds |= kind;
        dots += (kind & DOT) >> 3;
      }
    } else {
      let last = 0;
      for (; to < end; to++) {
        const kind = KIND[bytes[to]];
        if (kind === ENDS_FIELD) break;
        kinds |= last;
        dots += (kind & DOT) >> 3;
        last = kind;
      }
      after = to;
      colon = to > from && (bytes[to - 1] === 58 || bytes[to - 1] === 44);
      if (colon) to--;
      else kinds |= last;
    }
    if (!leveled && isLevel(bytes, from, to, kinds, start === none && at === start, after, end)) {
      addConstant(from, to);
      leveled = true;
    } else if (leveled && isLogger(bytes, from, to, kinds, dots, bracketed, colon, after, end)) {
      // worker-3 is one of many; org.acme.Oauth2Service is a class.
      if ((kinds & DIGIT) === 0) addConstant(from, to);
      else if (dots >= 2) {
        addConstant(from, to);
        header.holdsDigit = true;
      }
      return afterSeparators(bytes, after, end);
    } else if (!bracketed) {
      // Hosts and facilities before the level: capitals, or with a digit.
      if (!leveled && ((kinds & DIGIT) !== 0 || (kinds & SMALL) === 0)) {
        if ((kinds & DIGIT) === 0) addConstant(from, to);
      } else if ((kinds & (LETTER | DIGIT)) !== DIGIT) break;
    } else if (leveled && fields > MAX_FIELDS - 3) break;
    at = after;
    if (leveled) message = at;
  }
  if (!leveled) header.count = count;
  return leveled ? message : none;
}

/** Over blanks, `-`, `---`, `|`, `:` and `,` that stand alone between the fields of a header. */
function afterSeparators(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && SEPARATES[bytes[at]] === 1) {
    if (bytes[at] === 45 && at + 1 < end && IS_ALPHANUMERIC[bytes[at + 1]] === 1) break;
    at++;
  }
  return at;
}

function isLevel(
  bytes: Uint8Array,
  from: number,
  to: number,
  kinds: number,
  first: boolean,
  after: number,
  end: number,
): boolean {
  const length = to - from;
  if (length === 1 && !first && after + 1 < end)
    return isLetterLevel(bytes[from]) && endsWithColon(bytes, after + 1, end);
  if (length < SHORTEST_LEVEL || length > LONGEST_LEVEL || (kinds & ~LETTER) !== 0) return false;
  // At the start of a line only capitals are a level: "Error: …" and "Failed …" are messages.
  if (first && IS_UPPER[bytes[to - 1]] === 0) return false;
  return LEVELS.has(hashLower(bytes, from, to));
}

/** V D I W E F of Android. */
export function isLetterLevel(byte: number): boolean {
  return byte === 86 || byte === 68 || byte === 73 || byte === 87 || byte === 69 || byte === 70;
}

function endsWithColon(bytes: Uint8Array, from: number, end: number): boolean {
  let at = from;
  while (at < end && bytes[at] > 32) at++;
  return at > from && bytes[at - 1] === 58;
}

/** A name that a colon or dash sets off, a dotted name, or a source file with its line. */
function isLogger(
  bytes: Uint8Array,
  from: number,
  to: number,
  kinds: number,
  dots: number,
  bracketed: boolean,
  colon: boolean,
  after: number,
  end: number,
): boolean {
  if (from === to || (kinds & (ODD | ENDS_FIELD)) !== 0) return false;
  if ((IS_LETTER[bytes[from]] === 0 && bytes[from] !== 46) || bytes[to - 1] === 46) return false;
  if (bracketed) return dots > 0;
  if (dots > 1 || (colon && bytes[to] === 58)) return true;
  let next = after;
  while (next < end && bytes[next] === 32) next++;
  return next > after && next + 1 < end && (bytes[next] === 45 || bytes[next] === 58) && bytes[next + 1] === 32;
}
