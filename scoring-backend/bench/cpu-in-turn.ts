/** CPU time per record of several servers: rounds alternate between them, so that a change of the machine's speed hits all. */
import { type BenchRow, benchRow, median } from '../../otel-processor/bench/measure.ts';
import { processCpuNs } from './process-cpu.ts';
import type { Server } from './servers.ts';

export interface Rounds {
  readonly rounds: number;
  readonly warmUpSeconds: number;
  readonly roundSeconds: number;
  /** In millions of records per CPU second, of the first servers in their order. */
  readonly floors: readonly number[];
}

/** @param send sends for some seconds; the number of records that were taken */
export async function cpuInTurn(
  servers: readonly Server[],
  { rounds, warmUpSeconds, roundSeconds, floors }: Rounds,
  send: (server: Server, seconds: number) => Promise<number>,
): Promise<BenchRow[]> {
  const samples = new Map(servers.map((server) => [server, [] as number[]]));
  for (const server of servers) await send(server, warmUpSeconds);
  for (let round = 0; round < rounds; round++)
    for (const [server, values] of samples) {
      const before = processCpuNs(server.pid);
      const records = await send(server, roundSeconds);
      values.push((processCpuNs(server.pid) - before) / records);
    }
  return [...samples].map(([{ name }, values], index) =>
    benchRow(
      { name, unit: 'record', units: 1, ...(index < floors.length ? { floor: floors[index] } : {}) },
      median(values),
      rounds,
    ),
  );
}
