/**
 * Finds the header that many programs put before a message: time, host, process, level, logger. Level, logger and source
 * file are constants of the statement and keep messages apart; the rest is variable and left out. A line without a time
 * of day or a level at its start has no header.
 */
import { hashBytes, hashLower, IS_ALPHANUMERIC, IS_DIGIT, IS_LETTER, IS_LOWER, IS_UPPER } from './byte-classes.ts';
import { LEVELS } from './vocabulary.ts';

const MAX_CONSTANTS = 4;
/** A time of day further into the line belongs to the message. */
const MAX_TIME_OFFSET = 72;
const MAX_CHUNKS = 9;
const MIN_KLOG_HEADER = 24;
const MAX_KLOG_HEADER = 120;

/** The constants of the header read last. */
export const header = {
  count: 0,
  hash: new Int32Array(MAX_CONSTANTS),
  start: new Int32Array(MAX_CONSTANTS),
  end: new Int32Array(MAX_CONSTANTS),
};

/** Reads the header of the line into `header`; where the message begins. */
export function readHeader(bytes: Uint8Array, start: number, end: number): number {
  header.count = 0;
  const first = start < end ? bytes[start] : 0;
  if (IS_LOWER[first] === 1) return start;
  const fixed = Math.max(afterKlogHeader(bytes, start, end), afterColonHeader(bytes, start, end));
  if (fixed > 0) return fixed;
  const timed = afterTime(bytes, start, end);
  if (timed < 0) return first === 91 || IS_UPPER[first] === 1 ? afterLevelAndLogger(bytes, start, end, start) : start;
  const message = afterLevelAndLogger(bytes, timed, end, timed);
  return header.count > 0 ? message : afterHostAndProgram(bytes, timed, end);
}

/**
 * `E0501 12:00:00.123456    1234 pod_workers.go:190] `: level, month and day; time; thread; source file and line
 * (https://pkg.go.dev/k8s.io/klog/v2). After it, or -1.
 */
function afterKlogHeader(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < MIN_KLOG_HEADER || !isLetterLevel(bytes[start]) || bytes[start + 5] !== 32) return -1;
  for (let i = start + 1; i < start + 5; i++) if (IS_DIGIT[bytes[i]] === 0) return -1;
  if (bytes[start + 8] !== 58 || bytes[start + 11] !== 58 || !isTimeOfDay(bytes, start, start + 8, end)) return -1;
  const close = bytes.subarray(start, Math.min(end, start + MAX_KLOG_HEADER)).indexOf(93) + start;
  if (close < start || bytes[close + 1] !== 32) return -1;
  const from = bytes.lastIndexOf(32, close) + 1;
  const colon = bytes.lastIndexOf(58, close);
  addConstant(bytes, start, start + 1);
  if (colon > from && !holdsDigit(bytes, from, colon)) addConstant(bytes, from, colon);
  return close + 1;
}

/** `WARNING:app.orders:`, the form of Python's logging.basicConfig. After it, or -1. */
function afterColonHeader(bytes: Uint8Array, start: number, end: number): number {
  let level = start;
  while (level < end && IS_UPPER[bytes[level]] === 1) level++;
  if (level - start < 4 || level - start > 8 || bytes[level] !== 58) return -1;
  let logger = level + 1;
  while (logger < end && (IS_ALPHANUMERIC[bytes[logger]] === 1 || bytes[logger] === 46 || bytes[logger] === 95))
    logger++;
  if (logger === level + 1 || logger >= end || bytes[logger] !== 58 || !LEVELS.has(hashLower(bytes, start, level)))
    return -1;
  addConstant(bytes, start, level);
  if (!holdsDigit(bytes, level + 1, logger)) addConstant(bytes, level + 1, logger);
  return logger + 1;
}

