/**
 * What a record costs in the engine threads: bytes in shared memory, decode, mine, judge, learn, verdicts back. CPU time of
 * the whole process, so that handing over between threads is in it; ticks come once per pass.
 */
import { benchRow, median } from '../../otel-processor/bench/measure.ts';
import type { BenchRow } from '../../otel-processor/bench/measure.ts';
import { makeBatches } from '../../otel-processor/bench/batches.ts';
import { EngineThreads } from '../src/engine/partition.ts';
import { engineSettings } from '../src/engine/settings.ts';
import { TimedBatch } from './timed-batch.ts';

const ROUNDS = 7;
const WARM_UP = 2;
/** Requests in flight at a time, as a receiver under load has them. */
const IN_FLIGHT = 8;
/** Event time between two batches. */
const STEP_MS = 10;

export async function run(): Promise<BenchRow[]> {
  return [await scoring(1000), await scoring(8000)];
}

async function scoring(records: number): Promise<BenchRow> {
  const batches = makeBatches({ records, count: Math.ceil(200_000 / records) }).map(
    ({ bytes }) => new TimedBatch(bytes),
  );
  let nowMs = Date.UTC(2026, 0, 1);
  const engine = await EngineThreads.start({
    ...{ workers: 1, tickMs: 0, checkpointMs: 3_600_000, slots: 16, slotBytes: 4 * 1024 * 1024 },
    settings: engineSettings(),
    ...{ maxQueuedBytes: 1 << 30, maxHeapMib: 1024 },
    keeper: { save: async () => undefined, load: async () => [] },
    onOutputs: () => undefined,
    onTrouble: (_event, detail) => {
      throw new Error(detail);
    },
  });
  const samples: number[] = [];
  const units = batches.length * records;
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const batch of batches) batch.setTime((nowMs += STEP_MS));
    const start = process.cpuUsage();
    await scoreAll(engine, batches);
    engine.tick(nowMs);
    await engine.settled();
    const { user, system } = process.cpuUsage(start);
    if (round >= 0) samples.push(((user + system) * 1000) / units);
  }
  await engine.close();
  const name = `score in engine thread, ${records} records`;
  return benchRow({ name, unit: 'record', units }, median(samples), ROUNDS);
}

async function scoreAll(engine: EngineThreads, batches: readonly TimedBatch[]): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < batches.length) {
      const { bytes, records } = batches[next++];
      await engine.score({ bytes, records, tenant: '', learn: true, texts: false });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}
