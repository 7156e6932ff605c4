/**
 * Does a record cost the same however many streams there are? Every stream gets the same load at the same age, and all
 * figures are of as many records: few streams take several turns with engines of their own. Windows close in between, as
 * they do in life. The numbers of streams alternate, so that what the machine does meanwhile hits them alike.
 */
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { benchRow, median, type BenchRow } from '../../otel-processor/bench/measure.ts';
import { Engine } from '../src/engine/engine.ts';
import { RecordBatch } from '../src/engine/record-batch.ts';
import { engineSettings } from '../src/engine/settings.ts';
import { createIndexMiner } from './index-miner.ts';

const STREAMS = [10, 100, 1_000, 5_000] as const;
/** Streams of one figure, at least: of the few, several engines in turn. */
const STREAMS_MEASURED = 1_000;
const ROUNDS = 5;
const TEMPLATES = 20;
/** Records of a stream in a bucket of 30 s, and in one batch: a Collector sends those of a few services together. */
const PER_BUCKET = 300;
const PER_BATCH = 100;
const STREAMS_PER_BATCH = 10;
const RECORDS = PER_BATCH * STREAMS_PER_BATCH;
const START_MS = 1_760_000_400_000;
const BUCKET_MS = 30_000;
const WARM_UP_BUCKETS = 2;

export async function run(): Promise<BenchRow[]> {
  const lots = STREAMS.map((streams) =>
    Array.from({ length: Math.max(1, STREAMS_MEASURED / streams) }, () => new Load(streams)),
  );
  const spent = STREAMS.map((): number[] => []);
  for (let bucket = 0; bucket < WARM_UP_BUCKETS + ROUNDS; bucket++)
    lots.forEach((loads, i) => {
      const spentUs = loads.reduce((sum, load) => sum + load.bucket(), 0);
      if (bucket >= WARM_UP_BUCKETS) spent[i].push((spentUs * 1_000) / (loads.length * STREAMS[i] * PER_BUCKET));
    });
  return STREAMS.map((streams, i) =>
    benchRow({ name: `streams: a record, of ${streams} streams`, unit: 'record', units: 1 }, median(spent[i]), ROUNDS),
  );
}

class Load {
  readonly #engine: Engine;
  readonly #batch = new RecordBatch();
  readonly #verdicts = VerdictBatch.create(RECORDS);
  readonly #streams: number[];
  #bucket = 0;

  constructor(streams: number) {
    this.#engine = new Engine(engineSettings({ maxStreams: streams }), createIndexMiner(TEMPLATES));
    this.#streams = Array.from({ length: streams }, (_, i) =>
      this.#engine.stream({ tenant: '', namespace: '', service: `bench ${i}`, environment: '' }),
    );
    const batch = this.#batch;
    batch.grow(RECORDS);
    batch.records = RECORDS;
    batch.bytes = new Uint8Array(100 * RECORDS);
    batch.templateStart.fill(-1);
    batch.traceStart.fill(-1);
    batch.severity.fill(9);
    for (let i = 0; i < RECORDS; i++) {
      batch.messageStart[i] = batch.lineStart[i] = i * 100;
      batch.messageEnd[i] = batch.lineEnd[i] = (i + 1) * 100;
      batch.bytes[i * 100 + 1] = Math.floor(TEMPLATES ** ((i * 0.6180339887498949) % 1)) - 1;
    }
  }

  /** Gives every stream the records of a bucket; the CPU time of that, in µs. */
  bucket(): number {
    const { stream, timeMs } = this.#batch;
    const bucketMs = START_MS + this.#bucket++ * BUCKET_MS;
    let spentUs = 0;
    for (let part = 0; part < PER_BUCKET; part += PER_BATCH)
      for (let first = 0; first < this.#streams.length; first += STREAMS_PER_BATCH) {
        for (let i = 0; i < RECORDS; i++) {
          const nth = i % PER_BATCH;
          stream[i] = this.#streams[first + (i - nth) / PER_BATCH];
          timeMs[i] = bucketMs + Math.floor(((part + nth) * BUCKET_MS) / PER_BUCKET);
        }
        const start = process.cpuUsage();
        this.#engine.score(this.#batch, this.#verdicts, { learn: true });
        const { user, system } = process.cpuUsage(start);
        spentUs += user + system;
      }
    this.#engine.takeOutputs({ catalogue: false });
    return spentUs;
  }
}
