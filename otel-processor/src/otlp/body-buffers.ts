/**
 * Buffers that request bodies are read into, reused: fresh memory per batch costs more than the decoding.
 * A buffer may come back only when nobody reads it any more; when that is not sure it is left to the garbage collector.
 */
const SMALLEST = 4 * 1024;
const LARGEST = 8 * 1024 * 1024;
const KEPT_BYTES = 64 * 1024 * 1024;

export class BodyBuffers {
  readonly #free = new Map<number, Buffer[]>();
  #keptBytes = 0;

  /** A buffer of at least `bytes`; its content is whatever was in it before. */
  take(bytes: number): Buffer {
    if (bytes > LARGEST) return Buffer.allocUnsafeSlow(bytes);
    const size = Math.max(SMALLEST, 2 ** Math.ceil(Math.log2(Math.max(bytes, 1))));
    const buffer = this.#free.get(size)?.pop();
    if (buffer === undefined) return Buffer.allocUnsafeSlow(size);
    this.#keptBytes -= size;
    return buffer;
  }

  /** Gives back a buffer from `take`. One whose memory was transferred to a thread has length 0 and is dropped. */
  give(buffer: Buffer): void {
    const size = buffer.length;
    if (size < SMALLEST || size > LARGEST || this.#keptBytes + size > KEPT_BYTES) return;
    this.#keptBytes += size;
    const free = this.#free.get(size);
    if (free === undefined) this.#free.set(size, [buffer]);
    else free.push(buffer);
  }
}
