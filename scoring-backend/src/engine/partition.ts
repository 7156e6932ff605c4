/**
 * The engine on threads: every stream belongs to one of them by the hash of its identity. This is the scorer of a
 * processor in the same process, and what `POST /v1/score` asks.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ScoreRequest, Scorer } from '@seismo/otel-processor/forward/scorer';
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { SeismoError } from '../errors.ts';
import type { Checkpoint, CheckpointKeeper } from './threads/checkpoint.ts';
import { sumOfCounters } from './engine-counters.ts';
import type { EngineCounters } from './outputs.ts';
import type { Origin } from './threads/positions.ts';
import { PartlyLearned, scoringFailed } from './threads/partition-failure.ts';
import { PartitionThread } from './threads/partition-thread.ts';
import type { PartitionThreadOptions } from './threads/partition-thread.ts';
import type { EngineSettings } from './settings.ts';
import { mergeVerdicts } from './threads/worker-merge.ts';
import { answerIn, putColumns } from './threads/slot-contents.ts';
import { SlotPool } from './threads/worker-slots.ts';

export interface EngineThreadsOptions {
  readonly workers: number;
  readonly settings: EngineSettings;
  /** Names of our attributes that differ from the default ones: records that carry our mark are left out. */
  readonly names?: PartitionThreadOptions['names'];
  /** Interval of ticks by the wall clock, ms; 0: only those of `tick()`. */
  readonly tickMs: number;
  /** Interval of checkpoints, ms. */
  readonly checkpointMs: number;
  readonly slots: number;
  readonly slotBytes: number;
  /** Most bytes of requests at the engine or waiting for it; a single larger one is still taken. */
  readonly maxQueuedBytes: number;
  /** Largest heap of a thread, MiB. */
  readonly maxHeapMib: number;
  /** As PartitionThreadOptions has it. */
  readonly replays?: boolean;
  readonly keeper: CheckpointKeeper;
  readonly onOutputs: PartitionThreadOptions['onOutputs'];
  readonly onTrouble: PartitionThreadOptions['onTrouble'];
}

/** The state of the threads, for metrics. */
export interface EngineThreadsState {
  readonly workers: number;
  readonly running: number;
  readonly streams: number;
  readonly catalogueDropped: number;
  readonly restarts: number;
  readonly queuedBytes: number;
  /** Requests waiting for a request buffer. */
  readonly waiting: number;
  readonly refused: number;
  readonly requests: number;
  /** When the oldest of the threads' last checkpoints was kept, ms since the epoch; undefined before. */
  readonly checkpointedMs: number | undefined;
}

export class EngineThreads implements Scorer {
  readonly #options: EngineThreadsOptions;
  readonly #threads: readonly PartitionThread[];
  readonly #slots: SlotPool;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #inFlight = new Set<Promise<unknown>>();
  #queuedBytes = 0;
  #refused = 0;
  #requests = 0;
  #inputs = 0;
  #closing = false;

