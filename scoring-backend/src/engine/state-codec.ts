/**
 * Writes and reads the engine's state as bytes: numbers as float64, arrays as they lie in memory (little-endian hosts,
 * which is every platform Node runs on). What was written is read back in the same order; there are no names inside.
 */
type Column = Float64Array | Float32Array | Int32Array | Uint8Array;

export class StateWriter {
  #bytes = new Uint8Array(4096);
  #length = 0;

  number(value: number): void {
    this.#raw(new Uint8Array(Float64Array.of(value).buffer));
  }

  text(value: string): void {
    this.bytes(new TextEncoder().encode(value));
  }

  bytes(value: Uint8Array): void {
    this.number(value.length);
    this.#raw(value);
  }

  /** The first `length` values of a column. */
  column(values: Column, length: number = values.length): void {
    const used = values.subarray(0, length);
    this.bytes(new Uint8Array(used.buffer, used.byteOffset, used.byteLength));
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #raw(value: Uint8Array): void {
    const needed = this.#length + value.length;
    if (needed > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(value, this.#length);
    this.#length = needed;
  }
}

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
