/**
 * The one message of a unary gRPC call, as its data frames come in: 1 byte "compressed", 4 bytes length (big endian), then
 * the message. Source: gRPC over HTTP/2, "Length-Prefixed-Message".
 */
import { MalformedRequest } from './request-errors.ts';
import type { IncomingMessageBytes, MessageIntake } from './message-intake.ts';

const PREFIX_BYTES = 5;

export class GrpcMessage {
  readonly #intake: MessageIntake;
  readonly #onBegin: (message: IncomingMessageBytes) => void;
  readonly #prefix = Buffer.alloc(PREFIX_BYTES);
  #prefixBytes = 0;
  #expected = 0;
  #message: IncomingMessageBytes | undefined;

  /** @param onBegin is given the message as soon as it holds memory, so that it can be released whatever happens */
  constructor(intake: MessageIntake, onBegin: (message: IncomingMessageBytes) => void) {
    this.#intake = intake;
    this.#onBegin = onBegin;
  }

  get compressed(): boolean {
    return this.#prefix[0] === 1;
  }

  /**
   * @returns the message's turn, once, when the length is known and it has to wait before more is added
   * @throws MalformedRequest, RequestTooLarge, Overloaded
   */
  add(chunk: Buffer): Promise<void> | undefined {
    let at = 0;
    let turn: Promise<void> | undefined;
    if (this.#message === undefined) {
      at = chunk.copy(this.#prefix, this.#prefixBytes);
      this.#prefixBytes += at;
      if (this.#prefixBytes < PREFIX_BYTES) return undefined;
      if (this.#prefix[0] > 1)
        throw new MalformedRequest(`gRPC message: expected the flag 0 or 1, got ${this.#prefix[0]}`);
      this.#expected = this.#prefix.readUInt32BE(1);
      this.#message = this.#intake.begin(this.#expected);
      this.#onBegin(this.#message);
      turn = this.#message.turn();
    }
    if (at === chunk.length) return turn;
    if (this.#message.length + chunk.length - at > this.#expected)
      throw new MalformedRequest('gRPC message: Export takes one message, got more bytes than its length says');
    this.#message.add(at === 0 ? chunk : chunk.subarray(at));
    return turn;
  }

  /** The whole message, once the client has ended. @throws MalformedRequest when bytes are missing */
  end(): IncomingMessageBytes {
    if (this.#message === undefined) throw new MalformedRequest('gRPC message: expected one message, got none');
    const { length } = this.#message;
    if (length === this.#expected) return this.#message;
    throw new MalformedRequest(`gRPC message: expected ${this.#expected} bytes, got ${length}`);
  }
}

const UNIT_MS: Readonly<Record<string, number>> = { H: 3_600_000, M: 60_000, S: 1000, m: 1, u: 1e-3, n: 1e-6 };

/** The header grpc-timeout in ms ("5S", "100m"); undefined when there is none or it is none. */
export function grpcTimeoutMs(header: string | string[] | undefined): number | undefined {
  const match = /^(\d{1,8})([HMSmun])$/.exec(String(header ?? ''));
  return match === null ? undefined : Number(match[1]) * UNIT_MS[match[2]];
}
