/**
 * One engine thread seen from outside: started from its last checkpoint, started again when it dies, asked to score.
 * What is in flight when it dies is rejected; the sender decides what becomes of it (the processor passes records on).
 */
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { AnnotationNames } from '@seismo/otel-processor/otlp/attribute-names';
import { MalformedRequest } from '@seismo/otel-processor/otlp/request-errors';
import { messageOf, SeismoError } from '../../errors.ts';
import { threadEnvironment } from '../../thread-environment.ts';
import type { Checkpoint, CheckpointKeeper } from './checkpoint.ts';
import type { EngineCounters, EngineEvents } from '../outputs.ts';
import { Positions, type Origin, type SavedPositions } from './positions.ts';
import type { EngineSettings } from '../settings.ts';
import type { SlotBuffers } from './worker-slots.ts';
import type { EngineSizes, FromWorker, ScoreMessage, ToWorker, WorkerStart } from './worker-messages.ts';

export interface PartitionThreadOptions {
  readonly partition: number;
  readonly partitions: number;
  readonly settings: EngineSettings;
  /** Names of our attributes that differ from the default ones: records that carry our mark are left out. */
  readonly names?: Partial<AnnotationNames> | undefined;
  readonly slots: readonly SlotBuffers[];
  /** Largest heap of the thread, MiB. One that needs more dies and starts again from its last checkpoint. */
  readonly maxHeapMib: number;
  /** What was taken after a checkpoint comes again, from sources that know the positions: a restart leaves no gap. */
  readonly replays: boolean;
  readonly keeper: CheckpointKeeper;
  /** What a thread has to say after all requests and ticks up to the number `input`; all threads are given the same. */
  readonly onOutputs: (outputs: EngineEvents, partition: number, input: number) => void;
  /** Something an operator should know of: a thread that died, a snapshot that cannot be read. */
  readonly onTrouble: (event: 'engine-thread-died' | 'checkpoint-unreadable', detail: string) => void;
}

/** An encoded verdict batch, or its length where it is in the pooled buffer. */
type Answer = Uint8Array | number;
interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** A thread that lived less than this waits before it is started again, twice as long each time. */
const SHORT_LIFE_MS = 5000;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/**
 * The nursery of a thread's heap: three times a semi-space. Records leave hardly any objects behind, so that a collection
 * costs about the same however much there is to collect: one for 50,000 records instead of four.
 */
const YOUNG_MB = 24;
const SEMI_SPACE_MB = 8;
const NO_ANSWER: Answer = 0;

export class PartitionThread {
  readonly #options: PartitionThreadOptions;
  readonly #waiting = new Map<number, Waiting>();
  /** The thread, once it takes requests. */
  #worker: Worker | undefined;
  /** The thread until then. */
  #starting: Worker | undefined;
  #lastId = 0;
  #closing = false;
  #pauseMs = FIRST_PAUSE_MS;
  #checkpointing: Promise<void> | undefined;
  /** What to do with the state that a checkpoint message brings. */
  #state: ((state: Extract<FromWorker, { kind: 'checkpoint' }>['state']) => Promise<void>) | undefined;
  readonly positions = new Positions();
  /** Those of the last checkpoint that reached the store. */
  savedPositions: SavedPositions | undefined;
  counters: EngineCounters | undefined;
  sizes: EngineSizes = { streams: 0, catalogueDropped: 0 };
  /** When the last checkpoint reached the store, ms since the epoch; undefined before the first one. */
  checkpointedMs: number | undefined;
  restarts = 0;

  constructor(options: PartitionThreadOptions) {
    this.#options = options;
  }

  get running(): boolean {
    return this.#worker !== undefined;
  }

  /** Messages sent and not yet answered. */
  get inFlight(): number {
    return this.#waiting.size;
  }