/** After the time that begins the line, or -1. What stands before a time of day holds digits or is a day or month. */
function afterTime(bytes: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + MAX_TIME_OFFSET);
  let at = start;
  let opened = false;
  while (at < limit) {
    const from = at;
    let digits = 0;
    let letters = 0;
    let time = false;
    while (at < end && bytes[at] > 32 && bytes[at] !== 93 && bytes[at] !== 124) {
      const byte = bytes[at];
      if (IS_DIGIT[byte] === 1) digits++;
      else if (IS_LETTER[byte] === 1) letters++;
      else if (byte === 91) opened = true;
      else if (byte === 58 && bytes[at + 3] === 58 && isTimeOfDay(bytes, from, at, end)) time = true;
      // 2005-06-05-08.10.46
      else if (byte === 46 && bytes[at + 3] === 46 && bytes[at - 3] === 45 && bytes[at - 6] === 45)
        time ||= isTimeOfDay(bytes, from, at, end);
      at++;
    }
    if (time || isCompactTime(bytes, from, at, end, digits, letters)) {
      if (opened) while (at < limit && bytes[at] !== 93) at++;
      if (!time) at += 7;
      return at < end && bytes[at] === 93 ? at + 1 : at;
    }
    if (
      digits === 0 &&
      letters > 0 &&
      !(at - from <= 5 && IS_UPPER[bytes[from + (opened ? 1 : 0)]] === 1 && letters === 3)
    )
      return -1;
    if (at < end) at++;
    while (at < end && bytes[at] === 32) at++;
  }
  return -1;
}

/** Whether the colon at `at` is the first of 12:34:56. */
function isTimeOfDay(bytes: Uint8Array, from: number, at: number, end: number): boolean {
  if (at - 2 < from || at + 5 >= end) return false;
  const digits = IS_DIGIT[bytes[at - 1]] + IS_DIGIT[bytes[at - 2]] + IS_DIGIT[bytes[at + 1]] + IS_DIGIT[bytes[at + 2]];
  return digits + IS_DIGIT[bytes[at + 4]] + IS_DIGIT[bytes[at + 5]] === 6;
}

/** `081109 203615`: date and time of six digits each. */
function isCompactTime(
  bytes: Uint8Array,
  from: number,
  to: number,
  end: number,
  digits: number,
  letters: number,
): boolean {
  if (digits !== 6 || letters > 0 || to - from !== 6 || to + 7 >= end || bytes[to + 7] !== 32) return false;
  for (let i = to + 1; i < to + 7; i++) if (IS_DIGIT[bytes[i]] === 0) return false;
  return true;
}

/**
 * Reads numbers, threads in brackets and dashes up to a level, and from there a logger or source file; returns where
 * the message begins, `none` if there is no level.
 */
function afterLevelAndLogger(bytes: Uint8Array, start: number, end: number, none: number): number {
  let at = start;
  let message = none;
  let leveled = false;
  for (let chunks = 0; chunks < MAX_CHUNKS; chunks++) {
    at = afterSeparators(bytes, at, end);
    if (at >= end) break;
    const bracketed = bytes[at] === 91;
    let from = bracketed ? at + 1 : at;
    let to = from;
    while (to < end && (bracketed ? bytes[to] !== 93 : bytes[to] > 32 && bytes[to] !== 124 && bytes[to] !== 91)) to++;
    if (bracketed && to >= end) break;
    const after = bracketed ? to + 1 : to;
    if (bracketed) {
      while (from < to && bytes[from] === 32) from++;
      while (to > from && bytes[to - 1] === 32) to--;
    }
    const colon = to > from && (bytes[to - 1] === 58 || bytes[to - 1] === 44);
    const wordEnd = colon ? to - 1 : to;
    if (!leveled && isLevel(bytes, from, wordEnd, start === none && at === start, after, end)) {
      addConstant(bytes, from, wordEnd);
      leveled = true;
    } else if (leveled && isLogger(bytes, from, wordEnd, bracketed, colon, after, end)) {
      if (!isNumbered(bytes, from, wordEnd)) addConstant(bytes, from, wordEnd);
      return afterSeparators(bytes, after, end);
    } else if (!bracketed && !leveled && isFacility(bytes, from, wordEnd)) {
      if (!holdsDigit(bytes, from, wordEnd)) addConstant(bytes, from, wordEnd);
    } else if (!bracketed && !isNumber(bytes, from, wordEnd)) break;
    else if (leveled && bracketed && chunks > MAX_CHUNKS - 3) break;
    at = after;
    if (leveled) message = at;
  }
  if (!leveled) header.count = 0;
  return leveled ? message : none;
}

