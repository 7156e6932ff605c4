/**
 * Writes and reads the engine's state as bytes: numbers as float64, arrays as they lie in memory (little-endian hosts,
 * which is every platform Node runs on). What was written is read back in the same order; there are no names inside.
 */
import { float64Column } from '../columns/small-columns.ts';

type Column = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

export class StateWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #length = 0;

  /** @param memory Where to write first; more of its kind is made when it is full. */
  constructor(memory: ArrayBufferLike = new ArrayBuffer(4096)) {
    this.#bytes = new Uint8Array(memory);
    this.#view = new DataView(memory);
  }

  /** Bytes written. */
  get length(): number {
    return this.#length;
  }

  number(value: number): void {
    const at = this.#room(8);
    this.#view.setFloat64(at, value, true);
  }

  text(value: string): void {
    this.bytes(encoder.encode(value));
  }

  bytes(value: Uint8Array): void {
    this.number(value.length);
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
  }

  /** The first `length` values of a column. */
  column(values: Column, length: number = values.length): void {
    const count = Math.min(length, values.length);
    const used = count * values.BYTES_PER_ELEMENT;
    this.number(used);
    const at = this.#room(used);
    // Most columns are a few numbers, and another view of them would cost more than the numbers.
    if (count <= FEW && values instanceof Float64Array)
      for (let i = 0; i < count; i++) this.#view.setFloat64(at + 8 * i, values[i], true);
    else this.#bytes.set(new Uint8Array(values.buffer, values.byteOffset, used), at);
  }

  /** What `write` writes, with its length before it, so that a reader may pass over it. */
  section(write: () => void): void {
    const at = this.#room(8);
    write();
    this.#view.setFloat64(at, this.#length - at - 8, true);
  }

  /** What was written, where it was written. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Where the next `length` bytes go. */
  #room(length: number): number {
    const at = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.length) this.#grow(at);
    return at;
  }

  #grow(written: number): void {
    const bytes = Math.max(this.#length, this.#bytes.length * 2);
    const isShared = this.#bytes.buffer instanceof SharedArrayBuffer;
    const grown = new Uint8Array(isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
    grown.set(this.#bytes.subarray(0, written));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

const encoder = new TextEncoder();
/** Numbers of a column that are written one by one. */
const FEW = 12;

export class StateReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  number(): number {
    return new Float64Array(this.#raw(8).slice().buffer)[0];
  }

  text(): string {
    return new TextDecoder().decode(this.bytes());
  }

  /** A copy that the caller owns. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#raw(this.number()).slice();
  }

  /** Reads what `StateWriter.section` wrote. */
  section(): StateReader {
    return new StateReader(this.#raw(this.number()));
  }

  /** Fills the beginning of `target`, which must be long enough. */
  column(target: Column): void {
    const bytes = this.bytes();
    new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(bytes);
  }

  /** A column of the length that it was written with, for the caller to keep. */
  float64s(): Float64Array<ArrayBuffer> {
    const bytes = this.#raw(this.number());
    const column = float64Column(bytes.length / 8);
    new Uint8Array(column.buffer, column.byteOffset, bytes.length).set(bytes);
    return column;
  }

  #raw(length: number): Uint8Array {
    const end = this.#at + length;
    if (!(end <= this.#bytes.length))
      throw new RangeError(
        `snapshot: expected ${length} more bytes at byte ${this.#at}, got ${this.#bytes.length - this.#at}`,
      );
    const part = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return part;
  }
}
