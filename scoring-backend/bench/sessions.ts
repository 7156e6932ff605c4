/**
 * What sessions cost: the engine's records with a trace id beside the same ones without, five records a session, fifty
 * open at once; and the verdict on one ended session of twenty records, of a kind that comes often and of one that varies.
 */
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { measure, type BenchRow } from '../../otel-processor/bench/measure.ts';
import { sessionOf } from '../src/detectors/sequence/session-features.ts';
import { Engine } from '../src/engine/engine.ts';
import { RecordBatch } from '../src/engine/record-batch.ts';
import { SessionJudge } from '../src/engine/sessions/session-judge.ts';
import { engineSettings } from '../src/engine/settings.ts';
import { createIndexMiner } from './index-miner.ts';

const RECORDS = 1_000;
const BATCHES = 32;
const STEPS = 5;
const AT_ONCE = 50;
const LINE = 100;

export async function run(): Promise<BenchRow[]> {
  return [
    await records('engine: records without trace ids', false),
    await records('engine: records of traces', true),
    await sessions('session of a common kind', 20, 5),
    await sessions('session of a kind that varies', 20, 5_000),
  ];
}

async function records(name: string, traced: boolean): Promise<BenchRow> {
  const engine = new Engine(engineSettings(), createIndexMiner(STEPS));
  const stream = engine.stream({ tenant: '', namespace: '', service: 'bench', environment: '' });
  const batches = Array.from({ length: BATCHES }, (_, b) => makeBatch(stream, b, traced));
  const verdicts = VerdictBatch.create(RECORDS);
  return measure({ name, unit: 'record', units: RECORDS * BATCHES }, () => {
    for (const batch of batches) {
      engine.score(batch, verdicts, { learn: true });
      later(batch);
    }
    engine.takeOutputs();
  });
}

/** Moves a batch behind the others, with traces of its own. */
function later(batch: RecordBatch): void {
  for (let i = 0; i < RECORDS; i++) {
    batch.timeMs[i] += BATCHES * 1000;
  }
  for (let t = LINE * RECORDS; t < batch.bytes.length; t += 16) if (++batch.bytes[t + 12] === 0) batch.bytes[t + 13]++;
}

function makeBatch(stream: number, number: number, traced: boolean): RecordBatch {
  const batch = new RecordBatch();
  batch.grow(RECORDS);
  batch.records = RECORDS;
  const traces = RECORDS / STEPS;
  batch.bytes = new Uint8Array(LINE * RECORDS + 16 * traces);
  batch.templateStart.fill(-1);
  batch.stream.fill(stream);
  for (let t = 0; t < traces; t++)
    batch.bytes.set([number, t & 255, t >> 8, 17 * t, 31 * t], LINE * RECORDS + 16 * t + 3);
  for (let i = 0; i < RECORDS; i++) {
    const round = Math.floor(i / (AT_ONCE * STEPS));
    const trace = round * AT_ONCE + (i % AT_ONCE);
    batch.bytes[i * LINE + 1] = Math.floor(i / AT_ONCE) % STEPS;
    batch.messageStart[i] = batch.lineStart[i] = i * LINE;
    batch.messageEnd[i] = batch.lineEnd[i] = (i + 1) * LINE;
    batch.severity[i] = 9;
    batch.timeMs[i] = 1_760_000_000_000 + number * 1000 + i;
    batch.traceStart[i] = traced ? LINE * RECORDS + 16 * trace : -1;
  }
  return batch;
}

/** Judges and learns sessions of so many records, of so many different kinds. */
async function sessions(name: string, length: number, kinds: number): Promise<BenchRow> {
  const judge = new SessionJudge(1);
  const all = Array.from({ length: 5_000 }, (_, i) => {
    const kind = i % kinds;
    return sessionOf(Array.from({ length }, (_, at) => at + (((kind >> (at % 13)) & 1) === 1 ? 1 : 0)));
  });
  return measure({ name, unit: 'session', units: all.length }, () => {
    for (const session of all) {
      judge.judge(session);
      judge.learn(session);
    }
  });
}
