/**
 * CPU time per record of several servers: short rounds alternate between them, so that a change of the machine's speed hits
 * all. It lasts longer than a round: shares are of one round.
 */
import { type FigureRow, figureRow } from '../../otel-processor/bench/figure.ts';
import { type BenchRow, benchRow, median } from '../../otel-processor/bench/measure.ts';
import { processCpuNs } from './process-cpu.ts';
import type { Server } from './servers.ts';

export interface Rounds {
  readonly rounds: number;
  readonly warmUpSeconds: number;
  /** Load before a round that is not counted: what the server gave back while others had their turn, it takes again. */
  readonly leadInSeconds: number;
  readonly roundSeconds: number;
  /** What is promised of a server, by its name, in millions of records per CPU second. */
  readonly floors: Readonly<Record<string, number>>;
  /** The largest share of another's CPU time that is promised. */
  readonly shares?: readonly { readonly of: string; readonly beside: string; readonly limit: number }[];
}

/** @param send sends for some seconds; the number of records that were taken */
export async function cpuInTurn(
  servers: readonly Server[],
  { rounds, warmUpSeconds, leadInSeconds, roundSeconds, floors, shares = [] }: Rounds,
  send: (server: Server, seconds: number) => Promise<number>,
): Promise<(BenchRow | FigureRow)[]> {
  const samples = new Map(servers.map(({ name }) => [name, [] as number[]]));
  for (const server of servers) await send(server, warmUpSeconds);
  for (let round = 0; round < rounds; round++)
    for (const server of servers) {
      await send(server, leadInSeconds);
      const before = processCpuNs(server.pid);
      const records = await send(server, roundSeconds);
      samples.get(server.name)?.push((processCpuNs(server.pid) - before) / records);
    }
  const times = [...samples].map(([name, values]) => {
    const floor = name in floors ? { floor: floors[name] } : {};
    return benchRow({ name, unit: 'record', units: 1, ...floor }, median(values), rounds);
  });
  const ofOthers = shares.flatMap(({ of, beside, limit }) => {
    const [own, other] = [samples.get(of), samples.get(beside)];
    if (own === undefined || other === undefined) return [];
    const share = own.map((ns, round) => ns / other[round]);
    return [figureRow(`${of} / ${beside}`, '×', share, limit)];
  });
  return [...times, ...ofOthers];
}
