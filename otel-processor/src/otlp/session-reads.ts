/**
 * Frees what node:http2 reads from a socket as soon as it was copied. Each read makes a fresh buffer of up to 64 KiB that all
 * DATA chunks of the session in it share; left to itself that memory presses V8 into one whole-heap collection after
 * another: an eighth of the CPU time of a relay over gRPC (scoring-backend/bench/grpc.ts).
 */
export class SessionReads {
  #last: ArrayBufferLike | undefined;

  /**
   * To be told of every chunk of the session once its bytes were copied. A chunk of another read says that nobody reads the
   * one before any more: chunks that came before their stream had a listener were handed over on the tick of their read.
   */
  copied(chunk: Buffer): void {
    const { buffer } = chunk;
    const last = this.#last;
    if (buffer === last) return;
    if (last instanceof ArrayBuffer && !last.detached) last.transfer(0);
    this.#last = buffer;
  }
}
