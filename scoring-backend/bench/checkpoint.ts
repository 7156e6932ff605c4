/**
 * How long a checkpoint holds up an engine thread: a stream is written in one piece, between two batches or before its
 * next record. 500 templates and 10,000 open sessions of five records each are a large stream.
 */
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { type BenchRow, measure } from '../../otel-processor/bench/measure.ts';
import { Engine } from '../src/engine/engine.ts';
import { RecordBatch } from '../src/engine/record-batch.ts';
import { engineSettings } from '../src/engine/settings.ts';
import { createIndexMiner } from './index-miner.ts';

const TEMPLATES = 500;
const SESSIONS = 10_000;
const STEPS = 5;
const LINE = 100;

export async function run(): Promise<BenchRow[]> {
  const engine = new Engine(engineSettings(), createIndexMiner(TEMPLATES));
  for (let step = 0; step < STEPS; step++) open(engine, step);
  engine.takeOutputs();
  let memory: ArrayBufferLike = new SharedArrayBuffer(1024);
  const name = `checkpoint: stream of ${TEMPLATES} templates, ${SESSIONS} sessions`;
  const row = await measure({ name, unit: 'checkpoint', units: 1, floor: 0.00002 }, () => {
    const saving = engine.beginSnapshot(memory);
    saving.step(Infinity);
    memory = saving.finish().buffer;
  });
  return [row];
}

/** A record of each session, a tenth of a millisecond apart, so that all are open at the end. */
function open(engine: Engine, step: number): void {
  const batch = new RecordBatch();
  batch.grow(SESSIONS);
  batch.records = SESSIONS;
  batch.bytes = new Uint8Array((LINE + 16) * SESSIONS);
  batch.templateStart.fill(-1);
  batch.stream.fill(engine.stream({ tenant: '', namespace: '', service: 'bench', environment: '' }));
  for (let i = 0; i < SESSIONS; i++) {
    const template = (i * STEPS + step) % TEMPLATES;
    const trace = LINE * SESSIONS + 16 * i;
    batch.bytes.set([template >> 8, template & 255], i * LINE);
    batch.bytes.set([i & 255, i >> 8, 17 * i, 31 * i], trace);
    batch.messageStart[i] = batch.lineStart[i] = i * LINE;
    batch.messageEnd[i] = batch.lineEnd[i] = (i + 1) * LINE;
    batch.severity[i] = 9;
    batch.timeMs[i] = 1_760_000_000_000 + Math.floor((step * SESSIONS + i) / 10);
    batch.traceStart[i] = trace;
  }
  engine.score(batch, VerdictBatch.create(SESSIONS), { learn: true });
}
