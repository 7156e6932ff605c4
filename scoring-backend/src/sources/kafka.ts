/**
 * Reads OTLP logs from Kafka as a member of a consumer group. The engine's positions are in its checkpoints, in one
 * transaction with its state, so that every message is learned once whatever dies; the group's own offsets follow them
 * (kafka-session.ts). When the engine is behind, nothing is fetched; after trouble a new session begins, with pauses.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseOptions } from '@platformatic/kafka';
import { KafkaLogin } from '@seismo/otel-processor/access/kafka-login';
import { WatchedFiles } from '@seismo/otel-processor/access/watched-files';
import { FIRST_PAUSE_MS, nextPauseMs } from '@seismo/otel-processor/forward/retry';
import type { KafkaSourceConfig } from '../config-kafka.ts';
import type { EngineThreads } from '../engine/partition.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from '../telemetry.ts';
import { KafkaClock } from './kafka-clock.ts';
import { KafkaSession, sourceOf, type KafkaConsumer, type KafkaSourceCounts } from './kafka-session.ts';
import { KafkaSuspects } from './kafka-suspects.ts';
import type { Redaction } from './redaction.ts';

export interface KafkaSourceOptions {
  readonly config: KafkaSourceConfig;
  readonly engine: Pick<
    EngineThreads,
    'consume' | 'skipTo' | 'savedPosition' | 'position' | 'checkpoint' | 'tick' | 'tickedMs'
  > & {
    state(): { readonly running: number; readonly workers: number };
  };
  /** Request buffers of the engine, and the size of one. */
  readonly slots: number;
  readonly slotBytes: number;
  /** Interval of ticks, ms; 0: none. */
  readonly tickMs: number;
  readonly redaction: Pick<Redaction, 'redacted' | 'release'>;
  readonly log: Logger;
}

/** For metrics. */
export interface KafkaReadings extends KafkaSourceCounts {
  /** Partitions that are read now. */
  readonly partitions: number;
  /** Messages in them that the engine has not taken. */
  readonly lag: number;
  /** Sessions that ended in trouble. */
  readonly failures: number;
}

const COMMIT_MS = 1000;
const LOOK_MS = 1000;
const FILES_MS = 10_000;
/** Leaving a group whose brokers are away may take for ever. */
const CLOSE_GRACE_MS = 10_000;

export class KafkaSource {
  readonly #options: KafkaSourceOptions;
  readonly #files: WatchedFiles;
  readonly #login: KafkaLogin;
  readonly #counts: KafkaSourceCounts = { messages: 0, malformed: 0, missed: 0 };
  readonly #suspects = new KafkaSuspects();
  readonly #stop = new AbortController();
  #session: KafkaSession | undefined;
  #lag = 0;
  #failures = 0;
  #running: Promise<void> | undefined;

