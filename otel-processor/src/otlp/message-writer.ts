/**
 * Writes protobuf messages front to back into a buffer that grows. For answers and translated requests;
 * the annotator (splice.ts) has a faster way of its own.
 */
import { FIXED32, FIXED64, LENGTH, VARINT, varintBytes, writeVarint } from './wire.ts';

export class MessageWriter {
  #bytes: Buffer;
  #view: DataView;
  #length = 0;

  /** @param capacity Bytes to begin with; a good guess saves copies. */
  constructor(capacity = 256) {
    this.#bytes = Buffer.allocUnsafeSlow(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Begins anew in the same memory: what `finish` gave before is written over. */
  clear(): this {
    this.#length = 0;
    return this;
  }

  /** The bytes written so far; they belong to the caller. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** An unsigned varint field; value in [0, 2^53). */
  varint(field: number, value: number): void {
    this.#tag(field, VARINT);
    this.#room(10);
    this.#length = writeVarint(this.#bytes, this.#length, value);
  }

  /** A varint field of 64 bits; a negative value takes ten bytes, as int64 does. */
  varint64(field: number, value: bigint): void {
    this.#tag(field, VARINT);
    this.#room(10);
    let rest = BigInt.asUintN(64, value);
    for (; rest > 127n; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 127n) | 0x80;
    this.#bytes[this.#length++] = Number(rest);
  }

  fixed32(field: number, value: number): void {
    this.#tag(field, FIXED32);
    this.#room(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  fixed64(field: number, value: bigint): void {
    this.#tag(field, FIXED64);
    this.#room(8);
    this.#view.setBigUint64(this.#length, value, true);
    this.#length += 8;
  }

  double(field: number, value: number): void {
    this.#tag(field, FIXED64);
    this.#room(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  bytes(field: number, value: Uint8Array): void {
    this.#tag(field, LENGTH);
    this.#room(10 + value.length);
    this.#length = writeVarint(this.#bytes, this.#length, value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** The same of `value[start, end)`. */
  bytesOf(field: number, value: Buffer, start: number, end: number): void {
    this.#tag(field, LENGTH);
    this.#room(10 + end - start);
    this.#length = writeVarint(this.#bytes, this.#length, end - start);
    this.#length += value.copy(this.#bytes, this.#length, start, end);
  }

  text(field: number, value: string): void {
    const length = Buffer.byteLength(value, 'utf8');
    this.#tag(field, LENGTH);
    this.#room(10 + length);
    this.#length = writeVarint(this.#bytes, this.#length, length);
    this.#length += this.#bytes.write(value, this.#length, 'utf8');
  }

  /** A field that holds a message, which `write` fills. */
  message(field: number, write: (inner: MessageWriter) => void): void {
    this.#tag(field, LENGTH);
    // One byte is kept for the length; a longer one moves the message up, which is rare enough and cheap.
    this.#room(1);
    const lengthAt = this.#length++;
    write(this);
    const length = this.#length - lengthAt - 1;
    const extra = varintBytes(length) - 1;
    if (extra > 0) {
      this.#room(extra);
      this.#bytes.copyWithin(lengthAt + 1 + extra, lengthAt + 1, this.#length);
      this.#length += extra;
    }
    writeVarint(this.#bytes, lengthAt, length);
  }

  #tag(field: number, wireType: number): void {
    this.#room(5);
    this.#length = writeVarint(this.#bytes, this.#length, field * 8 + wireType);
  }

  #room(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.#length + bytes, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}
