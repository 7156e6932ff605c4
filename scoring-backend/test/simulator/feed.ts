/** Puts the simulator's records into one stream of an engine, in batches, as a source does. */
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { Engine } from '../../src/engine/engine.ts';
import type { EngineOutputs } from '../../src/engine/outputs.ts';
import { RecordBatch } from '../../src/engine/record-batch.ts';
import { engineSettings, type EngineSettings } from '../../src/engine/settings.ts';
import { createTemplateMiner } from '../../src/templates/miner.ts';
import { MessagePool } from './message-pool.ts';

const BATCH = 1_000;
const TRACE_BYTES = 16;

export class Feed {
  readonly pool: MessagePool;
  readonly engine: Engine;
  readonly #stream: number;
  readonly #batch = new RecordBatch();
  readonly #verdicts = VerdictBatch.create(BATCH);
  /** Records fed. */
  records = 0;

  /** @param known an engine's snapshot that already knows the stream, and the pool its messages came from */
  constructor(
    service: string,
    known?: { readonly snapshot: Uint8Array; readonly pool: MessagePool },
    settings: EngineSettings = engineSettings(),
  ) {
    this.pool = known?.pool ?? new MessagePool(BATCH * TRACE_BYTES);
    this.engine =
      known === undefined
        ? new Engine(settings, createTemplateMiner)
        : Engine.restore(settings, createTemplateMiner, known.snapshot);
    this.#stream = this.engine.stream({ tenant: '', namespace: '', service, environment: '' });
    this.#batch.grow(BATCH);
    this.#batch.templateStart.fill(-1);
  }

  /** @param request number of the request a record belongs to, which becomes its trace id; 0 for none */
  add(timeMs: number, message: number, severity: number, request: number): void {
    const batch = this.#batch;
    const i = batch.records++;
    batch.stream[i] = this.#stream;
    batch.timeMs[i] = timeMs;
    batch.severity[i] = severity;
    batch.messageStart[i] = batch.lineStart[i] = this.pool.start(message);
    batch.messageEnd[i] = batch.lineEnd[i] = this.pool.end(message);
    batch.traceStart[i] = request === 0 ? -1 : this.#trace(i, request);
    if (batch.records === BATCH) this.flush();
  }

  flush(): void {
    const batch = this.#batch;
    if (batch.records === 0) return;
    batch.bytes = this.pool.bytes;
    const verdicts = batch.records === BATCH ? this.#verdicts : VerdictBatch.create(batch.records);
    this.engine.score(batch, verdicts, { learn: true });
    this.records += batch.records;
    batch.records = 0;
  }

  tick(timeMs: number): void {
    this.flush();
    this.engine.tick(timeMs);
  }

  take(): EngineOutputs {
    this.flush();
    return this.engine.takeOutputs({ catalogue: false });
  }

  #trace(i: number, request: number): number {
    const at = i * TRACE_BYTES;
    const { bytes } = this.pool;
    // A hash spreads the ids as random ones would be.
    for (let word = 0; word < 4; word++) {
      const hash = Math.imul(request ^ (word * 0x9e3779b9), 0x85ebca6b) ^ Math.imul(request, 0xc2b2ae35);
      bytes[at + word * 4] = hash;
      bytes[at + word * 4 + 1] = hash >>> 8;
      bytes[at + word * 4 + 2] = request >>> (word * 8);
      bytes[at + word * 4 + 3] = hash >>> 24;
    }
    return at;
  }
}
