/**
 * What both receivers do with a message once its bytes are here: hold it within limits, decompress it, bring it into
 * protobuf, hand it to the pipeline. The doors differ only in how bytes come in and answers go out.
 */
import { Admission } from '../admission.ts';
import type { Doors } from '../access/doors.ts';
import { Overloaded, tryAgain, Unauthenticated } from '../errors.ts';
import type { Outcome } from '../errors.ts';
import type { Logger, Telemetry } from '../telemetry.ts';
import { decompress } from './compression.ts';
import { BodyBuffers } from './body-buffers.ts';
import { jsonToProtobuf } from './json.ts';
import { LogsRequest } from './logs-request.ts';
import type { LogsRequestFields } from './logs-request.ts';
import { RequestTooLarge } from './request-errors.ts';
import { Turnstile } from './turnstile.ts';
import type { Turn } from './turnstile.ts';

export interface IntakeOptions {
  /** Largest message, before and after decompression. */
  readonly maxRequestBytes: number;
  readonly maxInFlightBytes: number;
  /** Most bytes read and worked on at a time; requests beyond it wait. Left out: none does. */
  readonly maxWorkingBytes?: number;
  /** Lower-case name of the header with the tenant. */
  readonly tenantHeader: string;
  /** Who may come in, and how much each tenant may bring. */
  readonly access?: Pick<Doors, 'credentials' | 'limits'> | undefined;
  /** Says when memory runs short. */
  readonly memory?: { readonly refuses: boolean } | undefined;
  /** Takes a request to its end; never rejects. */
  readonly process: (request: LogsRequest) => Promise<Outcome>;
  readonly telemetry: Telemetry;
  readonly log: Logger;
}

/** What a request holds besides its bytes, roughly: bounds the number of small ones. */
const BYTES_PER_REQUEST = 16 * 1024;
const LEAST_REQUESTS = 64;

/** Decompressed messages may all be as large as the limit, so only a few are decompressed at a time. */
const DECOMPRESSIONS_AT_A_TIME = 4;

export class MessageIntake {
  readonly options: IntakeOptions;
  readonly buffers = new BodyBuffers();
  readonly admission: Admission;
  /** Counts requests, as `admission` counts their bytes. */
  readonly requests: Admission;
  readonly turnstile: Turnstile;
  #decompressing = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(options: IntakeOptions) {
    this.options = options;
    this.admission = new Admission(options.maxInFlightBytes);
    this.requests = new Admission(Math.max(LEAST_REQUESTS, Math.floor(options.maxInFlightBytes / BYTES_PER_REQUEST)));
    this.turnstile = new Turnstile({ roomBytes: options.maxWorkingBytes ?? Infinity });
    options.telemetry.gauge('seismo.queue.usage', () => this.turnstile.waitingBytes, { queue: 'waiting' });
    options.telemetry.gauge('seismo.queue.usage', () => this.admission.used, { queue: 'received' });
    options.telemetry.gauge('seismo.queue.limit', () => this.admission.limit, { queue: 'received' });
  }

  /** @throws Unauthenticated when the `authorization` header does not open the door */
  authenticate(authorization: string | undefined): void {
    const credentials = this.options.access?.credentials;
    if (credentials === undefined || credentials.allows(authorization)) return;
    const given = authorization === undefined ? 'there are none' : 'those given are not known';
    throw new Unauthenticated(`credentials are needed (${credentials.challenge}), and ${given}`);
  }

  /**
   * A message to be received; to be released in the end. `expectedBytes` is what the client announced; it is not believed.
   * @throws RequestTooLarge, Overloaded
   */
  begin(expectedBytes: number | undefined): IncomingMessageBytes {
    return new IncomingMessageBytes(this, expectedBytes);
  }

  /** Decompressed and in protobuf. @throws MalformedRequest, RequestTooLarge, UnsupportedEncoding, Overloaded */
  async open(message: IncomingMessageBytes, compression: string, encoding: 'protobuf' | 'json'): Promise<Uint8Array> {
    let bytes: Uint8Array = message.bytes;
    if (compression !== '' && compression !== 'identity')
      bytes = message.replace(await this.#decompress(bytes, compression));
    if (encoding === 'json') bytes = message.replace(jsonToProtobuf(bytes));
    return bytes;
  }

  async #decompress(bytes: Uint8Array, compression: string): Promise<Uint8Array> {
    if (this.#decompressing >= DECOMPRESSIONS_AT_A_TIME)
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#decompressing++;
    try {
      return await decompress(bytes, compression, this.options.maxRequestBytes);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#decompressing--;
      else next();
    }
  }
}

/** The bytes of one message while they come in, and what they take of the limits until `release`. */
export class IncomingMessageBytes {
  readonly #intake: MessageIntake;
  readonly #expected: number | undefined;
  #buffer: Buffer | undefined;
  #length = 0;
  #held = 0;
  #turn: Turn | undefined;
  #waits = false;
  #request: LogsRequest | undefined;
  #inUse = false;
  #abandoned = false;
  #released = false;
  #freed = false;

  constructor(intake: MessageIntake, expectedBytes: number | undefined) {
    this.#intake = intake;
    this.#expected = expectedBytes;
    const limit = intake.options.maxRequestBytes;
    if (expectedBytes !== undefined && expectedBytes > limit) throw tooLarge(limit);
    if (intake.options.memory?.refuses === true) {
      intake.options.telemetry.count('seismo.memory.refused', 1);
      throw new Overloaded('memory runs short');
    }
    if (!intake.requests.tryTake(1)) throw new Overloaded(`${intake.requests.limit} requests are in work, the limit`);
  }