  private constructor(options: EngineThreadsOptions) {
    const { workers, settings, slots, slotBytes } = options;
    this.#options = options;
    this.#slots = new SlotPool(slots, slotBytes, workers);
    const perThread = { ...settings, maxStreams: Math.ceil(settings.maxStreams / workers) };
    this.#threads = Array.from(
      { length: workers },
      (_, partition) =>
        new PartitionThread({
          ...options,
          replays: options.replays ?? false,
          partition,
          partitions: workers,
          settings: perThread,
          slots: this.#slots.buffers,
        }),
    );
  }

  /** Starts the threads, each from its last checkpoint where there is one. The keeper must hold none of another number of threads. */
  static async start(options: EngineThreadsOptions): Promise<EngineThreads> {
    const engine = new EngineThreads(options);
    const checkpoints = await options.keeper.load();
    try {
      await Promise.all(
        engine.#threads.map((thread, partition) => {
          const own = checkpoints.find((checkpoint) => checkpoint.partition === partition);
          return thread.start(own, own !== undefined && (!own.clean || wasAway(own, options)));
        }),
      );
    } catch (error) {
      await Promise.all(engine.#threads.map((thread) => thread.close()));
      throw error;
    }
    engine.#startTimers();
    return engine;
  }

  /** @throws ScoringFailed (as a rejection) with the reason and whether the engine learned the batch */
  async score(request: ScoreRequest): Promise<VerdictBatch> {
    const answer = await this.scoreEncoded(request).catch((error: unknown) => {
      throw scoringFailed(error);
    });
    const verdicts = VerdictBatch.decode(answer);
    if (verdicts.records !== request.records)
      throw new RangeError(
        `the request was said to hold ${request.records} records, the engine found ${verdicts.records}`,
      );
    return verdicts;
  }

  /**
   * As `score`, with the verdict batch in its wire form.
   * @throws MalformedRequest; SeismoError ENGINE_BUSY, ENGINE_DOWN
   */
  async scoreEncoded(request: Omit<ScoreRequest, 'records'>): Promise<Uint8Array> {
    const length = request.bytes.length;
    if (this.#closing) throw new SeismoError('ENGINE_DOWN', 'the backend is shutting down');
    if (this.#queuedBytes > 0 && this.#queuedBytes + length > this.#options.maxQueuedBytes) {
      this.#refused++;
      throw new SeismoError(
        'ENGINE_BUSY',
        `${this.#queuedBytes} bytes of requests are at the engine; with ${length} more it would be above ${this.#options.maxQueuedBytes}`,
      );
    }
    return this.#atWork(request);
  }

  /**
   * Has a request learned that comes from a source with an order, once however often it comes; settles when it is. Requests
   * of a source are to be given in order, without waiting for one another, none larger than `slotBytes` while others wait.
   * @throws MalformedRequest; SeismoError ENGINE_DOWN, OUT_OF_STEP: go back to `savedPosition` then
   */
  async consume(request: Pick<ScoreRequest, 'bytes' | 'tenant'>, origin: Origin): Promise<void> {
    if (this.#closing) throw new SeismoError('ENGINE_DOWN', 'the backend is shutting down');
    await this.#atWork({ ...request, learn: true, texts: false }, origin);
  }

  /** Steps over what a source will not give, up to `position`. @returns the most that an engine lacks by that */
  skipTo(source: string, position: number): number {
    return Math.max(...this.#threads.map(({ positions }) => positions.skipTo(source, position)));
  }

  /** The position in a source that all engines have reached; undefined before it was begun. */
  position(source: string): number | undefined {
    return lowest(this.#threads.map(({ positions }) => positions.saved().sources[source]));
  }

  /** The same as of the checkpoints in the store: nothing before it is needed again. Undefined before each has one. */
  savedPosition(source: string): number | undefined {
    const saved = this.#threads.map(({ savedPositions }) => savedPositions?.sources[source]);
    return saved.includes(undefined) ? undefined : lowest(saved);
  }

  async #atWork(request: Omit<ScoreRequest, 'records'>, origin?: Origin): Promise<Uint8Array> {
    const { length } = request.bytes;
    this.#requests++;
    this.#queuedBytes += length;
    const work = this.#scoreInSlot(request, origin);
    this.#inFlight.add(work);
    try {
      return await work;
    } finally {
      this.#inFlight.delete(work);
      this.#queuedBytes -= length;
    }
  }

  /** Moves the time of all engines on, in order with the requests. */
  tick(timeMs: number): void {
    const input = ++this.#inputs;
    for (const thread of this.#threads) thread.tick(timeMs, input);
  }

  /** The last tick that an engine has had, also before a restart; 0 before the first. */
  get tickedMs(): number {
    return Math.max(...this.#threads.map(({ positions }) => positions.tickMs));
  }

  /** Settles when the outputs of everything taken so far were handed over. */
  async settled(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.report()));
  }

  /** Settles when checkpoints of all threads are kept. */
  async checkpoint(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.checkpoint({ force: true, clean: false })));
  }

  /** Sums over the engines, as of their last report. */
  counters(): EngineCounters {
    return sumOfCounters(this.#threads.map((thread) => thread.counters));
  }

  state(): EngineThreadsState {
    const times = this.#threads.map(({ checkpointedMs }) => checkpointedMs).filter((time) => time !== undefined);
    return {
      workers: this.#threads.length,
      running: this.#threads.filter(({ running }) => running).length,
      streams: this.#threads.reduce((total, { sizes }) => total + sizes.streams, 0),
      catalogueDropped: this.#threads.reduce((total, { sizes }) => total + sizes.catalogueDropped, 0),
      restarts: this.#threads.reduce((total, { restarts }) => total + restarts, 0),
      queuedBytes: this.#queuedBytes,
      waiting: this.#slots.waiting,
      refused: this.#refused,
      requests: this.#requests,
      checkpointedMs: times.length === 0 ? undefined : Math.min(...times),
    };
  }

  /** Finishes what was taken and checkpoints, for at most `graceMs`, and ends the threads. */
  async close(graceMs = 10_000): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#timers.forEach(clearInterval);
    const grace = new AbortController();
    await Promise.race([this.#finish(), sleep(graceMs, undefined, { signal: grace.signal })]);
    grace.abort();
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  async #finish(): Promise<void> {
    await Promise.allSettled(this.#inFlight);
    // A thread that is down cannot checkpoint; its last one stays, marked unclean.
    await Promise.allSettled(this.#threads.map((thread) => thread.checkpoint({ force: true, clean: true })));
  }

  async #scoreInSlot(request: Omit<ScoreRequest, 'records'>, origin: Origin | undefined): Promise<Uint8Array> {
    const { bytes, tenant, learn, texts } = request;
    // Once it has waited for a buffer, the sender may have given up and reuse them.
    const columns = this.#slots.isFree(bytes.length) ? request.columns : undefined;
    const slot = await this.#slots.acquire(bytes.length);
    try {
      slot.bytes.set(bytes);
      const decoded = columns !== undefined && putColumns(columns, slot);
      const input = ++this.#inputs;
      const message = { slot: slot.name, length: bytes.length, decoded, tenant, learn, texts, input };
      // All have to be done with the buffer before it is used again, also when one has failed.
      const answers = await Promise.allSettled(this.#threads.map((thread) => thread.score(message, origin)));
      const failed = answers.find((answer) => answer.status === 'rejected');
      if (origin !== undefined) {
        if (failed !== undefined) throw failed.reason;
        return NO_VERDICTS;
      }
      const batches = answers.flatMap((answer, partition) =>
        answer.status === 'fulfilled' ? [answerIn(slot, partition, answer.value)] : [],
      );
      if (failed !== undefined) throw batches.length > 0 && learn ? new PartlyLearned(failed.reason) : failed.reason;
      return batches.length === 1 ? batches[0] : mergeVerdicts(batches.map(VerdictBatch.decode)).encode();
    } finally {
      this.#slots.release(slot);
    }
  }

  #startTimers(): void {
    const { tickMs, checkpointMs } = this.#options;
    const every = (ms: number, run: () => void): void => void this.#timers.push(setInterval(run, ms).unref());
    // A source that is read behind its time says itself how time passes.
    if (tickMs > 0 && this.#options.replays !== true) every(tickMs, () => this.tick(Date.now()));
    every(checkpointMs, () => this.#checkpointAll(() => true));
    // A young engine has nothing to restart from: its first checkpoint does not wait for the interval.
    every(Math.min(1000, checkpointMs), () =>
      this.#checkpointAll(({ checkpointedMs }) => checkpointedMs === undefined),
    );
  }

  #checkpointAll(which: (thread: PartitionThread) => boolean): void {
    for (const thread of this.#threads)
      // A thread that dies meanwhile is told of by its restart; the next interval tries again.
      if (thread.running && which(thread)) thread.checkpoint({ force: false, clean: false }).catch(() => undefined);
  }
}

/**
 * Was nobody there for longer than windows wait for a late batch? What services wrote meanwhile came to nobody, so nothing
 * may be concluded from their silence.
 */
function wasAway({ atMs }: Checkpoint, { settings }: EngineThreadsOptions): boolean {
  return Date.now() - atMs > settings.idleLatenessMs;
}

/** For whom verdicts are of no use. */
const NO_VERDICTS = new Uint8Array(0);

function lowest(positions: readonly (number | undefined)[]): number | undefined {
  const known = positions.filter((position) => position !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
