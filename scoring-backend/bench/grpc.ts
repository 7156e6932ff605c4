/**
 * The inline pass over OTLP/gRPC beside the real Collector's: gRPC in, OTLP/HTTP out to the same sink, the same batches, in
 * turn. CPU time of the server process per record; the scorer is a stub, the redaction the default one.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeBatches } from '../../otel-processor/bench/batches.ts';
import type { BenchRow } from '../../otel-processor/bench/measure.ts';
import { collectorPath } from '../test/collector/collector.ts';
import { cpuInTurn } from './cpu-in-turn.ts';
import { GrpcLoad } from './grpc-load.ts';
import { startSink } from './relay-load.ts';
import { passThrough, stubbedProcessor } from './servers.ts';
import type { Server } from './servers.ts';

const BATCHES = 128;
const RECORDS = 1000;
const ROUNDS = { rounds: 5, warmUpSeconds: 4, roundSeconds: 4, floors: [0.7] };

export async function run(): Promise<BenchRow[]> {
  if (process.platform !== 'linux') return [];
  const folder = mkdtempSync(join(tmpdir(), 'seismo-bench-'));
  const sink = await startSink();
  const load = new GrpcLoad(makeBatches({ count: BATCHES, records: RECORDS }).map((batch) => batch.bytes));
  const servers: Server[] = [];
  try {
    servers.push(await stubbedProcessor('gRPC in, inline pass, stub scorer', sink.port));
    if (existsSync(collectorPath()))
      servers.push(await passThrough('Collector otlp (gRPC) → otlp_http', folder, sink.port));
    return await cpuInTurn(servers, ROUNDS, ({ grpcUrl }, seconds) => load.send(grpcUrl, seconds));
  } finally {
    load.close();
    await Promise.all(servers.map((server) => server.stop()));
    sink.close();
    rmSync(folder, { recursive: true });
  }
}