  /**
   * Its turn to be read: undefined when it is now. What is not read stays with the client.
   * @throws Overloaded, at once when too many wait, or as a rejection when it waited for too long
   */
  turn(): Promise<void> | undefined {
    const { turnstile, admission } = this.#intake;
    const bytes = this.#expected ?? UNKNOWN_BYTES;
    this.#turn = turnstile.enter(bytes);
    const { waitingBytes } = turnstile;
    if (this.#turn.inside !== undefined && admission.used + waitingBytes > admission.limit) {
      this.#turn.leave();
      throw new Overloaded(
        `${admission.used + waitingBytes} bytes of requests are in work or wait, the limit is ${admission.limit}`,
      );
    }
    if (this.#turn.inside === undefined) return undefined;
    this.#waits = true;
    return this.#turn.inside.finally(() => (this.#waits = false));
  }

  /** All of it is here. */
  arrived(): void {
    this.#turn?.arrived();
  }

  /** What has come in. */
  get bytes(): Buffer {
    return this.#buffer === undefined ? Buffer.alloc(0) : this.#buffer.subarray(0, this.#length);
  }

  get length(): number {
    return this.#length;
  }

  /** Copies a chunk in and ends its life: the caller must not read it again. @throws RequestTooLarge, Overloaded */
  add(chunk: Buffer): void {
    const { options, buffers } = this.#intake;
    const length = this.#length + chunk.length;
    if (length > options.maxRequestBytes) throw tooLarge(options.maxRequestBytes);
    this.#hold(chunk.length);
    if (this.#buffer === undefined || length > this.#buffer.length) {
      // As much as was announced, but never far ahead of what really came: an announcement costs the client nothing.
      // Who waits for a turn gets no more than it needs.
      const most = this.#waits ? length : Math.max(length * 4, FIRST_BYTES);
      const ahead = Math.min(this.#expected ?? length, options.maxRequestBytes, most);
      const larger = buffers.take(Math.max(length, ahead, this.#expected === undefined ? length * 2 : 0));
      if (this.#buffer !== undefined) {
        this.#buffer.copy(larger, 0, 0, this.#length);
        buffers.give(this.#buffer);
      }
      this.#buffer = larger;
    }
    chunk.copy(this.#buffer, this.#length);
    giveBack(chunk);
    this.#length = length;
  }

  /** Goes on with other bytes made from these; the buffer is free again. @throws Overloaded */
  replace(bytes: Uint8Array): Uint8Array {
    // First given, then taken: a request alone must never be too much for the limit.
    this.#intake.admission.give(this.#held);
    this.#held = 0;
    this.#hold(bytes.length);
    if (this.#buffer !== undefined && bytes.buffer !== this.#buffer.buffer) {
      this.#intake.buffers.give(this.#buffer);
      this.#buffer = undefined;
    }
    return bytes;
  }

  /**
   * Works on the bytes: decompression, pipeline. Should the client go away meanwhile, they stay until the work is done.
   */
  async use<T>(work: () => Promise<T>): Promise<T> {
    this.#inUse = true;
    try {
      return await work();
    } finally {
      this.#inUse = false;
      if (this.#released) this.#free();
    }
  }

  /** Hands the request to the pipeline. @throws RateLimited when its tenant sends too much */
  process(fields: LogsRequestFields): Promise<Outcome> {
    this.#intake.options.access?.limits?.take(fields.tenant, fields.bytes.length, performance.now());
    // Nobody waits for the answer any more: what is not taken now comes again.
    if (this.#abandoned) return Promise.resolve(tryAgain('the client went away'));
    this.#request = new LogsRequest(fields);
    return this.#intake.options.process(this.#request);
  }

  /** The client went away before its answer, or has had one: its deadline was over. */
  abandon(): void {
    this.#abandoned = true;
    this.#request?.abandon();
    if (this.#waits) this.#turn?.leave();
  }

  /** Frees what is held; to be called once the answer is out, or will never be. */
  release(): void {
    this.#released = true;
    if (!this.#inUse) this.#free();
  }

  #free(): void {
    if (!this.#freed) this.#intake.requests.give(1);
    this.#freed = true;
    this.#turn?.leave();
    this.#intake.admission.give(this.#held);
    this.#held = 0;
    if (this.#buffer !== undefined && this.#request?.bytesInUse !== true) this.#intake.buffers.give(this.#buffer);
    this.#buffer = undefined;
  }

  #hold(bytes: number): void {
    const { admission } = this.#intake;
    if (!admission.tryTake(bytes))
      throw new Overloaded(`${admission.used} bytes of requests are in work, the limit is ${admission.limit}`);
    this.#held += bytes;
  }
}

/** What is assumed of a message that does not say its length. */
const UNKNOWN_BYTES = 256 * 1024;

/** Room made at once for a message whose length is announced. */
const FIRST_BYTES = 4 * 1024 * 1024;

function tooLarge(limit: number): RequestTooLarge {
  return new RequestTooLarge(`the request is larger than the limit of ${limit} bytes (maxRequestBytes)`);
}

/**
 * Frees a chunk's memory now. A socket makes a fresh 64 KiB for each chunk, and left to itself that memory presses V8 into
 * one whole-heap collection after another: a third of the CPU time of a relay (scoring-backend/bench/relay.ts).
 */
function giveBack(chunk: Buffer): void {
  const { buffer } = chunk;
  if (buffer instanceof ArrayBuffer && chunk.length === buffer.byteLength) buffer.transfer(0);
}
