/** What each look at sessions finds by itself, on injected faults and in a real log; together they are judged elsewhere. */
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { hdfsSessions } from '../../../test/hdfs-sessions.ts';
import { Random } from '../../../test/quality/calibration-traffic.ts';
import { auc } from '../../../test/windows/separation.ts';
import { WindowCounts } from '../../windows/window-counts.ts';
import { CountVectors } from './count-vectors.ts';
import { FIRST_SYMBOL, GramModel } from './gram-model.ts';
import { OddSessions } from './odd-sessions.ts';
import { SessionCounts } from './session-counts.ts';

type Session = readonly number[];
type Score = (session: Session) => number;

/** The least likely step of a session, its end included, as −log10. */
function byGrams(normal: readonly Session[]): Score {
  const model = new GramModel(3, 100_000);
  for (const session of normal) model.learn(Int32Array.from(session), session.length, true, 1);
  return (session) => {
    const symbols = Int32Array.from(session);
    let odd = 0;
    for (let i = 0; i <= symbols.length; i++) {
      model.judge(symbols, symbols.length, i);
      odd = Math.max(odd, -Math.log10(model.chance));
    }
    return odd;
  };
}

function byCounts(normal: readonly Session[]): Score {
  const [vectors, counts] = [new CountVectors(1_000), new SessionCounts()];
  const take = (session: Session): SessionCounts => {
    counts.take(Int32Array.from(session), session.length);
    return counts;
  };
  for (const session of normal) vectors.learn(take(session), 1);
  return (session) => vectors.judge(take(session));
}

/** A request's way: it begins, reads one to six times, perhaps asks another service, writes and ends. */
function request(random: Random): number[] {
  const reads = Array.from({ length: 1 + Math.floor(6 * random.next()) }, () => 3);
  return [2, ...reads, ...(random.next() < 0.3 ? [4, 5] : []), 6, 7];
}

/** Broken off, turned round, with a step twice, or without one. */
function broken(random: Random, kind: number): number[] {
  const steps = request(random);
  if (kind === 0) return steps.slice(0, -2);
  if (kind === 1) return steps.toReversed();
  if (kind === 2) return [...steps.slice(0, -1), 6, 6, 7];
  return steps.filter((step) => step !== 6);
}

function hdfs(...[file, most]: Parameters<typeof hdfsSessions>): Session[] {
  return hdfsSessions(file, most).map((session) => session.map((step) => FIRST_SYMBOL + step));
}

describe.each([
  ['the order of steps', byGrams],
  ['the counts of steps', byCounts],
] as const)('%s', (_, learned) => {
  it('separates injected faults from normal sessions', () => {
    const random = new Random(41);
    const score = learned(Array.from({ length: 2_000 }, () => request(random)));
    const normal = Array.from({ length: 500 }, () => score(request(random)));
    const odd = Array.from({ length: 100 }, (_, i) => score(broken(random, i % 4)));
    // Counts know nothing of an order: what is turned round has the same ones.
    expect(auc(normal, odd)).toBeGreaterThan(learned === byCounts ? 0.8 : 0.97);
  });

  it('separates failed sessions of a distributed file system from normal ones', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const score = learned(hdfs('hdfs_train', 4_855));
    const normal = hdfs('dev_normal', 2_000).map(score);
    expect(auc(normal, hdfs('dev_abnormal', 400).map(score))).toBeGreaterThan(0.97);
  });
});

describe('odd sessions in numbers', () => {
  it('separate windows in which one session of ten has failed from normal ones, in a real log', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const score = byCounts(hdfs('hdfs_train', 4_855));
    const normal = hdfs('dev_normal', 4_000).map(score);
    const failed = hdfs('dev_abnormal', 400).map(score);
    // As rare as one normal session in a hundred.
    const limit = normal.toSorted((a, b) => b - a)[40];
    const detector = new OddSessions();
    const window = new WindowCounts({ bornMs: new Float64Array(64).fill(-1) });
    const next = (scores: readonly number[]): WindowCounts => {
      window.open(window.endMs, 30_000);
      Object.assign(window.sessions, { ended: scores.length, odd: scores.filter((one) => one > limit).length });
      return window;
    };
    const found: { normal: number[]; odd: number[] } = { normal: [], odd: [] };
    for (let i = 0; i + 40 <= normal.length; i += 40) {
      const sessions = normal.slice(i, i + 40);
      const faulty = [...sessions.slice(0, 36), ...failed.slice((i / 40) * 4, (i / 40) * 4 + 4)];
      if (i > 1_000) found.odd.push(detector.judge(next(faulty)).magnitude);
      if (i > 1_000) found.normal.push(detector.judge(next(sessions)).magnitude);
      detector.learn(next(sessions));
    }
    expect(auc(found.normal, found.odd)).toBeGreaterThan(0.9);
  });
});
