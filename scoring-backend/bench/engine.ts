/** What the engine costs per record besides mining: judge, learn, windows, examples. The miner only looks up a number. */
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { measure, type BenchRow } from '../../otel-processor/bench/measure.ts';
import { Engine } from '../src/engine/engine.ts';
import { RecordBatch } from '../src/engine/record-batch.ts';
import { engineSettings } from '../src/engine/settings.ts';
import { createIndexMiner } from './index-miner.ts';

const RECORDS = 1_000;
const BATCHES = 64;
const TEMPLATES = 300;

/** A thousand records a second of one service, shares falling as 1/rank, lines of 100 bytes; time goes on with each run. */
export async function run(): Promise<BenchRow[]> {
  const engine = new Engine(engineSettings(), createIndexMiner(TEMPLATES));
  const stream = engine.stream({ tenant: '', namespace: '', service: 'bench', environment: '' });
  const batches = Array.from({ length: BATCHES }, (_, b) => makeBatch(stream, b));
  const verdicts = VerdictBatch.create(RECORDS);
  const score = (learn: boolean): void => {
    for (const batch of batches) {
      engine.score(batch, verdicts, { learn });
      if (learn) later(batch);
    }
    engine.takeOutputs();
  };
  const shape = { unit: 'record', units: RECORDS * BATCHES };
  const learned = await measure({ name: 'engine: score and learn, without mining', ...shape }, () => score(true));
  const repeated = await measure({ name: 'engine: score a repeated batch', ...shape }, () => score(false));
  return [learned, repeated];
}

/** Moves a batch behind the others. A function of its own, so that it is compiled apart from what is measured. */
function later(batch: RecordBatch): void {
  for (let i = 0; i < RECORDS; i++) batch.timeMs[i] += BATCHES * 1000;
}

function makeBatch(stream: number, number: number): RecordBatch {
  const batch = new RecordBatch();
  batch.grow(RECORDS);
  batch.records = RECORDS;
  batch.bytes = new Uint8Array(100 * RECORDS);
  batch.templateStart.fill(-1);
  batch.traceStart.fill(-1);
  batch.stream.fill(stream);
  for (let i = 0; i < RECORDS; i++) {
    // Golden-ratio steps spread over [0, 1) evenly; 300^u has the density of 1/rank.
    const spread = ((number * RECORDS + i) * 0.6180339887498949) % 1;
    const template = Math.floor(TEMPLATES ** spread) - 1;
    batch.bytes[i * 100] = template >> 8;
    batch.bytes[i * 100 + 1] = template & 255;
    batch.messageStart[i] = batch.lineStart[i] = i * 100;
    batch.messageEnd[i] = batch.lineEnd[i] = (i + 1) * 100;
    batch.severity[i] = template === 7 ? 17 : 9;
    batch.timeMs[i] = 1_760_000_000_000 + number * 1000 + i;
  }
  return batch;
}
