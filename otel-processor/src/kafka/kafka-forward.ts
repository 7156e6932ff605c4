/**
 * Mode kafka: requests are written to Kafka for scoring backends to read, split by stream, a topic for all tenants or one
 * each. Synchronous, as forwarding is: a client hears "taken" when the in-sync replicas have all of its records.
 */
import type { ProducerOptions } from '@platformatic/kafka';
import type { KafkaLogin } from '../access/kafka-login.ts';
import type { KafkaConfig } from '../config-kafka.ts';
import { refuse, taken, tryAgain, type Outcome } from '../errors.ts';
import type { LogsColumns } from '../otlp/columns.ts';
import { jitteredMs } from '../forward/retry.ts';
import { HOPS_HEADER } from '../otlp/logs-request.ts';
import { FULL_SUCCESS, GRPC } from '../otlp/status.ts';
import type { Logger, Telemetry } from '../telemetry.ts';
import { StreamKeys } from './stream-keys.ts';
import { splitByStream } from './stream-messages.ts';
import { topicOf } from './topic.ts';
import { TopicWriter, type KafkaProducer } from './topic-writer.ts';
import type { WriteFailure } from './write-failure.ts';

export interface KafkaRequest {
  readonly bytes: Uint8Array;
  /** Of these bytes; read before anything is waited for. */
  readonly columns: LogsColumns;
  readonly tenant: string;
  readonly tenantHeader: string;
  /** Processors passed, this one included. */
  readonly hops: number;
  readonly deadline: number;
  readonly trace: Readonly<Record<string, string>> | undefined;
}

/** Tries of the client itself after the first; the pauses between them are short, since the sender comes again by itself. */
const RETRIES = 3;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 1000;
/** Key, headers and framing of a message. */
const MESSAGE_OVERHEAD = 2048;

export class KafkaForward {
  readonly #config: KafkaConfig;
  readonly #login: KafkaLogin;
  readonly #telemetry: Telemetry;
  readonly #log: Logger;
  readonly #keys = new StreamKeys();
  readonly #writers = new Map<string, TopicWriter>();

  constructor(config: KafkaConfig, login: KafkaLogin, telemetry: Telemetry, log: Logger) {
    this.#config = config;
    this.#login = login;
    this.#telemetry = telemetry;
    this.#log = log;
    const writers = (): TopicWriter[] => [...this.#writers.values()];
    telemetry.gauge('seismo.kafka.breaker.open', () => writers().filter(({ breakerOpen }) => breakerOpen).length);
    telemetry.gauge('seismo.kafka.topics', () => this.#writers.size);
    telemetry.gauge('seismo.kafka.queue.usage', () => writers().reduce((sum, { bytes }) => sum + bytes, 0));
  }

  /** Never rejects. */
  async send(request: KafkaRequest): Promise<Outcome> {
    const { bytes, columns, tenant, tenantHeader, hops, deadline, trace } = request;
    const { maxMessageBytes, topic: template, defaultTenant } = this.#config;
    const { records } = columns;
    const topic = topicOf(template, tenant === '' ? defaultTenant : tenant);
    const { messages, tooLarge } = splitByStream(
      bytes,
      columns,
      tenant,
      this.#keys,
      maxMessageBytes - MESSAGE_OVERHEAD,
    );
    const headers = {
      ...trace,
      ...(tenant === '' ? {} : { [tenantHeader]: tenant }),
      'content-type': 'application/x-protobuf',
      [HOPS_HEADER]: String(hops),
    };
    const start = performance.now();
    const writer = this.#writerOf(topic);
    const failure =
      writer === undefined
        ? this.#noRoom()
        : messages.length === 0
          ? undefined
          : await writer.write({ messages, headers, deadline });
    this.#telemetry.waited('seismo.exporter.duration', start);
    const refused = failure === undefined ? tooLarge : records;
    this.#telemetry.count('seismo.processor.produced.items', refused, { outcome: 'refused' });
    this.#telemetry.count('seismo.processor.produced.items', records - refused, { outcome: 'success' });
    if (failure === undefined) {
      this.#telemetry.count('seismo.kafka.messages', messages.length);
      return taken(tooLarge === 0 ? FULL_SUCCESS : { rejected: tooLarge, message: this.#tooLarge() });
    }
    const { code, retryable } = failure;
    this.#telemetry.count('seismo.exporter.refusals', 1, { retryable: String(retryable), code });
    const message = `Kafka topic ${topic}: ${failure.message}`;
    return retryable ? tryAgain(message) : refuse(GRPC.RESOURCE_EXHAUSTED, message);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#writers.values()].map((writer) => writer.close()));
  }

  #tooLarge(): string {
    return `larger than kafka.maxMessageBytes (${this.#config.maxMessageBytes})`;
  }

  #noRoom(): WriteFailure {
    const { maxTopics } = this.#config;
    return { code: 'topics', retryable: true, message: `${maxTopics} topics (kafka.maxTopics) are being written to` };
  }

  /** The writer of a topic; undefined when as many as may be are at work. */
  #writerOf(topic: string): TopicWriter | undefined {
    const known = this.#writers.get(topic);
    if (known !== undefined) return known;
    if (this.#writers.size >= this.#config.maxTopics && !this.#closeLongestIdle()) return undefined;
    const { maxMessageBytes, timeoutMs, breakerFailures, breakerPauseMs } = this.#config;
    const writer = new TopicWriter({
      ...{ topic, timeoutMs, maxBatchBytes: maxMessageBytes - MESSAGE_OVERHEAD },
      breaker: { failures: breakerFailures, pauseMs: breakerPauseMs },
      connect: () => this.#producer(),
      onTurn: (failure) => this.#tell(topic, failure),
    });
    this.#writers.set(topic, writer);
    return writer;
  }

  #closeLongestIdle(): boolean {
    let longest: [string, TopicWriter] | undefined;
    for (const entry of this.#writers)
      if (entry[1].idle && (longest === undefined || entry[1].usedMs < longest[1].usedMs)) longest = entry;
    if (longest === undefined) return false;
    this.#writers.delete(longest[0]);
    void longest[1].close();
    return true;
  }

  async #producer(): Promise<KafkaProducer> {
    // Loaded here: who does not write to Kafka does not wait for its client.
    const { Producer, stringSerializers } = await import('@platformatic/kafka');
    const { brokers, compression, autoCreateTopics, timeoutMs } = this.#config;
    const options: ProducerOptions<string, Buffer, string, string> = {
      ...this.#login.options(),
      clientId: 'seismo-otel-processor',
      bootstrapBrokers: [...brokers],
      serializers: {
        key: stringSerializers.key,
        headerKey: stringSerializers.headerKey,
        headerValue: stringSerializers.headerValue,
      },
      idempotent: true,
      autocreateTopics: autoCreateTopics,
      retries: RETRIES,
      retryDelay: (_client, _operation, attempt) =>
        Math.round(jitteredMs(Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS))),
      timeout: timeoutMs,
      connectTimeout: Math.min(timeoutMs, 5000),
      requestTimeout: timeoutMs,
      compression,
    };
    return new Producer<string, Buffer, string, string>(options);
  }

  #tell(topic: string, failure: WriteFailure | undefined): void {
    if (failure === undefined) this.#log.info({ event: 'kafka.back', topic }, 'writing to Kafka works again');
    else
      this.#log.warn(
        { event: 'kafka.failed', topic, code: failure.code, error: failure.message },
        'Kafka does not take records: clients are told to come again',
      );
  }
}
