/**
 * Finds the header that many programs put before a message: time, host, process, level, logger. Level, logger and source
 * file are constants of the statement and keep messages apart; the rest is variable and left out. A line without a time
 * of day or a level at its start has no header.
 */
import { hashLower, IS_ALPHANUMERIC, IS_DIGIT, IS_LETTER, IS_LOWER, IS_UPPER } from './byte-classes.ts';
import { addConstant, header, holdsDigit } from './header-constants.ts';
import { afterLevelAndLogger, isLetterLevel } from './header-fields.ts';
import { afterTime, isTimeOfDay } from './header-time.ts';
import { afterHostAndProgram, afterStreamOfContainer, afterStructuredFields } from './header-syslog.ts';
import { LEVELS } from './vocabulary.ts';

const MIN_KLOG_HEADER = 24;
const MAX_KLOG_HEADER = 120;

/** Reads the header of the line into `header`; where the message begins. */
export function readHeader(bytes: Uint8Array, start: number, end: number): number {
  header.count = 0;
  header.holdsDigit = false;
  const first = start < end ? bytes[start] : 0;
  // A JSON body says itself which of its values are time, level and message.
  if (IS_LOWER[first] === 1 || first === 123) return start;
  const capital = IS_UPPER[first] === 1;
  if (capital) {
    if (beginsAsSentence(bytes, start, end)) return start;
    const fixed = Math.max(afterKlogHeader(bytes, start, end), afterColonHeader(bytes, start, end));
    if (fixed > 0) return fixed;
  }
  const timed = afterTime(bytes, start, end);
  if (timed < 0) return capital || first === 91 ? afterLevelAndLogger(bytes, start, end, start) : start;
  if (first === 60) {
    const structured = afterStructuredFields(bytes, start, timed, end);
    if (structured > 0) return afterInnerHeader(bytes, structured, end);
  }
  const message = afterLevelAndLogger(bytes, timed, end, timed);
  if (header.count > 0) return message;
  const program = Math.max(afterHostAndProgram(bytes, timed, end), afterStreamOfContainer(bytes, timed, end));
  return program > timed ? afterInnerHeader(bytes, program, end) : afterClassName(bytes, timed, end);
}

/** `daemon[17]: I0501 12:00:00.123456 1 main.go:12] started`: what syslog or a container's log carries may have one of its own. */
function afterInnerHeader(bytes: Uint8Array, program: number, end: number): number {
  let start = program;
  while (start < end && bytes[start] === 32) start++;
  const first = start < end ? bytes[start] : 0;
  if (IS_UPPER[first] === 1) {
    if (beginsAsSentence(bytes, start, end)) return program;
    const fixed = Math.max(afterKlogHeader(bytes, start, end), afterColonHeader(bytes, start, end));
    return fixed > 0 ? fixed : afterLevelAndLogger(bytes, start, end, program);
  }
  if (IS_DIGIT[first] === 0 && first !== 91) return program;
  const timed = afterTime(bytes, start, end);
  return timed > 0 ? afterLevelAndLogger(bytes, timed, end, timed) : program;
}

/** `Starting …`, `Failed: …`: a capital and small letters, and no day or month. No header begins so; most messages do. */
function beginsAsSentence(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start + 1;
  while (at < end && IS_LETTER[bytes[at]] === 1) at++;
  if (at - start < 4 || IS_LOWER[bytes[at - 1]] === 0) return false;
  if (at < end && (bytes[at] === 58 || bytes[at] === 44)) at++;
  return at >= end || bytes[at] <= 32;
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
  addConstant(start, start + 1);
  if (colon > from && !holdsDigit(bytes, from, colon)) addConstant(from, colon);
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
  addConstant(start, level);
  if (!holdsDigit(bytes, level + 1, logger)) addConstant(level + 1, logger);
  return logger + 1;
}

/** `org.acme.OrderService place`: the first of the two lines of java.util.logging names class and method. */
function afterClassName(bytes: Uint8Array, start: number, end: number): number {
  let from = start;
  while (from < end && bytes[from] === 32) from++;
  let at = from;
  let dots = 0;
  let simpleName = from;
  for (; at < end && bytes[at] > 32; at++) {
    if (bytes[at] === 46) {
      dots++;
      simpleName = at + 1;
    } else if (IS_ALPHANUMERIC[bytes[at]] === 0 && bytes[at] !== 36 && bytes[at] !== 95) return start;
  }
  if (dots < 2 || IS_LOWER[bytes[from]] === 0 || IS_UPPER[bytes[simpleName]] === 0) return start;
  addConstant(from, at);
  header.holdsDigit = holdsDigit(bytes, from, at);
  return at;
}
