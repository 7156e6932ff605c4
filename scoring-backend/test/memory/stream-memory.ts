/** What a stream costs in memory: streams of one age in an engine, and the heap with them less the heap without. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { Engine } from '../../src/engine/engine.ts';
import { RecordBatch } from '../../src/engine/record-batch.ts';
import { engineSettings } from '../../src/engine/settings.ts';
import { createTemplateMiner } from '../../src/templates/miner.ts';

export interface StreamAge {
  /** Kinds of lines, the first of which come most. */
  readonly templates: number;
  readonly minutes: number;
  readonly linesPerMinute: number;
}

const START_MS = 1_760_000_400_000;
const MINUTE_MS = 60_000;
const WORDS = (
  'accepted archive balance batch cache checkout client cluster commit config connection consumer cursor deadline device ' +
  'disk driver export field filter gateway handler import index invoice job journal ledger lock mail message mirror node ' +
  'order packet page partition payment pool price proxy queue quota reader record refund region replica report request ' +
  'route schedule schema segment session shard shipment snapshot socket source stock storage table tenant thread token upload volume worker'
).split(' ');

/** Bytes of heap and of array buffers per stream; those of one that came before are not counted, nor what code takes. */
export async function bytesPerStream(streams: number, age: StreamAge): Promise<number> {
  const engine = new Engine(engineSettings({ maxStreams: streams + 1 }), createTemplateMiner);
  const feed = new Feed(engine, age);
  feed.stream('first');
  const before = await bytesInUse();
  for (let s = 0; s < streams; s++) feed.stream(`service-${s}`);
  const after = await bytesInUse();
  // The engine is still in use here, and so is all that it knows.
  engine.takeOutputs();
  return (after - before) / streams;
}

async function bytesInUse(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Array buffers are freed a turn after nobody knows them.
  for (let i = 0; i < 3; i++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

class Feed {
  readonly #engine: Engine;
  readonly #age: StreamAge;
  readonly #batch = new RecordBatch();

  constructor(engine: Engine, age: StreamAge) {
    this.#engine = engine;
    this.#age = age;
    this.#batch.grow(age.linesPerMinute);
    this.#batch.templateStart.fill(-1);
    this.#batch.traceStart.fill(-1);
    this.#batch.severity.fill(9);
  }

  /** The whole life of one stream. */
  stream(service: string): void {
    const batch = this.#batch;
    const { templates, minutes, linesPerMinute } = this.#age;
    batch.stream.fill(this.#engine.stream({ tenant: '', namespace: '', service, environment: '' }));
    batch.records = linesPerMinute;
    const verdicts = VerdictBatch.create(linesPerMinute);
    for (let minute = 0, line = 0; minute < minutes; minute++) {
      const lines = Array.from({ length: linesPerMinute }, () => lineOf(line++, templates));
      batch.bytes = Buffer.from(lines.join(''), 'latin1');
      for (let i = 0, at = 0; i < linesPerMinute; i++) {
        batch.messageStart[i] = batch.lineStart[i] = at;
        batch.messageEnd[i] = batch.lineEnd[i] = at += lines[i].length;
        batch.timeMs[i] = START_MS + minute * MINUTE_MS + Math.floor((i * MINUTE_MS) / linesPerMinute);
      }
      this.#engine.score(batch, verdicts, { learn: true });
      this.#engine.takeOutputs();
    }
  }
}

/** Every kind once, then in shares that fall as 1/rank; values change from line to line. */
function lineOf(line: number, templates: number): string {
  const kind = line < templates ? line : Math.floor(templates ** ((line * 0.6180339887498949) % 1)) - 1;
  const word = (nth: number): string =>
    WORDS[(kind * (2 * nth + 1) + 17 * nth + Math.floor(kind / 7) * nth) % WORDS.length];
  return `${word(0)} ${word(1)} ${word(2)} ${word(3)} took ${10 + ((line * 37) % 500)} ms for user ${1000 + ((line * 7919) % 9000)} on ${word(4)}`;
}
