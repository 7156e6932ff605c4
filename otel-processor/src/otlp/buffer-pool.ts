/**
 * Buffers that are used again: a fresh one costs more in page faults and garbage collection than filling it
 * (100 ns per 290-byte record, measured with Node 26). As many are kept as there are requests under way in a crowd: left to
 * the garbage collector, their memory makes V8 collect the whole heap about once a second, and everybody waits for that.
 */
export class BufferPool {
  readonly #free: Buffer[] = [];
  #keptBytes = 0;
  /** What `take` gave: only these come back, so that nobody's own bytes are written over by mistake. */
  readonly #given = new WeakSet<ArrayBufferLike>();
  readonly #maxKeptBytes: number;
  readonly #maxBytes: number;

  /** @param maxKeptBytes Most bytes kept, together. @param maxBytes A larger buffer is not kept. */
  constructor(maxKeptBytes: number, maxBytes: number) {
    this.#maxKeptBytes = maxKeptBytes;
    this.#maxBytes = maxBytes;
  }

  /** A buffer of `size` bytes with any content. */
  take(size: number): Buffer {
    const kept = this.#free.findLastIndex((buffer) => buffer.length >= size);
    if (kept >= 0) {
      const [buffer] = this.#free.splice(kept, 1);
      this.#keptBytes -= buffer.length;
      return buffer.subarray(0, size);
    }
    // An eighth to spare: the next request is rarely of the same size.
    const fresh = Buffer.allocUnsafeSlow(size + (size >> 3));
    this.#given.add(fresh.buffer);
    return fresh.subarray(0, size);
  }

  /** Gives a buffer back that `take` gave and that nobody reads any more; any other is left alone. */
  give(buffer: Uint8Array): void {
    const whole = buffer.buffer;
    if (whole.byteLength > this.#maxBytes || !this.#given.has(whole)) return;
    if (this.#free.some((buffer) => buffer.buffer === whole)) return;
    this.#free.push(Buffer.from(whole));
    this.#keptBytes += whole.byteLength;
    while (this.#keptBytes > this.#maxKeptBytes) this.#keptBytes -= this.#free.shift()?.length ?? this.#keptBytes;
  }
}
