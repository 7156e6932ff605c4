/**
 * Writes and reads the engine's state as bytes: numbers as float64, arrays as they lie in memory (little-endian hosts,
 * which is every platform Node runs on). What was written is read back in the same order; there are no names inside.
 */
type Column = Float64Array | Float32Array | Int32Array | Uint8Array;

export class StateWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #length = 0;

  /** @param room Bytes to make room for at first, when about so many will come. */
  constructor(room = 4096) {
    this.#bytes = new Uint8Array(room);
    this.#view = new DataView(this.#bytes.buffer);
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
    const used = Math.min(length, values.length) * values.BYTES_PER_ELEMENT;
    this.number(used);
    const at = this.#room(used);
    this.#bytes.set(new Uint8Array(values.buffer, values.byteOffset, used), at);
  }

  /** What was written, in a buffer of its own that may be handed over. Nothing can be written any more. */
  finish(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bytes.buffer.transfer(this.#length));
  }

  /** Where the next `length` bytes go. */
  #room(length: number): number {
    const at = this.#length;
    this.#length += length;
    if (this.#length > this.#bytes.length) {
      // Of many megabytes: the memory grows where it lies, if it can.
      this.#bytes = new Uint8Array(this.#bytes.buffer.transfer(Math.max(this.#length, this.#bytes.length * 2)));
      this.#view = new DataView(this.#bytes.buffer);
    }
    return at;
  }
}

const encoder = new TextEncoder();

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

  /** Fills the beginning of `target`, which must be long enough. */
  column(target: Column): void {
    const bytes = this.bytes();
    new Uint8Array(target.buffer, target.byteOffset, target.byteLength).set(bytes);
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
