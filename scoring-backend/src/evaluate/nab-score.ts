/**
 * The scoring of the Numenta Anomaly Benchmark (Lavin and Ahmad 2015; sweeper.py of NAB 1.1): a detection inside a window
 * is worth the more the earlier it is, one outside costs the more the further it is behind the last window, a window
 * without a detection costs a miss. The first 15 % of a file, at most 750 rows, are a probation in which nothing counts.
 */

/** What a profile pays and charges. */
export interface NabCosts {
  readonly tpWeight: number;
  readonly fpWeight: number;
  readonly fnWeight: number;
}

/** A labelled window: rows from and up to, both included. */
export type RowWindow = readonly [left: number, right: number];

export interface NabFile {
  readonly rows: number;
  readonly windows: readonly RowWindow[];
  /** 1 where a row was flagged. */
  readonly flagged: Uint8Array;
}

/** What came of a file in one profile. */
export interface NabResult {
  readonly score: number;
  /** Windows that count, and those of them with a detection. */
  readonly windows: number;
  readonly found: number;
  readonly falseDetections: number;
}

const PROBATION_SHARE = 0.15;
const MOST_PROBATION_ROWS = 750;

export function nabScore({ rows, windows, flagged }: NabFile, costs: NabCosts): NabResult {
  const probation = Math.min(Math.floor(PROBATION_SHARE * rows), MOST_PROBATION_ROWS);
  const counting = windows.filter(([, right]) => right >= probation);
  const best = counting.map(() => -Infinity);
  let score = 0;
  let falseDetections = 0;
  for (let row = probation; row < rows; row++) {
    if (flagged[row] !== 1) continue;
    const inside = counting.findIndex(([left, right]) => row >= left && row <= right);
    if (inside >= 0) {
      const [left, right] = counting[inside];
      const place = -(right - row + 1) / (right - left + 1);
      best[inside] = Math.max(best[inside], sigmoid(place) / sigmoid(-1));
      continue;
    }
    falseDetections++;
    const before = windows.findLast(([, right]) => right < row);
    const place = before === undefined ? Infinity : (row - before[1]) / Math.max(1, before[1] - before[0]);
    score += costs.fpWeight * (place > FAR ? -1 : sigmoid(place));
  }
  for (const value of best) score += value === -Infinity ? -costs.fnWeight : costs.tpWeight * value;
  const found = best.filter((value) => value > -Infinity).length;
  return { score, windows: counting.length, found, falseDetections };
}

/** 100 for every window found at its first row and nothing else, 0 for no detection at all. */
export function nabNormalised(results: readonly NabResult[], { tpWeight, fnWeight }: NabCosts): number {
  const score = results.reduce((sum, result) => sum + result.score, 0);
  const windows = results.reduce((sum, result) => sum + result.windows, 0);
  const nothing = -fnWeight * windows;
  return (100 * (score - nothing)) / (tpWeight * windows - nothing);
}

/** Windows' lengths behind a window from which on a false detection costs everything. */
const FAR = 3;

function sigmoid(place: number): number {
  return 2 / (1 + Math.exp(5 * place)) - 1;
}
