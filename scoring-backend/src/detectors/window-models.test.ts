/** What each model of whole windows finds by itself, as numbers of its own scale; unusual-windows.test.ts judges its M. */
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../otel-processor/test/needs.ts';
import { hdfsSessions } from '../../test/hdfs-sessions.ts';
import { auc } from '../../test/windows/separation.ts';
import type { Rows } from './batch-model.ts';
import { SeededRandom } from './random.ts';
import { WINDOW_MODELS, windowModels } from './window-models.ts';

type Row = Float32Array<ArrayBuffer>;

/** As the rows that the engine has: enough for the forest's figures and for others beside them. */
const SIZE = 32;
/** Kinds of steps of a session. */
const KINDS = 32;
const SEED = 7;

function rowsOf(rows: readonly Row[]): Rows {
  const values = new Float32Array(rows.length * SIZE);
  rows.forEach((row, i) => values.set(row, i * SIZE));
  return { values, count: rows.length, size: SIZE };
}

/** Two states, in each of which the first numbers move together and the others on their own. */
function usual(random: SeededRandom): Row {
  const [state, load] = [random.next() < 0.3 ? 3 : 0, random.normal()];
  return Float32Array.from({ length: SIZE }, (_, d) =>
    d < 8 ? state + load + 0.3 * random.normal() : random.normal(),
  );
}

/** Far in some of its numbers, or with numbers that no longer move together. */
function unusual(random: SeededRandom, far: boolean): Row {
  return usual(random).map((value, d) =>
    d >= 8 ? value : far ? value + (d < 3 ? 5 : 0) : d % 2 === 0 ? value : -value - 2,
  );
}

/** How often each kind of step comes in a session, as a logarithm on the scale of the first of `sessions`. */
function stepCounts(scale: readonly (readonly number[])[]): (session: readonly number[]) => Row {
  const counted = (session: readonly number[]): Row => {
    const counts = new Float32Array(KINDS);
    for (const step of session) counts[step]++;
    return counts.map((count) => Math.log2(1 + count));
  };
  const rows = scale.map(counted);
  const mean = Array.from({ length: KINDS }, (_, d) => rows.reduce((sum, row) => sum + row[d] / rows.length, 0));
  const spread = mean.map((m, d) =>
    Math.max(0.25, Math.sqrt(rows.reduce((sum, row) => sum + (row[d] - m) ** 2 / rows.length, 0))),
  );
  return (session) => counted(session).map((value, d) => Math.max(-8, Math.min(8, (value - mean[d]) / spread[d])));
}

/** AUC on failed sessions of a file system, by rows that were fitted on `learned`. */
function onFailures(fit: (rows: Rows, seed: number) => { oddness(row: Row): number }, learned: number[][]): number {
  const row = stepCounts(learned);
  const model = fit(rowsOf(learned.map(row)), SEED);
  const scores = (sessions: number[][]): number[] => sessions.map((session) => model.oddness(row(session)));
  return auc(scores(hdfsSessions('dev_normal', 800)), scores(hdfsSessions('dev_abnormal', 400)));
}

describe.each(windowModels(WINDOW_MODELS))('$name', ({ fit }) => {
  const random = new SeededRandom(SEED);
  const rows = rowsOf(Array.from({ length: 256 }, () => usual(random)));
  const model = fit(rows, SEED);

  it.each([
    ['far in some numbers', true],
    ['with numbers that no longer go together', false],
  ] as const)('separates rows %s from normal ones', (_, far) => {
    const normal = Array.from({ length: 400 }, () => model.oddness(usual(random)));
    const odd = Array.from({ length: 400 }, () => model.oddness(unusual(random, far)));
    expect(auc(normal, odd)).toBeGreaterThan(0.7);
  });

  it('has the number that is off among the five that are told, in most rows', () => {
    let told = 0;
    for (let i = 0; i < 100; i++) {
      const [row, off, parts] = [usual(random), random.below(SIZE), new Float64Array(SIZE)];
      row[off] += i % 2 === 0 ? 7 : -7;
      model.contributions(row, parts);
      const first = [...parts.keys()].sort((a, b) => parts[b] - parts[a]).slice(0, 5);
      if (first.includes(off)) told++;
    }
    expect(told).toBeGreaterThan(50);
  });

  it('has nothing that its rows and its seed do not give again', () => {
    const again = fit({ ...rows, values: rows.values.slice() }, SEED);
    for (let i = 0; i < 50; i++) {
      const row = unusual(random, i % 2 === 0);
      expect(again.oddness(row)).toBe(model.oddness(row));
    }
  });

  it('separates failed sessions of a file system from normal ones, where it has learned of a few failures', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    // Some of them are among those judged: the forest's paper fits it on what it is to judge.
    const learned = [...hdfsSessions('dev_normal', 500), ...hdfsSessions('dev_abnormal', 15)];
    expect(onFailures(fit, learned)).toBeGreaterThan(0.7);
  });
});

// A forest makes no cut where all of its rows were the same: kinds of steps that only failures have tell it nothing, and
// it does hardly better than chance.
const OF_NORMAL_ALONE = windowModels(WINDOW_MODELS.filter((name) => name !== 'isolation-forest'));

it.for(OF_NORMAL_ALONE)(
  '$name separates failed sessions from the normal ones that alone it has learned of',
  ({ fit }, context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    expect(onFailures(fit, hdfsSessions('hdfs_train', 256))).toBeGreaterThan(0.95);
  },
);
