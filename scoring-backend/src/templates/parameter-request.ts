/**
 * The HTTP request that a message speaks of: `"GET /path?query HTTP/1.1" 404 …` as servers and proxies write it, quoted
 * or not, and the status wherever it stands behind it.
 */
import { IS_DIGIT, IS_UPPER } from './byte-classes.ts';

/** The request found last: its target `[start, end)` and its status, 0 when none is given. */
export const request = { start: -1, end: -1, status: 0 };

const LONGEST_METHOD = 8;
const MOST_BYTES = 4096;
/** The status stands this close behind the target. */
const STATUS_WITHIN = 48;

/** Looks through `bytes[start, end)`; false when there is no request. */
export function findRequest(bytes: Uint8Array, start: number, end: number): boolean {
  const limit = Math.min(end, start + MOST_BYTES);
  for (let at = start; at < limit; at++) {
    if (bytes[at] !== SLASH) continue;
    const target = targetStart(bytes, at, start);
    if (target >= 0 && followsMethod(bytes, target, start)) {
      request.start = target;
      request.end = targetEnd(bytes, at, limit);
      request.status = statusBehind(bytes, request.end, limit);
      return true;
    }
  }
  return false;
}

/** Where the target with its first slash at `slash` begins: `/path`, or `http://host/path` for a proxy; -1 for none. */
function targetStart(bytes: Uint8Array, slash: number, start: number): number {
  if (slash === start) return -1;
  if (bytes[slash - 1] === BLANK) return slash;
  if (bytes[slash - 1] !== COLON) return -1;
  let at = slash - 1;
  while (at > start && bytes[at - 1] !== BLANK && slash - at < 8) at--;
  return bytes[at] === LETTER_H ? at : -1;
}

/** Capitals, three to eight of them, and a blank before the target: the method. */
function followsMethod(bytes: Uint8Array, target: number, start: number): boolean {
  let at = target - 2;
  while (at >= start && IS_UPPER[bytes[at]] === 1 && target - at <= LONGEST_METHOD + 2) at--;
  const length = target - 2 - at;
  if (length < 3 || length > LONGEST_METHOD) return false;
  return at < start || bytes[at] === QUOTE || bytes[at] === BLANK || bytes[at] === APOSTROPHE || bytes[at] === 91;
}

/** To ` HTTP/`, the closing quote, or the next blank where neither comes: raw attacks have blanks in them. */
function targetEnd(bytes: Uint8Array, from: number, limit: number): number {
  let blank = -1;
  let quote = -1;
  for (let at = from; at < limit; at++) {
    const byte = bytes[at];
    if (byte === QUOTE && quote < 0) quote = at;
    if (byte === BLANK) {
      if (blank < 0) blank = at;
      const isHttp = bytes[at + 1] === 72 && bytes[at + 2] === 84 && bytes[at + 3] === 84 && bytes[at + 4] === 80;
      if (isHttp && at + 5 < limit && bytes[at + 5] === SLASH) return at;
    } else if (byte === 10) break;
  }
  if (blank < 0) return quote < 0 ? limit : quote;
  return quote < 0 ? blank : Math.min(blank, quote);
}

/** Three digits of their own, 100 to 599, behind the protocol, a quote or `status`. */
function statusBehind(bytes: Uint8Array, from: number, limit: number): number {
  const end = Math.min(limit, from + STATUS_WITHIN);
  for (let at = from; at + 2 < end; at++) {
    if (IS_DIGIT[bytes[at]] === 0 || IS_DIGIT[bytes[at - 1]] === 1 || bytes[at - 1] === 46) continue;
    if (bytes[at - 1] === SLASH || IS_DIGIT[bytes[at + 1]] === 0 || IS_DIGIT[bytes[at + 2]] === 0) continue;
    if (at + 3 < limit && (IS_DIGIT[bytes[at + 3]] === 1 || bytes[at + 3] === 46)) return 0;
    const status = (bytes[at] - 48) * 100 + (bytes[at + 1] - 48) * 10 + bytes[at + 2] - 48;
    return status >= 100 && status < 600 ? status : 0;
  }
  return 0;
}

const SLASH = 47;
const BLANK = 32;
const COLON = 58;
const QUOTE = 34;
const APOSTROPHE = 39;
const LETTER_H = 104;
