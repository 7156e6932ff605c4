/**
 * Writes and reads the engine's state as bytes: numbers as float64, arrays as they lie in memory (little-endian hosts,
 * which is every platform Node runs on), each entry from a multiple of 8 bytes on. What was written is read back in the
 * same order; there are no names inside.
 *
 * A checkpoint is hundreds of thousands of small entries, and verdicts wait for it: nothing is made per entry, no view of
 * a column and no encoded text.
 */
import { float64Column } from './small-columns.ts';

type Column = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

export class StateWriter {
  /** The memory, as each kind of column sees it. */
  #bytes: Uint8Array;
  #uint16s: Uint16Array;
  #uint32s: Uint32Array;
  #int32s: Int32Array;
  #float32s: Float32Array;
  #float64s: Float64Array;
  #length = 0;

  /**
   * @param memory Where to write first; more of its kind is made when it is full
   * @throws RangeError when it is no multiple of 8 bytes long
   */
  constructor(memory: ArrayBufferLike = new ArrayBuffer(4096)) {
    [this.#bytes, this.#uint16s, this.#uint32s, this.#int32s, this.#float32s, this.#float64s] = views(memory);
  }

  /** Bytes written, a multiple of 8. */
  get length(): number {
    return this.#length;
  }

  number(value: number): void {
    const at = this.#room(8);
    this.#float64s[at >>> 3] = value;
  }

  text(value: string): void {
    const most = value.length * MOST_BYTES_PER_CHARACTER;
    const at = this.#room(8 + most);
    const start = at + 8;
    const bytes = this.#bytes;
    let length = 0;
    if (value.length <= SHORT)
      for (; length < value.length; length++) {
        const code = value.charCodeAt(length);
        if (code > LAST_ASCII) break;
        bytes[start + length] = code;
      }
    if (length < value.length) length = encoder.encodeInto(value, bytes.subarray(start, start + most)).written;
    // Room was taken for the longest that it could have been.
    this.#length = at;
    this.#entry(length);
  }

  /** A few numbers; they are read as a column. */
  numbers(...values: readonly number[]): void {
    const at = this.#entry(8 * values.length) >>> 3;
    for (let i = 0; i < values.length; i++) this.#float64s[at + i] = values[i];
  }

  /** The first `length` of some bytes. */
  bytes(value: Uint8Array, length: number = value.length): void {
    const at = this.#entry(length);
    if (length <= SHORT) for (let i = 0; i < length; i++) this.#bytes[at + i] = value[i];
    else this.#bytes.set(length < value.length ? value.subarray(0, length) : value, at);
  }

  /** The first `length` values of a column, or as many as it has. */
  column(values: Column, length = Infinity): void {
    // Each kind by itself: what does not know which one it has is slow, and `set` copies memory from a kind to its own.
    if (values instanceof Float64Array) {
      const count = Math.min(values.length, length);
      const at = this.#entry(8 * count) >>> 3;
      if (count <= FEW) for (let i = 0; i < count; i++) this.#float64s[at + i] = values[i];
      else this.#float64s.set(count < values.length ? values.subarray(0, count) : values, at);
    } else if (values instanceof Int32Array) {
      const count = Math.min(values.length, length);
      const at = this.#entry(4 * count) >>> 2;
      if (count <= FEW) for (let i = 0; i < count; i++) this.#int32s[at + i] = values[i];
      else this.#int32s.set(count < values.length ? values.subarray(0, count) : values, at);
    } else if (values instanceof Uint8Array) this.bytes(values, Math.min(values.length, length));
    else {
      const used = length < values.length ? values.subarray(0, length) : values;
      const at = this.#entry(used.byteLength);
      if (used instanceof Uint32Array) this.#uint32s.set(used, at >>> 2);
      else if (used instanceof Uint16Array) this.#uint16s.set(used, at >>> 1);
      else this.#float32s.set(used, at >>> 2);
    }
  }

  /** What `write` writes, with its length before it, so that a reader may pass over it. */
  section(write: () => void): void {
    const at = this.#room(8);
    write();
    this.#float64s[at >>> 3] = this.#length - at - 8;
  }

  /** What was written, where it was written. */
  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Writes that so many bytes follow, and gives their place. */
  #entry(bytes: number): number {
    const at = this.#room(8 + bytes);
    this.#float64s[at >>> 3] = bytes;
    // The memory was used before.
    for (let end = at + 8 + bytes; (end & 7) !== 0; end++) this.#bytes[end] = 0;
    return at + 8;
  }

  /** Where the next `length` bytes go. */
  #room(length: number): number {
    const at = this.#length;
    this.#length += padded(length);
    if (this.#length > this.#bytes.length) this.#grow(at);
    return at;
  }

  #grow(written: number): void {
    const bytes = Math.max(this.#length, this.#bytes.length * 2);
    const before = this.#bytes.subarray(0, written);
    const isShared = before.buffer instanceof SharedArrayBuffer;
    const memory = isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
    [this.#bytes, this.#uint16s, this.#uint32s, this.#int32s, this.#float32s, this.#float64s] = views(memory);
    this.#bytes.set(before);
  }
}

function views(
  memory: ArrayBufferLike,
): [Uint8Array, Uint16Array, Uint32Array, Int32Array, Float32Array, Float64Array] {
  const [bytes, halves, words] = [new Uint8Array(memory), new Uint16Array(memory), new Uint32Array(memory)];
  return [bytes, halves, words, new Int32Array(memory), new Float32Array(memory), new Float64Array(memory)];
}

function padded(bytes: number): number {
  return (bytes + 7) & ~7;
}

const encoder = new TextEncoder();
/** Of a UTF-16 code unit, in UTF-8. */
const MOST_BYTES_PER_CHARACTER = 3;
/** A text of so few characters is written one by one, if it is ASCII. */
const SHORT = 64;
const LAST_ASCII = 127;
/** Numbers of a column that are written one by one. */
const FEW = 12;

export class StateReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Is there nothing (more) to read? */
  get empty(): boolean {
    return this.#at === this.#bytes.length;
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
    this.#at += padded(length);
    return part;
  }
}
