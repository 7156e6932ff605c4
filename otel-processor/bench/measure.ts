/**
 * Times a piece of work by CPU time (user + system, garbage collection included): on a shared machine wall time says
 * little. The figure is the median over rounds; a warm-up comes first.
 */
export interface BenchRow {
  readonly name: string;
  /** What one unit is: a record, a line, a request. */
  readonly unit: string;
  /** Median CPU time per unit, in ns. */
  readonly cpuNs: number;
  /** Units per CPU second, in millions: 1,000 / cpuNs. */
  readonly millionPerSecond: number;
  /** The promised floor in millions per CPU second, where there is one. */
  readonly floor?: number;
  readonly rounds: number;
}

export interface MeasureOptions {
  readonly name: string;
  readonly unit: string;
  /** Units of work that one call of `run` does. */
  readonly units: number;
  readonly floor?: number;
  /** Counted rounds. Default 9. */
  readonly rounds?: number;
  /** A round repeats `run` until this much CPU time is used, in ms. Default 200. */
  readonly roundMs?: number;
}

export async function measure(options: MeasureOptions, run: () => void | Promise<void>): Promise<BenchRow> {
  const rounds = options.rounds ?? 9;
  const samples: number[] = [];
  for (let round = -2; round < rounds; round++) {
    const start = process.cpuUsage();
    let repeats = 0;
    let spentUs = 0;
    while (spentUs < (options.roundMs ?? 200) * 1000) {
      await run();
      repeats++;
      const used = process.cpuUsage(start);
      spentUs = used.user + used.system;
    }
    if (round >= 0) samples.push((spentUs * 1000) / (repeats * options.units));
  }
  return benchRow(options, median(samples), rounds);
}

/** A row from a CPU time measured elsewhere (another process, say). */
export function benchRow(options: MeasureOptions, cpuNs: number, rounds: number): BenchRow {
  const { name, unit, floor } = options;
  return { name, unit, cpuNs, millionPerSecond: 1000 / cpuNs, ...(floor === undefined ? {} : { floor }), rounds };
}

/** The middle value: mean of the two middle ones for an even count. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