  /**
   * Starts the thread; settles when it takes requests.
   * @param missing requests may have been taken after the checkpoint
   * @throws Error when it cannot start
   */
  async start(checkpoint: Checkpoint | undefined, missing: boolean): Promise<void> {
    // It may have been closed while the last checkpoint was looked up.
    if (this.#closing) throw new SeismoError('ENGINE_DOWN', 'the backend is shutting down');
    const { partition, partitions, settings, names, slots, maxHeapMib, onTrouble, replays } = this.#options;
    const gap = missing && (!replays || (checkpoint?.positions.direct ?? 0) > 0);
    this.positions.restore(checkpoint?.positions);
    this.savedPositions = checkpoint?.positions;
    if (checkpoint !== undefined) {
      this.counters = checkpoint.counters;
      this.checkpointedMs = checkpoint.atMs;
    }
    const { snapshot } = checkpoint ?? {};
    const directStreams = replays ? directStreamsOf(checkpoint?.positions) : undefined;
    const workerData: WorkerStart = { partition, partitions, settings, names, slots, snapshot, gap, directStreams };
    // Of heaps that are made from now on: V8 would begin with an eighth and let it grow by what survives, which is little.
    setFlagsFromString(`--min-semi-space-size=${SEMI_SPACE_MB}`);
    const worker = new Worker(new URL('../worker.ts', import.meta.url), {
      workerData,
      env: threadEnvironment(),
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB, maxOldGenerationSizeMb: maxHeapMib },
    });
    this.#starting = worker;
    const startedMs = performance.now();
    let died = 'it ended by itself';
    worker.on('error', (error) => (died = messageOf(error)));
    await new Promise<void>((resolve, reject) => {
      worker.on('message', (message: FromWorker) => {
        if (message.kind !== 'ready') return this.#handle(message);
        if (!message.restored) onTrouble('checkpoint-unreadable', message.problem);
        this.#starting = undefined;
        this.#worker = worker;
        resolve();
      });
      worker.on('exit', () => {
        reject(new Error(`engine thread ${partition} cannot start: ${died}`));
        if (this.#worker === worker) this.#died(died, performance.now() - startedMs);
      });
    });
  }

  /**
   * Verdicts, encoded: in the request's buffer (their length), or handed over. None (0) for a request that the engine has
   * already, by its origin.
   * @throws MalformedRequest; SeismoError ENGINE_DOWN, OUT_OF_STEP
   */
  async score(message: Omit<ScoreMessage, 'kind' | 'id' | 'direct'>, origin?: Origin): Promise<Answer> {
    if (this.#worker !== undefined) {
      if (origin === undefined) this.positions.took();
      else if (!this.positions.takes(origin)) return NO_ANSWER;
    }
    return this.#ask((id) => ({ ...message, kind: 'score', id, direct: origin === undefined }));
  }

  tick(timeMs: number, input: number): void {
    if (this.#worker !== undefined) this.positions.ticked(timeMs);
    this.#worker?.postMessage({ kind: 'tick', timeMs, input } satisfies ToWorker);
  }

  /** Settles when the outputs of everything sent so far were handed over. */
  async report(): Promise<void> {
    await this.#ask((id) => ({ kind: 'report', id }));
  }

  /** Settles when a checkpoint is in the store. One at a time: a call during another one waits for that. */
  async checkpoint(options: { force: boolean; clean: boolean }): Promise<void> {
    if (this.#checkpointing !== undefined) {
      await this.#checkpointing;
      if (!options.force) return;
    }
    this.#checkpointing = this.#takeCheckpoint(options).finally(() => (this.#checkpointing = undefined));
    await this.#checkpointing;
  }

  /** Ends the thread. What has to be kept is to be checkpointed before. */
  async close(): Promise<void> {
    this.#closing = true;
    const threads = [this.#worker, this.#starting];
    this.#worker = undefined;
    this.#rejectAll(new SeismoError('ENGINE_DOWN', 'the backend is shutting down'));
    await Promise.all(threads.map((worker) => worker?.terminate()));
  }

  async #takeCheckpoint({ force, clean }: { force: boolean; clean: boolean }): Promise<void> {
    const { partition, partitions, keeper } = this.#options;
    let saved: Promise<void> | undefined;
    // As of now: the thread takes the snapshot when it has done what was sent to it before.
    const reached = this.positions.saved();
    this.#state = async (state) => {
      if (state === undefined) return;
      const { snapshot, counters, catalogue, directStreams } = state;
      const positions = directStreams === undefined ? reached : { ...reached, directStreams };
      const atMs = Date.now();
      saved = keeper.save({ partition, partitions, snapshot, counters, positions, clean, atMs }, catalogue);
      await saved;
      this.savedPositions = positions;
      this.checkpointedMs = atMs;
    };
    await this.#ask((id) => ({ kind: 'checkpoint', id, force }));
    await saved;
  }

  #ask(message: (id: number) => ToWorker): Promise<Answer> {
    const worker = this.#worker;
    if (worker === undefined)
      return Promise.reject(
        new SeismoError('ENGINE_DOWN', `engine thread ${this.#options.partition} is being started again`),
      );
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage(message(id));
    });
  }

  #handle(message: Exclude<FromWorker, { kind: 'ready' }>): void {
    if (message.kind === 'outputs') {
      this.counters = message.counters;
      this.sizes = message.sizes;
      this.#options.onOutputs(message.outputs, this.#options.partition, message.input);
      return;
    }
    if (message.kind === 'checkpoint-due') {
      // One that fails is made up for by the next, in its time.
      this.checkpoint({ force: true, clean: false }).catch(() => undefined);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.kind === 'verdicts-in-slot') waiting?.resolve(message.length);
    else if (message.kind === 'verdicts') waiting?.resolve(message.bytes);
    else if (message.kind === 'refused') waiting?.reject(new MalformedRequest(message.message));
    else if (message.kind === 'reported') waiting?.resolve(NO_ANSWER);
    else void this.#state?.(message.state).then(() => waiting?.resolve(NO_ANSWER), waiting?.reject);
  }

  #died(detail: string, livedMs: number): void {
    this.#worker = undefined;
    if (this.#closing) return;
    this.restarts++;
    this.#options.onTrouble('engine-thread-died', detail);
    this.#rejectAll(new SeismoError('ENGINE_DOWN', `engine thread ${this.#options.partition} died: ${detail}`));
    if (livedMs >= SHORT_LIFE_MS) this.#pauseMs = FIRST_PAUSE_MS;
    setTimeout(() => void this.#restart(), livedMs >= SHORT_LIFE_MS ? 0 : this.#pauseMs).unref();
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  async #restart(): Promise<void> {
    if (this.#closing) return;
    try {
      const checkpoints = await this.#options.keeper.load();
      const own = checkpoints.find(({ partition }) => partition === this.#options.partition);
      await this.start(own, true);
    } catch (error) {
      this.#died(messageOf(error), 0);
    }
  }

  #rejectAll(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** Those of a checkpoint that may lack records of requests which will not come again. */
function directStreamsOf(saved: SavedPositions | undefined): readonly number[] | 'all' {
  return saved?.directStreams ?? ((saved?.direct ?? 0) > 0 ? 'all' : []);
}
