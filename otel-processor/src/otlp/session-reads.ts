/**
 * Frees what node:http2 reads from a socket as soon as it was copied. Each read makes a fresh buffer of up to 64 KiB that all
 * DATA chunks of the session in it share; left to itself that memory presses V8 into one whole-heap collection after
 * another: an eighth of the CPU time of a relay over gRPC (scoring-backend/bench/grpc.ts).
 */

/** Reads kept for later while a stream is not read; further ones are left to the garbage collector. */
const KEPT_READS = 8;

export class SessionReads {
  #last: ArrayBufferLike | undefined;
  /** Streams that may hold chunks nobody has copied. */
  #holders = 0;
  /** Reads that were copied from while there was such a stream. */
  readonly #kept = new Set<ArrayBufferLike>();
  #spent: ArrayBuffer[] = [];

  /**
   * To be told of every chunk of the session once its bytes were copied. A chunk of another read says that the one before is
   * over; it is freed when the turn of the event loop is: by then streams that were opened in it have their listeners, and
   * what came before these was handed over.
   */
  copied(chunk: Buffer): void {
    const { buffer } = chunk;
    const last = this.#last;
    if (buffer === last) return;
    if (this.#holders > 0) return this.#keep(buffer);
    if (this.#kept.has(buffer)) return;
    this.#last = buffer;
    this.#isOver(last);
    for (const kept of this.#kept) this.#isOver(kept);
    this.#kept.clear();
  }

  /** A stream stops reading: this read, and those to come, may hold chunks of it; so may those a turn ago when it is new. */
  hold(): void {
    this.#holders++;
    if (this.#last !== undefined) this.#keep(this.#last);
    this.#last = undefined;
    for (const read of this.#spent.splice(0)) this.#keep(read);
  }

  /** The stream reads again and has taken what was kept for it, or is gone. */
  letGo(): void {
    this.#holders--;
  }

  #keep(read: ArrayBufferLike): void {
    if (this.#kept.size < KEPT_READS) this.#kept.add(read);
  }

  #isOver(read: ArrayBufferLike | undefined): void {
    if (!(read instanceof ArrayBuffer)) return;
    if (this.#spent.push(read) === 1) setImmediate(() => this.#free());
  }

  #free(): void {
    for (const buffer of this.#spent) if (!buffer.detached) buffer.transfer(0);
    this.#spent = [];
  }
}
