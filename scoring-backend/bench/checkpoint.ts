/**
 * How long a checkpoint holds up an engine thread: a stream is written in one piece, between two batches or before its
 * next record. 500 templates and 10,000 open sessions of five records each are a large stream; and sixteen services with
 * logs of all kinds, where one logs in and is refused, have all that a stream can have: actors and their tallies, models of
 * parameters, examples, windows.
 */
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { makeBatches } from '../../otel-processor/bench/batches.ts';
import { type BenchRow, measure } from '../../otel-processor/bench/measure.ts';
import { Engine } from '../src/engine/engine.ts';
import { RecordBatch } from '../src/engine/record-batch.ts';
import { engineSettings } from '../src/engine/settings.ts';
import { OtlpSource } from '../src/sources/otlp.ts';
import { createTemplateMiner } from '../src/templates/miner.ts';
import { createIndexMiner } from './index-miner.ts';
import { TimedBatch } from './timed-batch.ts';

const TEMPLATES = 500;
const SESSIONS = 10_000;
const STEPS = 5;
const LINE = 100;
const T0 = 1_760_000_000_000;

/** Half a minute at 100,000 records a second. */
const REQUESTS = 3_000;
const DIFFERENT = 128;
const RECORDS = 1_000;
const REQUEST_MS = 10;

export async function run(): Promise<BenchRow[]> {
  const large = new Engine(engineSettings(), createIndexMiner(TEMPLATES));
  for (let step = 0; step < STEPS; step++) open(large, step);
  const one = `checkpoint: stream of ${TEMPLATES} templates, ${SESSIONS} sessions`;
  return [
    await checkpoints(one, 0.001, large),
    await checkpoints('checkpoint: 16 services after 3 M records', 0.00004, services()),
  ];
}

function checkpoints(name: string, floor: number, engine: Engine): Promise<BenchRow> {
  engine.takeOutputs();
  let memory: ArrayBufferLike = new SharedArrayBuffer(1024);
  return measure({ name, unit: 'checkpoint', units: 1, floor }, () => {
    const saving = engine.beginSnapshot(memory);
    saving.step(Infinity);
    memory = saving.finish().buffer;
  });
}

function services(): Engine {
  const engine = new Engine(engineSettings(), createTemplateMiner);
  const source = new OtlpSource();
  const batch = new RecordBatch();
  const verdicts = VerdictBatch.create(RECORDS);
  const requests = makeBatches({ count: DIFFERENT, records: RECORDS }).map(({ bytes }) => new TimedBatch(bytes));
  for (let i = 0; i < REQUESTS; i++) {
    const request = requests[i % DIFFERENT];
    request.setTime(T0 + i * REQUEST_MS);
    source.read(request.bytes, '', engine, batch);
    engine.score(batch, verdicts, { learn: true });
    if (i % DIFFERENT === 0) engine.takeOutputs();
  }
  return engine;
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
    batch.timeMs[i] = T0 + Math.floor((step * SESSIONS + i) / 10);
    batch.traceStart[i] = trace;
  }
  engine.score(batch, VerdictBatch.create(SESSIONS), { learn: true });
}
