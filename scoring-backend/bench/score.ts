/**
 * What a record costs in the engine threads: bytes in shared memory, decode, mine, judge, learn, verdicts back. CPU time of
 * the whole process, so that handing over between threads is in it; ticks come once per pass.
 */
import { benchRow, median } from '../../otel-processor/bench/measure.ts';
import type { BenchRow } from '../../otel-processor/bench/measure.ts';
import { makeBatches } from '../../otel-processor/bench/batches.ts';
import type { Batch } from '../../otel-processor/bench/batches.ts';
import { decodeLogs } from '@seismo/otel-processor/otlp/decode';
import { LogsColumns } from '@seismo/otel-processor/otlp/columns';
import { EngineThreads } from '../src/engine/partition.ts';
import { engineSettings } from '../src/engine/settings.ts';

const ROUNDS = 7;
const WARM_UP = 2;
/** Requests in flight at a time, as a receiver under load has them. */
const IN_FLIGHT = 8;

export async function run(): Promise<BenchRow[]> {
  return [await scoring(1000), await scoring(8000)];
}

async function scoring(records: number): Promise<BenchRow> {
  const batches = makeBatches({ records, count: Math.ceil(200_000 / records) });
  const clock = new Clock(batches);
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
    const start = process.cpuUsage();
    await scoreAll(engine, batches);
    engine.tick(clock.nowMs);
    await engine.settled();
    const { user, system } = process.cpuUsage(start);
    if (round >= 0) samples.push(((user + system) * 1000) / units);
    clock.advance();
  }
  await engine.close();
  const name = `score in engine thread, ${records} records`;
  return benchRow({ name, unit: 'record', units }, median(samples), ROUNDS);
}

async function scoreAll(engine: EngineThreads, batches: readonly Batch[]): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < batches.length) {
      const { bytes, records } = batches[next++];
      await engine.score({ bytes, records, tenant: '', learn: true, texts: false });
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

/** Moves the times of all records on, so that no pass is late: late records cost less than those in time. */
class Clock {
  readonly #times: { readonly view: DataView; readonly at: number }[] = [];
  #first = 0n;
  #last = 0n;

  constructor(batches: readonly Batch[]) {
    const columns = new LogsColumns();
    for (const { bytes } of batches) {
      decodeLogs(bytes, columns);
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (let i = 0; i < columns.records; i++) {
        // time_unix_nano is the first field of every record of these batches: its tag is 0x09.
        const at = columns.recordStart[i] + 1;
        if (bytes[at - 1] !== 0x09) throw new Error(`record ${i}: expected time_unix_nano first`);
        this.#times.push({ view, at });
        const time = view.getBigUint64(at, true);
        this.#first ||= time;
        this.#last = time;
      }
    }
  }

  get nowMs(): number {
    return Number(this.#last / 1_000_000n);
  }

  advance(): void {
    const span = this.#last - this.#first + 1_000_000n;
    for (const { view, at } of this.#times) view.setBigUint64(at, view.getBigUint64(at, true) + span, true);
    this.#first += span;
    this.#last += span;
  }
}
