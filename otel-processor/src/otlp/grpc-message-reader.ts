/**
 * Reads the one message of a call, in its turn (turnstile.ts). A call whose turn has not come is not read: what its client
 * has sent so far, at most a stream's window, stays in the stream, and flow control holds back the rest. The connection's
 * window never runs dry meanwhile, because node:http2 gives it back for every byte, read or not: the calls beside it go on.
 */
import type { ServerHttp2Stream } from 'node:http2';
import { GrpcMessage } from './grpc-receiver-message.ts';
import type { IncomingMessageBytes, MessageIntake } from './message-intake.ts';
import type { SessionReads } from './session-reads.ts';

export interface ReceivedMessage {
  readonly message: IncomingMessageBytes;
  readonly compressed: boolean;
}

export class GrpcMessageReader {
  readonly #stream: ServerHttp2Stream;
  readonly #reads: SessionReads;
  readonly #message: GrpcMessage;
  /** Bytes of the message may lie in the stream, in memory that all streams of the session share. */
  #holdsReads = false;

  /** @param onBegin is given the message as soon as it holds memory, so that it can be released whatever happens */
  constructor(
    stream: ServerHttp2Stream,
    reads: SessionReads,
    intake: MessageIntake,
    onBegin: (message: IncomingMessageBytes) => void,
  ) {
    this.#stream = stream;
    this.#reads = reads;
    this.#message = new GrpcMessage(intake, onBegin);
  }

  /** Undefined when the client went away. @throws MalformedRequest, RequestTooLarge, Overloaded as soon as it is so */
  read(): Promise<ReceivedMessage | undefined> {
    const stream = this.#stream;
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        stream.off('data', onData);
        reject(error as Error);
      };
      const attempt = (step: () => void): void => {
        try {
          step();
        } catch (error) {
          fail(error);
        }
      };
      const onData = (chunk: Buffer): void => attempt(() => this.#add(chunk, fail));
      stream.on('data', onData);
      stream.on('end', () => attempt(() => resolve(this.#whole())));
      stream.on('close', () => {
        this.#letGo();
        resolve(undefined);
      });
    });
  }

  #add(chunk: Buffer, fail: (error: unknown) => void): void {
    // Answered already, by its deadline: what still comes is thrown away.
    if (this.#stream.headersSent) return;
    const turn = this.#message.add(chunk);
    if (this.#stream.readableLength === 0) this.#letGo();
    if (turn === undefined) this.#reads.copied(chunk);
    else this.#waitFor(turn, fail);
  }

  #waitFor(turn: Promise<void>, fail: (error: unknown) => void): void {
    const stream = this.#stream;
    stream.pause();
    this.#reads.hold();
    this.#holdsReads = true;
    turn.then(() => {
      if (stream.readableLength === 0) this.#letGo();
      stream.resume();
    }, fail);
  }

  #letGo(): void {
    if (this.#holdsReads) this.#reads.letGo();
    this.#holdsReads = false;
  }

  #whole(): ReceivedMessage {
    const message = this.#message.end();
    message.arrived();
    return { message, compressed: this.#message.compressed };
  }
}
