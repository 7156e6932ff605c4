/**
 * The parts of the per-record walk that are off its fast path: varints of several bytes, fields to pass over, and
 * values that are not plain strings. What they find is left in `found`, so that nothing is allocated per record.
 */
import { MalformedRequest } from './request-errors.ts';

/** Nested lists and maps beyond this depth are refused, as protobuf implementations do. */
const MAX_DEPTH = 100;

export const found = {
  /** Of `readVarint`: the value, exact below 2^53. */
  value: 0,
  /** Of all: the offset behind what was read. */
  next: 0,
  /** Of `readAnyValue`: field number of the value (0 none) and its own bytes. */
  kind: 0,
  start: -1,
  end: -1,
};

/** Reads a varint of up to ten bytes that must end before `end`. */
export function readVarint(bytes: Uint8Array, at: number, end: number): void {
  if (at < end && bytes[at] < 128) {
    found.value = bytes[at];
    found.next = at + 1;
  } else readLongVarint(bytes, at, end);
}

function readLongVarint(bytes: Uint8Array, at: number, end: number): void {
  const start = at;
  let value = 0;
  let factor = 1;
  for (let i = 0; i < 10; i++) {
    if (at >= end) throw new MalformedRequest(`truncated varint at byte ${start}`);
    const byte = bytes[at++];
    value += (byte & 127) * factor;
    if (byte < 128) {
      found.value = value;
      found.next = at;
      return;
    }
    factor *= 128;
  }
  throw new MalformedRequest(`varint of more than 10 bytes at byte ${start}`);
}

/** Reads a length and checks that so many bytes follow before `end`; gives the end of the field, `found.next` its start. */
export function readLength(bytes: Uint8Array, at: number, end: number): number {
  if (at + 1 < end) {
    let length = bytes[at];
    let start = at + 1;
    if (length > 127) {
      const high = bytes[start++];
      length = high < 128 ? (length & 127) | (high << 7) : LONGER;
    }
    if (length <= end - start) {
      found.next = start;
      return start + length;
    }
  }
  return readLongLength(bytes, at, end);
}

/** A length that nothing fits. */
const LONGER = 0x7fffffff;

function readLongLength(bytes: Uint8Array, at: number, end: number): number {
  readVarint(bytes, at, end);
  if (found.value > end - found.next) throw truncated(at, found.value, end);
  return found.next + found.value;
}

/** Field numbers are 1 to 2^29 − 1. */
export function checkTag(tag: number, at: number): void {
  if (tag < 8 || tag > 0xffffffff) throw new MalformedRequest(`invalid tag ${tag} before byte ${at}`);
}

/** Passes over the value at `at` of the field with this tag and gives the offset behind it. */
export function skipValue(bytes: Uint8Array, at: number, end: number, tag: number): number {
  checkTag(tag, at);
  switch (tag % 8) {
    case 0:
      readVarint(bytes, at, end);
      return found.next;
    case 1:
      if (end - at < 8) throw truncated(at, 8, end);
      return at + 8;
    case 2:
      return readLength(bytes, at, end);
    case 5:
      if (end - at < 4) throw truncated(at, 4, end);
      return at + 4;
    default:
      throw new MalformedRequest(`unsupported wire type ${tag % 8} of field ${Math.floor(tag / 8)} before byte ${at}`);
  }
}

/**
 * Reads the AnyValue `bytes[start, end)` into `found`; of several values the last counts.
 * With `deep`, lists and maps are checked to their bottom, so that whoever reads them later may trust the lengths.
 */
export function readAnyValue(bytes: Uint8Array, start: number, end: number, deep: boolean): void {
  if (end - start >= 2 && bytes[start] === 0x0a && isWholeText(bytes, start + 1, end)) return;
  let kind = 0;
  let valueStart = -1;
  let valueEnd = -1;
  for (let at = start; at < end;) {
    readVarint(bytes, at, end);
    const tag = found.value;
    at = found.next;
    const next = skipValue(bytes, at, end, tag);
    if (isValueTag(tag)) {
      kind = tag >> 3;
      valueEnd = next;
      valueStart = (tag & 7) === 2 ? contentStart(bytes, at) : at;
    }
    at = next;
  }
  if (deep && (kind === ARRAY || kind === KEY_VALUES)) checkList(bytes, valueStart, valueEnd, kind, 1);
  found.kind = kind;
  found.start = valueStart;
  found.end = valueEnd;
  found.next = end;
}

/** The usual value, one string with a length of one or two bytes that fills the AnyValue. */
function isWholeText(bytes: Uint8Array, at: number, end: number): boolean {
  let length = bytes[at++];
  if (length > 127) {
    if (at === end || bytes[at] > 127) return false;
    length = (length & 127) | (bytes[at++] << 7);
  }
  if (at + length !== end) return false;
  found.kind = 1;
  found.start = at;
  found.end = found.next = end;
  return true;
}

const ARRAY = 5;
const KEY_VALUES = 6;

/** string 1, bool 2, int 3, double 4, array 5, kvlist 6, bytes 7, each with its wire type. */
function isValueTag(tag: number): boolean {
  return tag === 0x0a || tag === 0x10 || tag === 0x18 || tag === 0x21 || tag === 0x2a || tag === 0x32 || tag === 0x3a;
}

/** Checks a message whose field 1 is a list of KeyValue (Resource, KeyValueList), to the bottom. */
export function checkKeyValues(bytes: Uint8Array, start: number, end: number): void {
  checkList(bytes, start, end, KEY_VALUES, 1);
}

/** Checks the entries of an ArrayValue or KeyValueList. */
function checkList(bytes: Uint8Array, start: number, end: number, kind: number, depth: number): void {
  if (depth > MAX_DEPTH) throw new MalformedRequest(`value nested deeper than ${MAX_DEPTH} at byte ${start}`);
  for (let at = start; at < end;) {
    readVarint(bytes, at, end);
    const tag = found.value;
    const valueAt = found.next;
    const next = skipValue(bytes, valueAt, end, tag);
    if (tag === 0x0a) {
      const inner = contentStart(bytes, valueAt);
      if (kind === ARRAY) checkAnyValue(bytes, inner, next, depth);
      else checkKeyValue(bytes, inner, next, depth);
    }
    at = next;
  }
}

function checkKeyValue(bytes: Uint8Array, start: number, end: number, depth: number): void {
  for (let at = start; at < end;) {
    readVarint(bytes, at, end);
    const tag = found.value;
    const valueAt = found.next;
    const next = skipValue(bytes, valueAt, end, tag);
    if (tag === 0x12) checkAnyValue(bytes, contentStart(bytes, valueAt), next, depth);
    at = next;
  }
}

function checkAnyValue(bytes: Uint8Array, start: number, end: number, depth: number): void {
  for (let at = start; at < end;) {
    readVarint(bytes, at, end);
    const tag = found.value;
    const valueAt = found.next;
    const next = skipValue(bytes, valueAt, end, tag);
    if (tag === 0x2a || tag === 0x32) checkList(bytes, contentStart(bytes, valueAt), next, tag >> 3, depth + 1);
    at = next;
  }
}

/** Behind the length that begins at `at` and was checked before. */
function contentStart(bytes: Uint8Array, at: number): number {
  while (bytes[at++] > 127);
  return at;
}

export function truncated(at: number, needed: number, end: number): MalformedRequest {
  return new MalformedRequest(`truncated: ${needed} bytes needed at byte ${at}, the message ends at byte ${end}`);
}
