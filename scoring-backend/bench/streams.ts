/**
 * Does a record cost the same however many streams there are, and a closed window? Every stream gets the same load at the
 * same age. Each turn has new engines, one after the other where streams are few: ten streams that are alone in the process
 * have the processor's caches for themselves, and that is what many are compared with. The numbers of streams alternate, so
 * that what the machine does meanwhile hits them alike.
 *
 * A bucket's records come in three parts. Windows close in the first one; the other two tell what a record costs, and the
 * difference what a closed window does.
 */
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { benchRow, median, type BenchRow } from '../../otel-processor/bench/measure.ts';
import { Engine } from '../src/engine/engine.ts';
import { RecordBatch } from '../src/engine/record-batch.ts';
import { engineSettings } from '../src/engine/settings.ts';
import { createIndexMiner } from './index-miner.ts';

const STREAMS = [10, 100, 1_000, 5_000] as const;
/** Streams of one turn, at least: of the few, several engines. */
const STREAMS_PER_TURN = 500;
const TURNS = 5;
const TEMPLATES = 20;
/** Records of a stream in a bucket of 30 s, and in one batch: a Collector sends those of a few services together. */
const PER_BUCKET = 300;
const PER_BATCH = 100;
const STREAMS_PER_BATCH = 10;
const RECORDS = PER_BATCH * STREAMS_PER_BATCH;
const PARTS = PER_BUCKET / PER_BATCH;
const START_MS = 1_760_000_400_000;
const BUCKET_MS = 30_000;
/** Ten minutes of each kind of window: 30 s, 1 min, 5 min. */
const WARM_UP_BUCKETS = 2;
const BUCKETS = 10;
const WINDOWS = BUCKETS * (1 + 1 / 2 + 1 / 10);

interface Spent {
  /** ns per record: of all, and of those between which no window closes. */
  readonly all: number;
  readonly record: number;
  /** ns per closed window. */
  readonly window: number;
}

export async function run(): Promise<BenchRow[]> {
  const spent = STREAMS.map((): Spent[] => []);
  turn(STREAMS[0]);
  for (let round = 0; round < TURNS; round++) STREAMS.forEach((streams, i) => spent[i].push(turn(streams)));
  return STREAMS.flatMap((streams, i) => {
    const row = (name: string, unit: string, of: keyof Spent): BenchRow =>
      benchRow(
        { name: `streams: ${name}, of ${streams} streams`, unit, units: 1 },
        median(spent[i].map((s) => s[of])),
        TURNS,
      );
    return [
      row('a record and its share of windows', 'record', 'all'),
      row('a record', 'record', 'record'),
      row('a closed window', 'window', 'window'),
    ];
  });
}

function turn(streams: number): Spent {
  const parts = new Float64Array(PARTS);
  const engines = Math.max(1, STREAMS_PER_TURN / streams);
  for (let e = 0; e < engines; e++) {
    const load = new Load(streams);
    for (let bucket = 0; bucket < WARM_UP_BUCKETS; bucket++) load.bucket(new Float64Array(PARTS));
    for (let bucket = 0; bucket < BUCKETS; bucket++) load.bucket(parts);
  }
  const each = engines * streams * BUCKETS;
  const sum = parts.reduce((all, part) => all + part, 0);
  const record = (sum - parts[0]) / (each * (PER_BUCKET - PER_BATCH));
  return {
    all: sum / (each * PER_BUCKET),
    record,
    window: (parts[0] - record * each * PER_BATCH) / ((each / BUCKETS) * WINDOWS),
  };
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

  /** Gives every stream the records of a bucket; adds the CPU time of each of its parts, in ns. */
  bucket(spent: Float64Array): void {
    const { stream, timeMs } = this.#batch;
    const bucketMs = START_MS + this.#bucket++ * BUCKET_MS;
    for (let part = 0; part < PARTS; part++)
      for (let first = 0; first < this.#streams.length; first += STREAMS_PER_BATCH) {
        for (let i = 0; i < RECORDS; i++) {
          const nth = i % PER_BATCH;
          stream[i] = this.#streams[first + (i - nth) / PER_BATCH];
          timeMs[i] = bucketMs + Math.floor(((part * PER_BATCH + nth) * BUCKET_MS) / PER_BUCKET);
        }
        const start = process.cpuUsage();
        this.#engine.score(this.#batch, this.#verdicts, { learn: true });
        const { user, system } = process.cpuUsage(start);
        spent[part] += (user + system) * 1_000;
      }
    this.#engine.takeOutputs({ catalogue: false });
  }
}
