/**
 * The inline pass over OTLP/gRPC beside the real Collector's: gRPC in, OTLP/HTTP out to the same sink, the same batches, in
 * turn. CPU time of the server process per record; the scorer is a stub, the redaction the default one.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBatches } from '../../otel-processor/bench/batches.ts';
import type { FigureRow } from '../../otel-processor/bench/figure.ts';
import type { BenchRow } from '../../otel-processor/bench/measure.ts';
import { collectorPath } from '../test/collector/collector.ts';
import { cpuInTurn } from './cpu-in-turn.ts';
import { GrpcLoad } from './grpc-load.ts';
import { startSink } from './relay-load.ts';
import { passThrough, stubbedProcessor } from './servers.ts';
import type { Server } from './servers.ts';

const BATCHES = 128;
const RECORDS = 1000;
const INLINE = 'gRPC in, inline pass, stub scorer';
const PASS_THROUGH = 'Collector otlp (gRPC) → otlp_http';
const ROUNDS = {
  rounds: 12,
  warmUpSeconds: 8,
  leadInSeconds: 0.5,
  roundSeconds: 1.5,
  floors: { [INLINE]: 0.7 },
  shares: [{ of: INLINE, beside: PASS_THROUGH, limit: 0.5 }],
};

export async function run(): Promise<(BenchRow | FigureRow)[]> {
  if (process.platform !== 'linux') return [];
  const folder = mkdtempSync(join(tmpdir(), 'seismo-bench-'));
  const sink = await startSink();
  const load = new GrpcLoad(makeBatches({ count: BATCHES, records: RECORDS }).map((batch) => batch.bytes));
  const servers: Server[] = [];
  try {
    servers.push(await stubbedProcessor(INLINE, sink.port));
    if (existsSync(collectorPath())) servers.push(await passThrough(PASS_THROUGH, folder, sink.port));
    return await cpuInTurn(servers, ROUNDS, ({ grpcUrl }, seconds) => load.send(grpcUrl, seconds));
  } finally {
    load.close();
    await Promise.all(servers.map((server) => server.stop()));
    sink.close();
    rmSync(folder, { recursive: true });
  }
}
