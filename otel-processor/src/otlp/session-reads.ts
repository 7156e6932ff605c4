/**
 * Frees what node:http2 reads from a socket as soon as it was copied. Each read makes a fresh buffer of up to 64 KiB that all
 * DATA chunks of the session in it share; left to itself that memory presses V8 into one whole-heap collection after
 * another: an eighth of the CPU time of a relay over gRPC (scoring-backend/bench/grpc.ts).
 */
export class SessionReads {
  #last: ArrayBufferLike | undefined;
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
    this.#last = buffer;
    if (!(last instanceof ArrayBuffer)) return;
    if (this.#spent.push(last) === 1) setImmediate(() => this.#free());
  }

  #free(): void {
    for (const buffer of this.#spent) if (!buffer.detached) buffer.transfer(0);
    this.#spent = [];
  }
}
