/**
 * The protobuf wire format for everything that is not per record: a reader that walks fields and a writer.
 * The per-record walk has its own loops (decode.ts), on the same primitives.
 */
import { MalformedRequest } from './request-errors.ts';

export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
export const FIXED32 = 5;

const TEXT = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes that `value` takes as a varint; value in [0, 2^53). */
export function varintBytes(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  if (value < 0x10000000) return 4;
  let bytes = 5;
  for (let rest = Math.floor(value / 0x800000000); rest > 0; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

/** Writes a varint at `at` and gives the offset behind it; value in [0, 2^53). */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  while (value > 0xffffffff) {
    bytes[at++] = (value % 128) | 0x80;
    value = Math.floor(value / 128);
  }
  let low = value >>> 0;
  while (low > 127) {
    bytes[at++] = (low & 127) | 0x80;
    low >>>= 7;
  }
  bytes[at++] = low;
  return at;
}

/**
 * Walks the fields of one message. Field by field: `while (reader.next()) switch (reader.field) …`; a field that is not
 * read is skipped by the next `next()`.
 *
 * Every method throws MalformedRequest, with the offset, instead of reading past the end.
 */
export class FieldReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  /** Number and wire type of the current field. */
  field = 0;
  wireType = 0;
  /** Range of the current field's value; of a length-delimited one without its length. */
  valueStart = 0;
  valueEnd = 0;
  #at: number;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.end = end;
    this.#at = start;
  }

  /** Steps to the next field; false at the end. */
  next(): boolean {
    if (this.#at === this.end) return false;
    const tagAt = this.#at;
    const tag = this.#varint();
    this.field = Math.floor(tag / 8);
    this.wireType = tag % 8;
    if (this.field === 0 || tag > 0xffffffff) throw new MalformedRequest(`invalid tag ${tag} at byte ${tagAt}`);
    if (this.wireType === LENGTH) {
      const length = this.#varint();
      this.valueStart = this.#at;
      this.#advance(length);
    } else {
      this.valueStart = this.#at;
      if (this.wireType === VARINT) this.#varint();
      else if (this.wireType === FIXED64) this.#advance(8);
      else if (this.wireType === FIXED32) this.#advance(4);
      else throw new MalformedRequest(`unsupported wire type ${this.wireType} of field ${this.field} at byte ${tagAt}`);
    }
    this.valueEnd = this.#at;
    return true;
  }

  /** True when the current field has this number and wire type. */
  is(field: number, wireType: number): boolean {
    return this.field === field && this.wireType === wireType;
  }

  /** The current varint as an unsigned number; exact below 2^53. */
  get varint(): number {
    let value = 0;
    for (let i = this.valueEnd - 1; i >= this.valueStart; i--) value = value * 128 + (this.bytes[i] & 127);
    return value;
  }

  /** The current varint as a signed 64-bit integer. */
  get int64(): bigint {
    let value = 0n;
    for (let i = this.valueEnd - 1; i >= this.valueStart; i--) value = (value << 7n) | BigInt(this.bytes[i] & 127);
    return BigInt.asIntN(64, value);
  }

  /** The current value's bytes, not copied. */
  get value(): Uint8Array {
    return this.bytes.subarray(this.valueStart, this.valueEnd);
  }

  /** The current value as UTF-8 text; what is not UTF-8 becomes U+FFFD. */
  get text(): string {
    return TEXT.decode(this.value);
  }

  /** A reader of the message that the current value holds. */
  message(): FieldReader {
    return new FieldReader(this.bytes, this.valueStart, this.valueEnd);
  }

  #advance(length: number): void {
    if (length > this.end - this.#at)
      throw new MalformedRequest(
        `truncated: ${length} bytes needed at byte ${this.#at}, the message ends at byte ${this.end}`,
      );
    this.#at += length;
  }

  /** Exact below 2^53, and in any case too large where it matters. */
  #varint(): number {
    const start = this.#at;
    let value = 0;
    let factor = 1;
    for (let i = 0; i < 10; i++) {
      if (this.#at === this.end) throw new MalformedRequest(`truncated varint at byte ${start}`);
      const byte = this.bytes[this.#at++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
    throw new MalformedRequest(`varint of more than 10 bytes at byte ${start}`);
  }
}