/** Over blanks, `-`, `---`, `|`, `:` and `,` that stand alone between the fields of a header. */
function afterSeparators(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (
    at < end &&
    (bytes[at] === 32 ||
      bytes[at] === 45 ||
      bytes[at] === 124 ||
      bytes[at] === 58 ||
      bytes[at] === 44 ||
      bytes[at] === 9)
  ) {
    if (bytes[at] === 45 && at + 1 < end && IS_ALPHANUMERIC[bytes[at + 1]] === 1) break;
    at++;
  }
  return at;
}

function isLevel(bytes: Uint8Array, from: number, to: number, first: boolean, after: number, end: number): boolean {
  const length = to - from;
  if (length === 1 && !first && after + 1 < end)
    return isLetterLevel(bytes[from]) && endsWithColon(bytes, after + 1, end);
  if (length < 3 || length > 9 || !LEVELS.has(hashLower(bytes, from, to))) return false;
  // At the start of a line only capitals are a level: "Error: …" and "Failed …" are messages.
  return !first || IS_UPPER[bytes[to - 1]] === 1;
}

/** V D I W E F of Android. */
function isLetterLevel(byte: number): boolean {
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
  bracketed: boolean,
  colon: boolean,
  after: number,
  end: number,
): boolean {
  let dots = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (byte === 46) dots++;
    else if (IS_ALPHANUMERIC[byte] === 0 && byte !== 36 && byte !== 95 && byte !== 45 && byte !== 58) return false;
  }
  if (from === to || (IS_LETTER[bytes[from]] === 0 && bytes[from] !== 46) || bytes[to - 1] === 46) return false;
  if (bracketed) return dots > 0;
  let next = after;
  while (next < end && bytes[next] === 32) next++;
  const setOff = next > after && next + 1 < end && (bytes[next] === 45 || bytes[next] === 58) && bytes[next + 1] === 32;
  return (colon && bytes[to] === 58) || setOff || dots > 1;
}

/** Hosts and facilities before the level: capitals, or with a digit. */
function isFacility(bytes: Uint8Array, from: number, to: number): boolean {
  let digits = 0;
  let small = 0;
  for (let i = from; i < to; i++) {
    digits += IS_DIGIT[bytes[i]];
    small += IS_LETTER[bytes[i]] - IS_UPPER[bytes[i]];
  }
  return digits > 0 || small === 0;
}

function isNumber(bytes: Uint8Array, from: number, to: number): boolean {
  let digits = 0;
  for (let i = from; i < to; i++) {
    if (IS_LETTER[bytes[i]] === 1) return false;
    digits += IS_DIGIT[bytes[i]];
  }
  return digits > 0;
}

/** worker-3 is one of many; org.acme.Oauth2Service is a class. */
function isNumbered(bytes: Uint8Array, from: number, to: number): boolean {
  let dots = 0;
  for (let i = from; i < to; i++) if (bytes[i] === 46) dots++;
  return dots < 2 && holdsDigit(bytes, from, to);
}

function holdsDigit(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (IS_DIGIT[bytes[i]] === 1) return true;
  return false;
}

/** Syslog: `host program[pid]: `. The program is the constant. */
function afterHostAndProgram(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] === 32) at++;
  while (at < end && bytes[at] > 32 && bytes[at] !== 58 && bytes[at] !== 91) at++;
  if (at >= end || bytes[at] !== 32) return start;
  const from = at + 1;
  let to = from;
  while (
    to < end &&
    (IS_ALPHANUMERIC[bytes[to]] === 1 || bytes[to] === 45 || bytes[to] === 95 || bytes[to] === 46 || bytes[to] === 47)
  )
    to++;
  let after = to;
  while (after < end && bytes[after] > 32 && bytes[after] !== 58) after++;
  if (to === from || after >= end || bytes[after] !== 58 || after + 1 >= end || bytes[after + 1] !== 32) return start;
  if (!holdsDigit(bytes, from, to)) addConstant(bytes, from, to);
  return after + 1;
}

function addConstant(bytes: Uint8Array, from: number, to: number): void {
  const { count } = header;
  if (count >= MAX_CONSTANTS) return;
  header.hash[count] = hashBytes(bytes, from, to);
  header.start[count] = from;
  header.end[count] = to;
  header.count++;
}
