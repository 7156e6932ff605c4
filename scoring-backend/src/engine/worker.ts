/**
 * An engine thread: reads requests out of shared memory, scores them, answers; ticks and checkpoints come in between, in
 * the order they were sent. An error that is not about a request ends the thread, because the engine may be half-way
 * through a change; partition-thread.ts starts another one from the last checkpoint.
 */
import { setFlagsFromString } from 'node:v8';
import { parentPort, workerData } from 'node:worker_threads';
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { MalformedRequest } from '@seismo/otel-processor/otlp/request-errors';
import { messageOf } from '../errors.ts';
import { OtlpSource } from '../sources/otlp.ts';
import { createTemplateMiner } from '../templates/miner.ts';
import { CatalogueBuffer } from './threads/worker-catalogue.ts';
import { WorkerCheckpoint } from './threads/worker-checkpoint.ts';
import { DirectStreams } from './threads/direct-streams.ts';
import { Engine } from './engine.ts';
import { ownedStreams } from './threads/partition-owner.ts';
import { RecordBatch } from './record-batch.ts';
import type { FromWorker, ScoreMessage, ToWorker, WorkerStart } from './threads/worker-messages.ts';

/** Outputs are sent with each tick, and after so many requests when old logs come in faster than time goes by. */
const REQUESTS_PER_REPORT = 32;

class EngineWorker {
  readonly #port: NonNullable<typeof parentPort>;
  readonly #slots: WorkerStart['slots'];
  readonly #partition: number;
  readonly #engine: Engine;
  readonly #streams: { stream: Engine['stream'] };
  readonly #source: OtlpSource;
  readonly #batch = new RecordBatch();
  readonly #catalogue = new CatalogueBuffer();
  readonly #checkpoints: WorkerCheckpoint;
  readonly #direct: DirectStreams | undefined;
  /** Columns that were decoded elsewhere do not have the attribute that was configured here. */
  readonly #takesColumns: boolean;
  #requests = 0;
  #input = 0;
  /** Has anything happened since the last checkpoint that a restart would have to do again? */
  #changed = false;

  constructor(port: NonNullable<typeof parentPort>, start: WorkerStart) {
    this.#port = port;
    const { sessionAttribute } = start.settings;
    this.#source = new OtlpSource({ names: start.names ?? {}, session: sessionAttribute || undefined });
    this.#takesColumns = sessionAttribute === '';
    this.#slots = start.slots;
    this.#partition = start.partition;
    const { engine, problem } = begin(start);
    this.#engine = engine;
    this.#direct = directStreams(engine, start);
    this.#checkpoints = new WorkerCheckpoint({ engine, catalogue: this.#catalogue, direct: this.#direct });
    this.#streams = ownedStreams(engine, start.partition, start.partitions);
    if (start.gap && problem === '') engine.markGap(this.#direct?.streams);
    this.#send({ kind: 'ready', restored: problem === '', problem });
  }

  handle(message: ToWorker): void {
    if ('input' in message) this.#input = message.input;
    if (message.kind === 'score') this.#score(message);
    else if (message.kind === 'tick') {
      this.#engine.tick(message.timeMs);
      this.#report();
    } else if (message.kind === 'report') {
      this.#report();
      this.#send({ kind: 'reported', id: message.id });
    } else this.#checkpoint(message.id, message.force);
  }

  #score({ id, slot, length, decoded, tenant, direct, learn, texts }: ScoreMessage): void {
    const pooled = typeof slot === 'number' ? this.#slots[slot] : undefined;
    const bytes = new Uint8Array(typeof slot === 'number' ? this.#slots[slot].request : slot, 0, length);
    try {
      this.#source.read(
        bytes,
        tenant,
        this.#streams,
        this.#batch,
        decoded && this.#takesColumns ? pooled?.columns : undefined,
      );
    } catch (error) {
      if (!(error instanceof MalformedRequest)) throw error;
      this.#send({ kind: 'refused', id, message: error.message });
      return;
    }
    const room = pooled?.verdicts[this.#partition];
    const { records } = this.#batch;
    const verdicts = room === undefined ? VerdictBatch.create(records) : VerdictBatch.over(room, records);
    this.#engine.score(this.#batch, verdicts, { learn });
    if (texts) verdicts.describe({ ...verdicts.trailer, texts: this.#engine.texts(verdicts) });
    const answer = verdicts.encode();
    if (answer.buffer === room) this.#send({ kind: 'verdicts-in-slot', id, length: answer.length });
    else this.#send({ kind: 'verdicts', id, bytes: answer });
    this.#changed ||= learn;
    if (learn && direct && this.#direct?.took(this.#batch) === true) this.#send({ kind: 'checkpoint-due' });
    if (++this.#requests % REQUESTS_PER_REPORT === 0) this.#report();
  }

  /** The catalogue waits for the checkpoint it adds up to: its rows cost more than the records that changed them. */
  #report(): void {
    const { catalogue: _later, ...events } = this.#engine.takeOutputs({ catalogue: false });
    if (Object.values(events).some((list) => list.length > 0)) this.#changed = true;
    this.#send({
      kind: 'outputs',
      outputs: events,
      counters: this.#engine.counters(),
      sizes: { streams: this.#engine.streams().length, catalogueDropped: this.#catalogue.dropped },
      input: this.#input,
    });
  }

  #checkpoint(id: number, force: boolean): void {
    this.#report();
    if (!this.#changed && !force) {
      this.#send({ kind: 'checkpoint', id, state: undefined });
      return;
    }
    this.#changed = false;
    this.#checkpoints.take((state) => this.#send({ kind: 'checkpoint', id, state }));
  }

  #send(message: FromWorker): void {
    this.#port.postMessage(message);
  }
}

/** The engine, from its snapshot where there is one. One that cannot be read (another version) is told and left. */
function begin({ settings, snapshot }: WorkerStart): { engine: Engine; problem: string } {
  if (snapshot === undefined) return { engine: new Engine(settings, createTemplateMiner), problem: '' };
  try {
    return { engine: Engine.restore(settings, createTemplateMiner, snapshot), problem: '' };
  } catch (error) {
    return { engine: new Engine(settings, createTemplateMiner), problem: messageOf(error) };
  }
}

/** Where sources replay: which streams have what they do not give. */
function directStreams(engine: Engine, { directStreams: known }: WorkerStart): DirectStreams | undefined {
  if (known === undefined) return undefined;
  const streams = engine.streams().length;
  return new DirectStreams(known === 'all' ? Array(streams).keys() : known, streams);
}

// By its own measure V8 lets a heap grow to twice what lives in it before it collects; records leave little behind.
setFlagsFromString('--heap-growing-percent=30');
if (parentPort !== null) {
  const worker = new EngineWorker(parentPort, workerData as WorkerStart);
  parentPort.on('message', (message: ToWorker) => worker.handle(message));
}
