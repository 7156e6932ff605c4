/**
 * One membership in the consumer group, from joining to the first trouble: reads messages, has the engine learn them in
 * the order of each partition, and tells the group how far the checkpoints in the store have come. Whatever goes wrong
 * ends the session; the next one begins at what the group knows, which is never beyond a checkpoint, and what the engine
 * has already is passed over.
 */
import type { Consumer, MessagesStream } from '@platformatic/kafka';
import { MalformedRequest } from '@seismo/otel-processor/otlp/request-errors';
import type { EngineThreads } from '../engine/partition.ts';
import { messageOf } from '../errors.ts';
import type { KafkaSuspects } from './kafka-suspects.ts';
import type { Redaction } from './redaction.ts';
import type { Logger } from '../telemetry.ts';
import type { KafkaClock } from './kafka-clock.ts';
import { requestOf } from './kafka-message.ts';

export type KafkaConsumer = Consumer<Buffer, Buffer, Buffer, Buffer>;
type Messages = MessagesStream<Buffer, Buffer, Buffer, Buffer>;

/** Sums since the start, over all sessions. */
export interface KafkaSourceCounts {
  /** Messages given to the engine. */
  messages: number;
  /** Messages that are no OTLP logs, or that ended an engine thread again and again: passed over. */
  malformed: number;
  /** Offsets that did not come: deleted before they were read, read by another backend, or no messages. */
  missed: number;
}

export interface KafkaSessionOptions {
  readonly consumer: KafkaConsumer;
  readonly topics: string[];
  readonly start: 'earliest' | 'latest';
  readonly engine: Pick<EngineThreads, 'consume' | 'skipTo' | 'savedPosition'>;
  /** Most messages at the engine at a time. */
  readonly maxInFlight: number;
  readonly suspects: KafkaSuspects;
  /** Not everything in a topic was written by a processor. */
  readonly redaction: Pick<Redaction, 'redacted' | 'release'>;
  readonly clock: KafkaClock;
  /** A larger message is given to the engine while no other is there. */
  readonly slotBytes: number;
  readonly counts: KafkaSourceCounts;
  readonly log: Logger;
}

interface Place {
  readonly topic: string;
  readonly partition: number;
}

export class KafkaSession {
  readonly #options: KafkaSessionOptions;
  readonly #atWork = new Set<Promise<void>>();
  /** Position behind the last message of each source that this session has seen. */
  readonly #expected = new Map<string, number>();
  /** What the group was told last. */
  readonly #committed = new Map<string, number>();
  #stream: Messages | undefined;
  #failure: unknown;
  #ended = false;
  #isTaking = false;

  constructor(options: KafkaSessionOptions) {
    this.#options = options;
  }