  /** @throws Error when a file that the settings name cannot be used */
  constructor(options: KafkaSourceOptions) {
    this.#options = options;
    this.#files = new WatchedFiles({
      intervalMs: FILES_MS,
      onReload: (paths) => options.log.info({ event: 'files.reloaded', paths }, 'files have changed and are in force'),
      onTrouble: (paths, error) =>
        options.log.error({ event: 'files.reload.failed', paths, error: messageOf(error) }, 'what was there stays'),
    });
    this.#login = new KafkaLogin(options.config, this.#files);
  }

  start(): void {
    this.#running ??= this.#run();
  }

  readings(): KafkaReadings {
    const partitions = this.#session?.partitions.length ?? 0;
    return { ...this.#counts, partitions, lag: this.#lag, failures: this.#failures };
  }

  /** Takes nothing new, has what was taken checkpointed, tells the group and leaves it. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#session?.end();
    await Promise.race([this.#running, sleep(CLOSE_GRACE_MS, undefined, { ref: false })]);
    this.#files.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    let pauseMs = FIRST_PAUSE_MS;
    while (!signal.aborted) {
      const before = this.#counts.messages;
      try {
        await this.#once();
        pauseMs = FIRST_PAUSE_MS;
        continue;
      } catch (error) {
        this.#failures++;
        const { log } = this.#options;
        log.warn({ event: 'kafka.failed', error: messageOf(error) }, 'reading from Kafka broke off and begins again');
      }
      if (this.#counts.messages > before) pauseMs = FIRST_PAUSE_MS;
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
      pauseMs = nextPauseMs(pauseMs);
    }
  }

  /** A session from joining the group to leaving it. */
  async #once(): Promise<void> {
    const { config, engine, slots, slotBytes, tickMs, redaction, log } = this.#options;
    await this.#engineIsUp();
    const topics = await this.#topics();
    if (topics.length === 0) {
      await this.#pause(config.topicsRefreshMs);
      return;
    }
    const consumer = await this.#consumer();
    const clock = new KafkaClock(engine.tickedMs || Date.now());
    const session = new KafkaSession({
      ...{ consumer, topics, start: config.start, engine, slotBytes, redaction, clock, log },
      maxInFlight: Math.max(1, slots >> 1),
      counts: this.#counts,
      suspects: this.#suspects,
    });
    this.#session = session;
    const every = (ms: number, run: () => Promise<void>): NodeJS.Timeout =>
      setInterval(
        () => void run().catch((error: unknown) => log.debug({ event: 'kafka.aside.failed', err: error })),
        ms,
      );
    const timers = [
      every(COMMIT_MS, () => session.commit()),
      ...(tickMs === 0 ? [] : [every(tickMs, async () => engine.tick(clock.tick(Date.now())))]),
      every(LOOK_MS, () => this.#look(consumer, session, clock)),
      every(config.topicsRefreshMs, async () => {
        if ((await this.#topics()).join() !== topics.join()) session.end();
      }),
    ];
    try {
      if (this.#stop.signal.aborted) return;
      await session.run();
      // In order: whoever reads on begins where we end.
      await engine.checkpoint();
      await session.commit();
    } finally {
      timers.forEach(clearInterval);
      this.#session = undefined;
      this.#lag = 0;
      await consumer.close(true).catch(() => undefined);
    }
  }

  /** A thread that died comes back at its last checkpoint: the next session gives it what it lacks. */
  async #engineIsUp(): Promise<void> {
    for (;;) {
      const { running, workers } = this.#options.engine.state();
      if (running === workers || this.#stop.signal.aborted) return;
      await this.#pause(100);
    }
  }

  /** How much is left to read. */
  async #look(consumer: KafkaConsumer, session: KafkaSession, clock: KafkaClock): Promise<void> {
    const { partitions } = session;
    const topics = [...new Set(partitions.map(({ topic }) => topic))];
    if (topics.length === 0) return;
    const ends = await consumer.listOffsets({ topics });
    let lag = 0;
    for (const place of partitions) {
      const end = Number(ends.get(place.topic)?.[place.partition] ?? 0n);
      const position = this.#options.engine.position(sourceOf(place));
      lag += Math.max(0, end - (position ?? session.begins(place) ?? end));
      clock.looked(sourceOf(place), end, session.begins(place));
    }
    this.#lag = lag;
  }

  /** Those that there are now, where a name stands for several. */
  async #topics(): Promise<string[]> {
    const { topics } = this.#options.config;
    if (!topics.some((topic) => topic.endsWith('*'))) return topics;
    const { Admin } = await import('@platformatic/kafka');
    const admin = new Admin(this.#client());
    try {
      const all = await admin.listTopics();
      const matches = (name: string) => (topic: string) =>
        topic.endsWith('*') ? name.startsWith(topic.slice(0, -1)) : name === topic;
      return all.filter((name) => topics.some(matches(name))).sort();
    } finally {
      await admin.close();
    }
  }

  async #consumer(): Promise<KafkaConsumer> {
    // Loaded here: who does not read from Kafka does not wait for its client.
    const { Consumer } = await import('@platformatic/kafka');
    const { groupId, groupInstanceId, sessionTimeoutMs, maxFetchBytes } = this.#options.config;
    return new Consumer<Buffer, Buffer, Buffer, Buffer>({
      ...this.#client(),
      groupId,
      ...(groupInstanceId === undefined ? {} : { groupInstanceId }),
      autocommit: false,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: sessionTimeoutMs,
      heartbeatInterval: Math.ceil(sessionTimeoutMs / 4),
      maxBytes: maxFetchBytes,
    });
  }

  #client(): BaseOptions {
    return {
      ...this.#login.options(),
      clientId: 'seismo-scoring-backend',
      bootstrapBrokers: [...this.#options.config.brokers],
      retries: 3,
      retryDelay: 500,
    };
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}
