/**
 * What a closed window costs with all default detectors: of a stream with 500 templates, and whether the cost per window
 * stays flat from 10 streams to 5,000.
 */
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { benchRow, median, type BenchRow } from '../../otel-processor/bench/measure.ts';
import { Engine } from '../src/engine/engine.ts';
import { RecordBatch } from '../src/engine/record-batch.ts';
import { engineSettings } from '../src/engine/settings.ts';
import { SeededRandom } from '../src/detectors/random.ts';
import { createIndexMiner } from './index-miner.ts';

const START_MS = 1_760_000_400_000;
const BUCKET_MS = 30_000;
const TEMPLATES = 500;
/** Records of a bucket begin after the lateness, when the bucket before has closed. */
const FIRST_MS = 7_000;
/** Windows that close per bucket: one of 30 s, half of 1 min, a tenth of 5 min. */
const PER_BUCKET = 1.6;
/** Buckets until all detectors are at work: 2 h 30 min. */
const WARM_UP = 300;
/** A few minutes, for thousands of streams: their models are not made yet. */
const WARM_UP_MANY = 6;
/** Streams of all lots together, where one lot has fewer. */
const LOTS_OF = 400;

export async function run(): Promise<BenchRow[]> {
  const one = new Load(1, TEMPLATES, 2_000);
  one.closed(WARM_UP);
  const samples = Array.from({ length: 15 }, () => one.closed(20) / PER_BUCKET);
  const name = 'window: close, 2,000 records of 500 templates';
  const rows = [benchRow({ name, unit: 'window', units: 1, floor: 0.0005 }, median(samples), samples.length)];
  // The many first: what comes later finds the code compiled.
  const many = flat(5_000);
  rows.push(flat(10), many);
  return rows;
}

/** Few streams at a time, one lot after the other, so that all windows are of streams of the same age. */
function flat(streams: number): BenchRow {
  const spent: number[] = [];
  for (let lot = 0; lot < Math.ceil(LOTS_OF / streams); lot++) {
    const load = new Load(streams, 20, 30);
    load.closed(WARM_UP_MANY);
    for (let round = 0; round < 4; round++) spent.push(load.closed(1) / (streams * PER_BUCKET));
  }
  const name = `window: close, of ${streams} streams`;
  return benchRow({ name, unit: 'window', units: 1 }, median(spent), spent.length);
}

/** Streams of so many templates and records per bucket, every record of a template at random. */
class Load {
  readonly #engine: Engine;
  readonly #batch = new RecordBatch();
  readonly #records: number;
  readonly #random = new SeededRandom(1);
  readonly #streams: number[];
  readonly #templates: number;
  #bucket = 0;

  constructor(streams: number, templates: number, records: number) {
    this.#engine = new Engine(engineSettings({ maxStreams: streams + 1 }), createIndexMiner(templates));
    this.#templates = templates;
    this.#streams = Array.from({ length: streams }, (_, i) =>
      this.#engine.stream({ tenant: '', namespace: '', service: `bench ${i}`, environment: '' }),
    );
    this.#batch.grow(records);
    this.#batch.bytes = new Uint8Array(100 * records);
    this.#batch.templateStart.fill(-1);
    this.#batch.traceStart.fill(-1);
    this.#records = records;
  }

  /** Fills so many buckets of every stream and then closes them; the CPU time of closing alone, per bucket, in ns. */
  closed(buckets: number): number {
    let spent = 0;
    for (let b = 0; b < buckets; b++, this.#bucket++) {
      for (const stream of this.#streams) this.#score(stream, this.#records, FIRST_MS);
      const start = process.cpuUsage();
      // A single record after the lateness closes what ends before it.
      for (const stream of this.#streams) this.#score(stream, 1, BUCKET_MS + FIRST_MS - 1_000);
      const { user, system } = process.cpuUsage(start);
      spent += (user + system) * 1_000;
      this.#engine.takeOutputs();
    }
    return spent / buckets;
  }

  #score(stream: number, records: number, offsetMs: number): void {
    const batch = this.#batch;
    batch.records = records;
    const stepMs = (BUCKET_MS - FIRST_MS) / records;
    for (let i = 0; i < records; i++) {
      const template = Math.floor(this.#templates ** this.#random.next()) - 1;
      batch.bytes[i * 100] = template >> 8;
      batch.bytes[i * 100 + 1] = template & 255;
      batch.stream[i] = stream;
      batch.timeMs[i] = START_MS + this.#bucket * BUCKET_MS + offsetMs + Math.floor(i * stepMs);
      batch.severity[i] = template === 7 ? 17 : 9;
      batch.messageStart[i] = batch.lineStart[i] = i * 100;
      batch.messageEnd[i] = batch.lineEnd[i] = (i + 1) * 100;
    }
    this.#engine.score(batch, VerdictBatch.create(records), { learn: true });
  }
}
