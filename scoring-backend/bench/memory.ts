/**
 * Memory of the processor while 64 connections send batches of 8,192 records as fast as they are taken, over HTTP and over
 * gRPC: the peak of the resident set of its process, in rounds of half a minute after a warm-up. Beside it the Collector's.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBatches } from '../../otel-processor/bench/batches.ts';
import { type FigureRow, figureRow } from '../../otel-processor/bench/figure.ts';
import { collectorPath } from '../test/collector/collector.ts';
import { GrpcLoad } from './grpc-load.ts';
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

type Send = (server: Server, seconds: number) => Promise<number>;

export async function run(): Promise<FigureRow[]> {
  if (process.platform !== 'linux') return [];
  const folder = mkdtempSync(join(tmpdir(), 'seismo-bench-'));
  const sink = await startSink();
  const batches = makeBatches({ count: BATCHES, records: RECORDS }).map((batch) => batch.bytes);
  const [http, grpc] = [new Load(batches, CONNECTIONS), new GrpcLoad(batches, CONNECTIONS)];
  const doors: [string, Send][] = [
    ['HTTP', ({ httpUrl }, seconds) => http.send(`${httpUrl}/v1/logs`, seconds)],
    ['gRPC', ({ grpcUrl }, seconds) => grpc.send(grpcUrl, seconds)],
  ];
  try {
    const rows: FigureRow[] = [];
    for (const [door, send] of doors) {
      // A server of its own for each door, one after the other: what one held for HTTP is not to count for gRPC.
      const ours = await stubbedProcessor(`processor, stub scorer, ${door}`, sink.port);
      rows.push(await peaksOf(ours, send, LIMIT_MB));
      if (existsSync(collectorPath()))
        rows.push(await peaksOf(await passThrough(`Collector otlp → otlp_http, ${door}`, folder, sink.port), send));
    }
    return rows;
  } finally {
    http.close();
    grpc.close();
    sink.close();
    rmSync(folder, { recursive: true });
  }
}

async function peaksOf(server: Server, send: Send, limitMb?: number): Promise<FigureRow> {
  try {
    await send(server, WARM_UP_S);
    const peaks: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const resident = new ResidentSet(server.pid);
      await send(server, ROUND_S);
      peaks.push(resident.end() / 1e6);
    }
    return figureRow(`memory at ${RECORDS} × ${CONNECTIONS}: ${server.name}`, 'MB', peaks, limitMb);
  } finally {
    await server.stop();
  }
}
