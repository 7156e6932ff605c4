/**
 * How long a request of 1,000 records takes through each server and to the sink behind it, at 100,000 records a second
 * in an open loop. Rounds alternate. "Nothing between" is what load and sink, both in this process, cost by themselves.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBatches } from '../../otel-processor/bench/batches.ts';
import { type FigureRow, figureRow } from '../../otel-processor/bench/figure.ts';
import { median } from '../../otel-processor/bench/measure.ts';
import { collectorPath } from '../test/collector/collector.ts';
import { EventClocks } from './event-clocks.ts';
import { OpenLoop } from './open-loop.ts';
import { Load, startSink } from './relay-load.ts';
import { passThrough, seismoRelay, stubbedProcessor } from './servers.ts';
import type { Server } from './servers.ts';

const BATCHES = 128;
const RECORDS = 1000;
const RECORDS_PER_SECOND = 100_000;
const ROUNDS = 5;
/** As fast as it goes: a service runs for weeks, its code is compiled. */
const WARM_UP_S = 20;
const WARM_UP_CONNECTIONS = 4;
/** 1,000 requests: ten of them are beyond the 99th percentile. */
const ROUND_S = 10;

export async function run(): Promise<FigureRow[]> {
  if (process.platform !== 'linux' || !existsSync(collectorPath())) return [];
  const folder = mkdtempSync(join(tmpdir(), 'seismo-bench-'));
  const sink = await startSink();
  const batches = makeBatches({ count: BATCHES, records: RECORDS }).map((batch) => batch.bytes);
  const clocks = new EventClocks();
  const [warmUp, load] = [new Load(batches, WARM_UP_CONNECTIONS, clocks), new OpenLoop(batches, clocks)];
  const servers: Server[] = [];
  try {
    servers.push(await passThrough('Collector otlp → otlp_http', folder, sink.port));
    servers.push(await stubbedProcessor('processor, stub scorer', sink.port));
    servers.push(await seismoRelay('relay with verdicts', folder, sink.port));
    const urls = new Map(servers.map(({ name, httpUrl }) => [name, httpUrl]));
    for (const url of urls.values()) await warmUp.send(`${url}/v1/logs`, WARM_UP_S);
    return await inTurn(urls.set('nothing between', `http://127.0.0.1:${sink.port}`), load);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    warmUp.close();
    sink.close();
    rmSync(folder, { recursive: true });
  }
}

/** The first server is what the others are held to. */
async function inTurn(urls: ReadonlyMap<string, string>, load: OpenLoop): Promise<FigureRow[]> {
  const send = (base: string, seconds: number): Promise<Float64Array> =>
    load.send(`${base}/v1/logs`, RECORDS_PER_SECOND, seconds);
  const rounds = [...urls].map(([name, base]) => ({ name, base, half: [] as number[], most: [] as number[] }));
  for (const { base } of rounds) await send(base, ROUND_S / 2);
  for (let round = 0; round < ROUNDS; round++)
    for (const { base, half, most } of rounds) {
      const latencies = await send(base, ROUND_S);
      half.push(latencies[Math.floor(latencies.length * 0.5)]);
      most.push(latencies[Math.floor(latencies.length * 0.99)]);
    }
  const limit = median(rounds[0].most);
  return rounds.flatMap(({ name, half, most }, i) => [
    figureRow(`latency p50: ${name}`, 'ms', half),
    figureRow(`latency p99: ${name}`, 'ms', most, i === 0 || i === rounds.length - 1 ? undefined : limit),
  ]);
}
