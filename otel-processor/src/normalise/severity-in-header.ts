/**
 * A level among the fields that begin a line, however many there are: times, hosts, ids and facilities hold digits or are
 * written in capitals (`1117838570 2005.06.03 R02-M1 RAS KERNEL FATAL data TLB error`), so the first field of small letters
 * is where the message begins. There one letter may be a level as well: Android's `1702  2395 D WindowManager: …`, and
 * klog's `E0501 12:00:00.123456` (https://pkg.go.dev/k8s.io/klog/v2).
 */
import { levelOf } from './severity-words.ts';

/** A header is no longer than this. */
const MOST_BYTES = 192;
const DIGIT = 1;
const SMALL = 2;
const CAPITAL = 4;
const SIGN = 8;
const KIND = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x30 && byte <= 0x39) return DIGIT;
  if (byte >= 0x61 && byte <= 0x7a) return SMALL;
  return byte >= 0x41 && byte <= 0x5a ? CAPITAL : SIGN;
});

/** The level of the line `bytes[start, end)` by its header, 0 when that names none. */
export function severityInHeader(bytes: Uint8Array, start: number, end: number): number {
  const limit = Math.min(end, start + MOST_BYTES);
  if (isKlog(bytes, start, end)) return levelOf(bytes, start, start + 1);
  let numbered = false;
  for (let at = start; at < limit;) {
    if (bytes[at] <= 0x20) {
      at++;
      continue;
    }
    const from = at;
    let kinds = 0;
    for (; at < end && bytes[at] > 0x20; at++) kinds |= KIND[bytes[at]];
    if (kinds === CAPITAL) {
      const level = at - from > 1 ? levelOf(bytes, from, at) : numbered ? letterLevel(bytes, from, end) : 0;
      if (level !== 0) return level;
    }
    if ((kinds & SMALL) !== 0 && (kinds & DIGIT) === 0) return 0;
    numbered = (kinds & DIGIT) !== 0;
  }
  return 0;
}

/** Of a letter that stands alone behind a number and before a name with a colon. */
function letterLevel(bytes: Uint8Array, letter: number, end: number): number {
  let at = letter + 2;
  while (at < end && bytes[at] > 0x20 && bytes[at] !== 0x3a) at++;
  return at > letter + 2 && at < end && bytes[at] === 0x3a ? levelOf(bytes, letter, letter + 1) : 0;
}

/** A letter, month and day, a blank, and a time. */
function isKlog(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < KLOG_BYTES || KIND[bytes[start]] !== CAPITAL || bytes[start + 5] !== 0x20) return false;
  if (bytes[start + 8] !== 0x3a || bytes[start + 11] !== 0x3a) return false;
  for (let i = 1; i < 5; i++) if (KIND[bytes[start + i]] !== DIGIT) return false;
  return true;
}

const KLOG_BYTES = 24;
