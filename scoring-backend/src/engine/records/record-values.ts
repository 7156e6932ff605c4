/**
 * Who did what, as far as one record says so: address, account, HTTP target and status, duration. Taken from attributes
 * (semantic conventions), and what these leave open from the message. One instance per thread: a record's values are read,
 * judged and learned before the next one's. All ranges are `[start, end)` of `bytes`, start = -1 for none.
 */
import { ADDRESS, DURATION, PATH, QUERY, STATUS, USER } from '@seismo/otel-processor/otlp/record-keys';
import { hashBytes } from '../../templates/byte-classes.ts';
import { address, findAddress } from '../../templates/parameter-address.ts';
import { findRequest, request } from '../../templates/parameter-request.ts';
import { findUser, user } from '../../templates/parameter-user.ts';
import type { WindowValues } from '../../windows/window-values.ts';
import type { RecordBatch } from '../record-batch.ts';

export class RecordValues {
  bytes: Uint8Array = new Uint8Array(0);
  addressStart = -1;
  addressEnd = -1;
  userStart = -1;
  userEnd = -1;
  /** Path, with the query when they stand together. */
  targetStart = -1;
  targetEnd = -1;
  /** The query, when it stands apart. */
  queryStart = -1;
  queryEnd = -1;
  /** HTTP status, 0 unknown. */
  status = 0;
  /** ms, NaN unknown. */
  durationMs = NaN;

  /** Begins a record with its attributes, values `[first, last)` of the batch. */
  begin(batch: RecordBatch, first: number, last: number): void {
    this.bytes = batch.bytes;
    this.addressStart = this.userStart = this.targetStart = this.queryStart = -1;
    this.status = 0;
    this.durationMs = NaN;
    for (let v = first; v < last; v++) this.#take(batch, v);
  }

  /** Looks for an address in `[start, end)` unless an attribute gave one. */
  lookForAddress(start: number, end: number): void {
    if (this.addressStart >= 0 || !findAddress(this.bytes, start, end)) return;
    this.addressStart = address.start;
    this.addressEnd = address.end;
  }

  lookForUser(start: number, end: number): void {
    if (this.userStart >= 0 || !findUser(this.bytes, start, end)) return;
    this.userStart = user.start;
    this.userEnd = user.end;
  }

  lookForRequest(start: number, end: number): void {
    if (this.targetStart >= 0 || !findRequest(this.bytes, start, end)) return;
    this.targetStart = request.start;
    this.targetEnd = request.end;
    if (this.status === 0) this.status = request.status;
  }

  /** Adds who and how long to a window. */
  addTo(window: WindowValues): void {
    if (this.userStart >= 0) window.addUser(mixed(this.bytes, this.userStart, this.userEnd));
    if (this.addressStart >= 0) window.addAddress(mixed(this.bytes, this.addressStart, this.addressEnd));
    if (this.durationMs >= 0) window.addDuration(this.durationMs);
  }

  #take(batch: RecordBatch, v: number): void {
    const start = batch.valueStart[v];
    const end = batch.valueEnd[v];
    const isText = batch.valueKind[v] === TEXT;
    switch (batch.valueMeaning[v]) {
      case ADDRESS:
        if (!isText || end === start) return;
        this.addressStart = start;
        this.addressEnd = end;
        return;
      case USER:
        if (!isText || end === start) return;
        this.userStart = start;
        this.userEnd = end;
        return;
      case PATH:
        if (!isText) return;
        this.targetStart = start;
        this.targetEnd = end;
        return;
      case QUERY:
        if (!isText) return;
        this.queryStart = start;
        this.queryEnd = end;
        return;
      case STATUS: {
        const status = numberOf(batch, v);
        this.status = status >= 100 && status < 600 ? status : 0;
        return;
      }
      case DURATION:
        this.durationMs = numberOf(batch, v) * 1000;
    }
  }
}

/** FNV-1a and MurmurHash3's final mix: sketches want all bits alike. */
function mixed(bytes: Uint8Array, start: number, end: number): number {
  const hash = hashBytes(bytes, start, end);
  const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  const whole = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return whole ^ (whole >>> 16);
}

/** A value as a number, NaN when it is none. */
export function numberOf(batch: RecordBatch, v: number): number {
  const { bytes } = batch;
  const start = batch.valueStart[v];
  const end = batch.valueEnd[v];
  if (batch.valueKind[v] === DOUBLE) return new DataView(bytes.buffer, bytes.byteOffset + start, 8).getFloat64(0, true);
  let value = 0;
  if (batch.valueKind[v] === TEXT) {
    for (let at = start; at < end; at++) {
      const digit = bytes[at] - 48;
      if (!(digit >= 0 && digit < 10)) return NaN;
      value = value * 10 + digit;
    }
    return end > start ? value : NaN;
  }
  let factor = 1;
  for (let at = start; at < end; at++, factor *= 128) value += (bytes[at] & 127) * factor;
  return value;
}

/** Kinds of values, as field numbers of AnyValue. */
const TEXT = 1;
const DOUBLE = 4;
