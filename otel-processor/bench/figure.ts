/** A measured figure that is no CPU time: a latency, a size of memory, one CPU time as a share of another. */
import { median } from './measure.ts';

export interface FigureRow {
  readonly name: string;
  /** ms, MB, ×. */
  readonly unit: string;
  /** Median and largest over the rounds. */
  readonly value: number;
  readonly worst: number;
  /** What the median is not to exceed, where something is promised. */
  readonly limit?: number;
  readonly rounds: number;
}

/** @param samples one of each round */
export function figureRow(name: string, unit: string, samples: readonly number[], limit?: number): FigureRow {
  const row = { name, unit, value: median(samples), worst: Math.max(...samples), rounds: samples.length };
  return limit === undefined ? row : { ...row, limit };
}
