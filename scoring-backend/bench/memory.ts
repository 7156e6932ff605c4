/**
 * Memory of the processor while 64 connections send batches of 8,192 records as fast as they are taken: the peak of the
 * resident set of its process, in rounds of half a minute after a warm-up. Beside it the Collector's.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBatches } from '../../otel-processor/bench/batches.ts';
import { type FigureRow, figureRow } from '../../otel-processor/bench/figure.ts';
import { collectorPath } from '../test/collector/collector.ts';
import { Load, startSink } from './relay-load.ts';
import { ResidentSet } from './resident-set.ts';
import { passThrough, stubbedProcessor } from './servers.ts';
import type { Server } from './servers.ts';

const BATCHES = 24;
const RECORDS = 8192;
const CONNECTIONS = 64;
const ROUNDS = 4;
const WARM_UP_S = 10;
const ROUND_S = 30;
const LIMIT_MB = 300;

export async function run(): Promise<FigureRow[]> {
  if (process.platform !== 'linux') return [];
  const folder = mkdtempSync(join(tmpdir(), 'seismo-bench-'));
  const sink = await startSink();
  const batches = makeBatches({ count: BATCHES, records: RECORDS }).map((batch) => batch.bytes);
  const load = new Load(batches, CONNECTIONS);
  const servers: Server[] = [];
  try {
    servers.push(await stubbedProcessor('processor, stub scorer', sink.port));
    if (existsSync(collectorPath())) servers.push(await passThrough('Collector otlp → otlp_http', folder, sink.port));
    const rows: FigureRow[] = [];
    for (const [i, server] of servers.entries()) {
      const peaks = await peaksOf(server, load);
      rows.push(
        figureRow(`memory at ${RECORDS} × ${CONNECTIONS}: ${server.name}`, 'MB', peaks, i === 0 ? LIMIT_MB : undefined),
      );
    }
    return rows;
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    load.close();
    sink.close();
    rmSync(folder, { recursive: true });
  }
}

async function peaksOf(server: Server, load: Load): Promise<number[]> {
  const url = `${server.httpUrl}/v1/logs`;
  await load.send(url, WARM_UP_S);
  const peaks: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const resident = new ResidentSet(server.pid);
    await load.send(url, ROUND_S);
    peaks.push(resident.end() / 1e6);
  }
  return peaks;
}
