/**
 * Kinds of lines that a run of a service shows and earlier runs did not: how odd the most frequent of them is.
 *
 * Rare normal lines keep turning up for ever, so a new kind alone says little. How many kinds are new in a normal run is
 * told by those that only one of R runs had: f1/R (Good 1953, Turing), in proportion to the run's length. How many lines
 * a new kind has when it is nothing special is told by the same kinds: Pareto, P(C ≥ c) = c^−a, with a Gamma prior on a.
 * A normal run then has a new kind with c lines or more with p = 1 − exp(−new · c^−a).
 */
import { magnitudeOfP } from '../../calibration/score.ts';

/** Lines of a run by kind. */
export type RunCounts = ReadonlyMap<number, number>;

export interface RunVerdict {
  /** M = −log10 p. */
  readonly magnitude: number;
  /** The most frequent of the new kinds, -1 when there is none, and its lines. */
  readonly kind: number;
  readonly lines: number;
  /** New kinds expected, and found. */
  readonly expectedKinds: number;
  readonly newKinds: number;
}

/** Kinds that one run only had: how many, and the sum of the logarithms of their lines. */
export interface SingleRunKinds {
  readonly kinds: number;
  readonly logs: number;
}

/** The prior on a: as if so many kinds had been seen, of a Zipf tail (a = 1). */
const PRIOR_KINDS = 4;
const PRIOR_SHAPE = 1;
/** Kinds that would have been in one run only, beside the ones that were. */
const PRIOR_SINGLE_RUN_KINDS = 0.5;

/** What normal runs of one service had that no other of them had; nothing of fewer than two runs. */
export function singleRunKinds(runs: readonly RunCounts[]): SingleRunKinds {
  if (runs.length < 2) return { kinds: 0, logs: 0 };
  const runsOf = runsByKind(runs);
  let [kinds, logs] = [0, 0];
  for (const counts of runs)
    for (const [kind, count] of counts) {
      if (runsOf.get(kind) !== 1) continue;
      kinds++;
      logs += Math.log(count);
    }
  return { kinds, logs };
}

/**
 * Judges a run by earlier, normal ones of the same service. M is 0 while there are fewer than two.
 * @param tail kinds that one run only had, of all services of the system: one alone has too few to tell the tail's shape
 */
export function judgeRun(run: RunCounts, earlier: readonly RunCounts[], tail: SingleRunKinds): RunVerdict {
  const known = runsByKind(earlier);
  let [kind, lines, newKinds] = [-1, 0, 0];
  for (const [one, count] of run) {
    if (known.has(one)) continue;
    newKinds++;
    if (count > lines) [kind, lines] = [one, count];
  }
  if (earlier.length < 2) return { magnitude: 0, kind, lines, expectedKinds: newKinds, newKinds };
  const usual = earlier.reduce((sum, counts) => sum + linesOf(counts), 0) / earlier.length;
  const length = Math.min(1, linesOf(run) / Math.max(1, usual));
  const expectedKinds = ((singleRunKinds(earlier).kinds + PRIOR_SINGLE_RUN_KINDS) / earlier.length) * length;
  const shape = (PRIOR_KINDS + tail.kinds) / (PRIOR_KINDS / PRIOR_SHAPE + tail.logs);
  const p = lines === 0 ? 1 : -Math.expm1(-expectedKinds * lines ** -shape);
  return { magnitude: magnitudeOfP(p), kind, lines, expectedKinds, newKinds };
}

function runsByKind(runs: readonly RunCounts[]): Map<number, number> {
  const runsOf = new Map<number, number>();
  for (const counts of runs) for (const kind of counts.keys()) runsOf.set(kind, (runsOf.get(kind) ?? 0) + 1);
  return runsOf;
}

function linesOf(counts: RunCounts): number {
  let lines = 0;
  for (const count of counts.values()) lines += count;
  return lines;
}