  /** Partitions that are read now. */
  get partitions(): Place[] {
    const assigned = this.#options.consumer.assignments ?? [];
    return assigned.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition })));
  }

  /** Reads until `end` or trouble. @throws the trouble */
  async run(): Promise<void> {
    const { consumer, topics, start } = this.#options;
    // What somebody else may have read meanwhile begins anew.
    consumer.on('consumer:group:join', () => {
      this.#expected.clear();
      this.#options.clock.assign(this.partitions.map(sourceOf));
    });
    const stream = await consumer.consume({
      topics,
      mode: 'committed',
      fallbackMode: start,
      autocommit: false,
      maxWaitTime: 500,
      highWaterMark: this.#options.maxInFlight,
    });
    this.#stream = stream;
    if (this.#ended) stream.destroy();
    try {
      for await (const message of stream) {
        if (this.#failure !== undefined || this.#ended) break;
        this.#isTaking = true;
        await this.#take(message);
        this.#isTaking = false;
      }
    } catch (error) {
      if (!this.#ended) this.#failure ??= error;
    }
    await Promise.allSettled(this.#atWork);
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Takes nothing new. */
  end(): void {
    this.#ended = true;
    this.#stream?.destroy();
  }

  /** Tells the group how far the checkpoints have come, for those who watch its lag and for the next owner. */
  async commit(): Promise<void> {
    const { consumer, engine } = this.#options;
    const offsets = this.partitions.flatMap(({ topic, partition }) => {
      const source = sourceOf({ topic, partition });
      const saved = engine.savedPosition(source);
      if (saved === undefined || saved <= (this.#committed.get(source) ?? -1)) return [];
      return [{ topic, partition, offset: BigInt(saved), leaderEpoch: -1 }];
    });
    if (offsets.length === 0) return;
    await consumer.commit({ offsets });
    for (const { topic, partition, offset } of offsets)
      this.#committed.set(sourceOf({ topic, partition }), Number(offset));
  }

  /**
   * Where reading begins in a partition of which nothing has come yet; undefined while that is not known. The client says
   * where it fetches next, so only as long as nothing that was fetched waits to be taken.
   */
  begins(place: Place): number | undefined {
    const stream = this.#stream;
    if (stream === undefined || stream.readableLength > 0 || this.#isTaking) return undefined;
    const offset = stream.offsetsToFetch.get(`${place.topic}:${place.partition}`);
    return offset === undefined ? undefined : Number(offset);
  }

  async #take(
    message: Place & { value: Buffer; headers: Map<Buffer, Buffer>; offset: bigint; timestamp: bigint },
  ): Promise<void> {
    const { maxInFlight, slotBytes, suspects } = this.#options;
    const source = sourceOf(message);
    const offset = Number(message.offset);
    const origin = { source, from: await this.#follows(source, offset), next: offset + 1 };
    this.#expected.set(source, origin.next);
    let request: ReturnType<typeof requestOf>;
    try {
      suspects.refuse(source, offset);
      const { bytes, tenant } = requestOf(message);
      request = { bytes: this.#options.redaction.redacted(bytes, tenant), tenant };
    } catch (error) {
      this.#malformed(source, offset, error);
      await this.#skipTo(source, origin.next);
      return;
    }
    const isAlone = request.bytes.length > slotBytes || suspects.any;
    while (this.#atWork.size >= (isAlone ? 1 : maxInFlight)) await Promise.race(this.#atWork);
    if (this.#failure !== undefined) return;
    const work: Promise<void> = this.#options.engine
      .consume(request, origin)
      .then(
        () => {
          this.#options.counts.messages++;
          suspects.passed(source, offset);
        },
        (error: unknown) => {
          if (error instanceof MalformedRequest) this.#malformed(source, offset, error);
          else {
            suspects.failed(source, offset, error);
            this.#fail(error);
          }
        },
      )
      .finally(() => {
        this.#atWork.delete(work);
        this.#options.redaction.release(request.bytes);
      });
    this.#atWork.add(work);
    this.#options.clock.took(source, origin.next, Number(message.timestamp));
    if (isAlone) await work;
  }

  /** The position that the message of this offset follows. */
  async #follows(source: string, offset: number): Promise<number> {
    const { counts, log } = this.#options;
    const expected = this.#expected.get(source);
    const missed = expected === undefined ? await this.#skipTo(source, offset) : Math.max(0, offset - expected);
    if (missed > 0) {
      counts.missed += missed;
      log.warn({ event: 'kafka.missed', source, offset, missed }, 'messages of a partition never came to this backend');
    }
    return expected ?? offset;
  }

  /** Behind what is at the engine: a message that still waits there must not be stepped over. */
  async #skipTo(source: string, position: number): Promise<number> {
    await Promise.all(this.#atWork);
    return this.#failure === undefined ? this.#options.engine.skipTo(source, position) : 0;
  }

  #malformed(source: string, offset: number, error: unknown): void {
    this.#options.counts.malformed++;
    this.#options.log.warn(
      { event: 'kafka.malformed', source, offset, error: messageOf(error) },
      'a message cannot be read and is passed over',
    );
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
    this.#stream?.destroy();
  }
}

/** What the engine calls a partition. */
export function sourceOf({ topic, partition }: Place): string {
  return `${topic}/${partition}`;
}
