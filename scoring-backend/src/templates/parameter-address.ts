/**
 * The address that a message speaks of: an IPv4 or IPv6 address, or whatever stands behind `rhost=`. Of several the one
 * that is named as the other side (`from 10.0.0.7`, `client: …`), else the first.
 */
import { hashWord, IS_ALPHANUMERIC, IS_DIGIT, IS_HEX, LOWER, HASH_SEED } from './byte-classes.ts';

/** The address found last, `[start, end)`. */
export const address = { start: -1, end: -1 };

/** Addresses looked at in one message. */
const MOST_LOOKED_AT = 6;
const MOST_BYTES = 512;
/** Names of the other side, before an address. */
const SOURCE_WORDS = new Set(
  'from client src source rhost ip addr address peer remote remote_addr remoteaddr client_ip clientip host by'
    .split(' ')
    .map(hashWord),
);
const RHOST_IS = hashWord('rhost');
/** What a byte is here: from MAY_BEGIN on it may begin an address. */
const BETWEEN = 0;
const WORD = 1;
const MAY_BEGIN = 2;
const DIGIT = 3;
const LETTER_R = 114;
const DOT = 46;
const COLON = 58;
const EQUALS = 61;
/** Bytes of an address before its first dot or colon. */
const MOST_BEFORE_ANCHOR = 4;
const KIND = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (IS_DIGIT[byte] === 1) return DIGIT;
  if (IS_HEX[byte] === 1 || byte === 58 || byte === LETTER_R) return MAY_BEGIN;
  return IS_ALPHANUMERIC[byte] === 1 || byte === 46 ? WORD : BETWEEN;
});

/** What stands in an address or, of `rhost=`, right behind: words without it are passed over. */
const IS_ANCHOR = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte === DOT || byte === COLON || byte === EQUALS ? 1 : 0,
);

/** Looks through `bytes[start, end)`; false when there is no address. */
export function findAddress(bytes: Uint8Array, start: number, end: number): boolean {
  const limit = Math.min(end, start + MOST_BYTES);
  address.start = address.end = -1;
  let seen = 0;
  let anchor = start;
  while (seen < MOST_LOOKED_AT) {
    while (anchor < limit && IS_ANCHOR[bytes[anchor]] === 0) anchor++;
    if (anchor >= limit) break;
    const sign = bytes[anchor];
    if (sign === EQUALS) {
      if (isRhost(bytes, start, anchor)) {
        const name = afterHostName(bytes, anchor + 1, limit);
        if (name > anchor + 1 && afterIpv4(bytes, anchor + 1, limit) < 0) {
          address.start = anchor + 1;
          address.end = name;
          return true;
        }
      }
      anchor++;
      continue;
    }
    // The first dot or colon of an address stands near its beginning.
    const least = Math.max(start, anchor - MOST_BEFORE_ANCHOR);
    let at = anchor;
    while (at > least && KIND[bytes[at - 1]] !== BETWEEN) at--;
    const kind = KIND[bytes[at]];
    if (kind < MAY_BEGIN || (at > start && KIND[bytes[at - 1]] !== BETWEEN)) {
      anchor++;
      continue;
    }
    let after = -1;
    if (kind === DIGIT) after = afterIpv4(bytes, at, limit);
    if (after < 0 && sign === COLON) after = afterIpv6(bytes, at, limit);
    if (after <= at) {
      anchor++;
      continue;
    }
    seen++;
    const named = SOURCE_WORDS.has(wordHashBefore(bytes, start, at));
    if (named || address.start < 0) {
      address.start = at;
      address.end = after;
    }
    if (named) return true;
    // What is left of the word begins no address.
    anchor = after;
    while (anchor < limit && KIND[bytes[anchor]] !== BETWEEN) anchor++;
  }
  return address.start >= 0;
}

/** Is the word before `at` `rhost`, and no more than that? */
function isRhost(bytes: Uint8Array, start: number, at: number): boolean {
  const from = at - 5;
  if (from < start || bytes[from] !== LETTER_R || wordHash(bytes, from, at) !== RHOST_IS) return false;
  return from === start || KIND[bytes[from - 1]] === BETWEEN;
}

function wordHash(bytes: Uint8Array, from: number, end: number): number {
  if (bytes[end] !== 61) return 0;
  let hash = HASH_SEED;
  for (let i = from; i < end; i++) hash = Math.imul(hash ^ LOWER[bytes[i]], 0x01000193);
  return hash;
}

/** The end of the dotted quad at `at`, or -1. Five numbers are a version or an object identifier. */
export function afterIpv4(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  for (let part = 0; part < 4; part++) {
    let value = 0;
    let digits = 0;
    while (i < end && IS_DIGIT[bytes[i]] === 1 && digits < 4) {
      value = value * 10 + bytes[i++] - 48;
      digits++;
    }
    if (digits === 0 || digits > 3 || value > 255) return -1;
    if (part < 3 && (i >= end || bytes[i++] !== 46)) return -1;
  }
  if (i < end && (IS_ALPHANUMERIC[bytes[i]] === 1 || bytes[i] === 45)) return -1;
  return i + 1 < end && bytes[i] === 46 && IS_DIGIT[bytes[i + 1]] === 1 ? -1 : i;
}

/** The end of the IPv6 address at `at`, or -1: eight groups, or fewer with one `::`. Times (12:30:01) are none. */
function afterIpv6(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  let groups = 0;
  let gap = false;
  while (i < end && i - at < 40) {
    if (bytes[i] === 58 && i + 1 < end && bytes[i + 1] === 58) {
      if (gap) return -1;
      gap = true;
      i += 2;
      continue;
    }
    const from = i;
    while (i < end && i - from < 5 && IS_HEX[bytes[i]] === 1) i++;
    if (i === from || i - from > 4) break;
    groups++;
    if (i + 1 >= end || bytes[i] !== 58 || (bytes[i + 1] !== 58 && IS_HEX[bytes[i + 1]] === 0)) break;
    if (bytes[i + 1] !== 58) i++;
  }
  if (i < end && IS_ALPHANUMERIC[bytes[i]] === 1) return -1;
  if (gap ? groups === 0 || groups > 7 : groups !== 8) return -1;
  return i;
}

function afterHostName(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && (IS_ALPHANUMERIC[bytes[i]] === 1 || bytes[i] === 46 || bytes[i] === 45 || bytes[i] === 95)) i++;
  return i;
}

/** Hash of the word (small letters) that stands before `at`, over blanks, quotes, `=`, `:`, `(`, `[`. */
function wordHashBefore(bytes: Uint8Array, start: number, at: number): number {
  let end = at;
  while (end > start && IS_BETWEEN[bytes[end - 1]] === 1) end--;
  let from = end;
  while (from > start && end - from < 16 && (IS_ALPHANUMERIC[bytes[from - 1]] === 1 || bytes[from - 1] === 95)) from--;
  let hash = HASH_SEED;
  for (let i = from; i < end; i++) hash = Math.imul(hash ^ LOWER[bytes[i]], 0x01000193);
  return hash;
}

const IS_BETWEEN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte > 0 && ' "\'=:([/'.includes(String.fromCharCode(byte)) ? 1 : 0,
);
