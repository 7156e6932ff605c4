/**
 * Writes to one topic: a batch at a time, so that a stream's messages lie in the topic in the order they came; what comes
 * meanwhile waits and goes together in the next batch. A write is done when all in-sync replicas have it (acks = all). The
 * client tries again by itself a few times, which brokers tell apart (idempotent producer); after a failure it begins anew
 * with another producer id, because the numbering of what was lost on the way is not known.
 */
import type { Producer } from '@platformatic/kafka';
import { CircuitBreaker, type BreakerOptions } from '../forward/circuit-breaker.ts';
import type { StreamMessage } from './stream-messages.ts';
import { type WriteFailure, writeFailureOf, WriteTimeout } from './write-failure.ts';

export type KafkaProducer = Producer<string, Buffer, string, string>;

export interface TopicWriterOptions {
  readonly topic: string;
  /** Makes a producer that is idempotent; it connects when it is used. */
  readonly connect: () => Promise<KafkaProducer>;
  /** Most bytes of one batch; a single larger message is still sent. */
  readonly maxBatchBytes: number;
  /** Longest life of one write, ms. */
  readonly timeoutMs: number;
  readonly breaker: BreakerOptions;
  /** Told when writing begins to fail, and when it works again (undefined). */
  readonly onTurn: (failure: WriteFailure | undefined) => void;
}

export interface Write {
  readonly messages: readonly StreamMessage[];
  readonly headers: Readonly<Record<string, string>>;
  /** When the client stops waiting, on the clock of performance.now(). */
  readonly deadline: number;
}

interface Pending extends Write {
  /** Messages before this one are written. */
  next: number;
  /** It was refused together with others: it is tried by itself. */
  alone: boolean;
  readonly done: (failure: WriteFailure | undefined) => void;
}

/** One message of a pending write. */
interface Item {
  readonly pending: Pending;
  readonly message: StreamMessage;
}

const LEFT_ALONE: WriteFailure = {
  code: 'breaker',
  retryable: true,
  message: 'writing failed several times in a row; waiting',
};

export class TopicWriter {
  readonly #options: TopicWriterOptions;
  readonly #breaker: CircuitBreaker;
  readonly #queue: Pending[] = [];
  #producer: Promise<KafkaProducer> | undefined;
  #running: Promise<void> | undefined;
  #failing = false;
  #closed = false;
  /** Bytes waiting or on their way. */
  bytes = 0;
  /** When it was last asked to write, on the clock of performance.now(). */
  usedMs = 0;

  constructor(options: TopicWriterOptions) {
    this.#options = options;
    this.#breaker = new CircuitBreaker(options.breaker);
  }

  get idle(): boolean {
    return this.#running === undefined;
  }

  get breakerOpen(): boolean {
    return this.#breaker.open;
  }

  /** Settles when the brokers have all of it (undefined), or with why they have not: some of it may be written then. */
  write(write: Write): Promise<WriteFailure | undefined> {
    this.usedMs = performance.now();
    if (this.#closed || (this.#breaker.open && this.#queue.length > 0)) return Promise.resolve(LEFT_ALONE);
    const size = write.messages.reduce((sum, { value }) => sum + value.length, 0);
    this.bytes += size;
    return new Promise((resolve) => {
      const done = (failure: WriteFailure | undefined): void => {
        this.bytes -= size;
        resolve(failure);
      };
      this.#queue.push({ ...write, next: 0, alone: false, done });
      this.#running ??= this.#run();
    });
  }

  /** Gives up what waits; to be told to come again is all that can happen to it. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const pending of this.#queue.splice(0)) pending.done(LEFT_ALONE);
    await this.#dropProducer();
  }

  async #run(): Promise<void> {
    // The callers' turn first: what arrives together goes together.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const batch = this.#nextBatch();
      if (batch.length > 0) await this.#send(batch);
    }
    this.#running = undefined;
  }

  /** From the front of the queue, up to the size of a batch. Who does not wait any more is let go. */
  #nextBatch(): Item[] {
    const batch: Item[] = [];
    let bytes = 0;
    const now = performance.now();
    for (let q = 0; q < this.#queue.length; q++) {
      const pending = this.#queue[q];
      if (pending.deadline <= now) {
        this.#queue.splice(q--, 1);
        pending.done({ code: 'timeout', retryable: true, message: 'the client does not wait any longer' });
        continue;
      }
      if (batch.length > 0 && (pending.alone || batch[0].pending.alone)) break;
      for (let i = pending.next; i < pending.messages.length; i++) {
        const message = pending.messages[i];
        if (bytes > 0 && bytes + message.value.length > this.#options.maxBatchBytes) return batch;
        batch.push({ pending, message });
        bytes += message.value.length;
      }
    }
    return batch;
  }

  async #send(batch: readonly Item[]): Promise<void> {
    const failure = this.#breaker.allows(performance.now()) ? await this.#attempt(batch) : LEFT_ALONE;
    const writes = [...new Set(batch.map(({ pending }) => pending))];
    if (failure === undefined) {
      for (const { pending } of batch) pending.next++;
      for (const pending of writes) if (pending.next === pending.messages.length) this.#finish(pending, undefined);
      return;
    }
    // One of them cannot be written whatever is done: the others must not suffer for it.
    if (!failure.retryable && writes.length > 1) for (const pending of writes) pending.alone = true;
    else for (const pending of writes) this.#finish(pending, failure);
  }

  #finish(pending: Pending, failure: WriteFailure | undefined): void {
    const at = this.#queue.indexOf(pending);
    // It was given up meanwhile.
    if (at < 0) return;
    this.#queue.splice(at, 1);
    pending.done(failure);
  }

  async #attempt(batch: readonly Item[]): Promise<WriteFailure | undefined> {
    const { topic } = this.#options;
    const messages = batch.map(({ pending, message: { key, value } }) => ({
      topic,
      key,
      value,
      headers: pending.headers,
    }));
    let failure: WriteFailure | undefined;
    try {
      await this.#inTime(async () => {
        const producer = await (this.#producer ??= this.#options.connect());
        await producer.send({ messages, idempotent: true, acks: ALL_IN_SYNC });
      });
    } catch (error) {
      failure = writeFailureOf(error);
      await this.#dropProducer();
    }
    if (failure?.retryable === true) this.#breaker.failed(performance.now());
    else this.#breaker.succeeded();
    const failing = failure?.retryable === true;
    if (failing !== this.#failing) this.#options.onTurn(failure);
    this.#failing = failing;
    return failure;
  }

  /** The client has no bound of its own for everything that may take time. */
  async #inTime(send: () => Promise<void>): Promise<void> {
    const { timeoutMs } = this.#options;
    let timer: NodeJS.Timeout | undefined;
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new WriteTimeout(`no answer within ${timeoutMs} ms`)), timeoutMs);
    });
    try {
      await Promise.race([send(), tooLong]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #dropProducer(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    // A connection that is not answered may not close either: nobody waits for it.
    void producer?.then((made) => made.close(true)).catch(() => undefined);
  }
}

const ALL_IN_SYNC = -1;
