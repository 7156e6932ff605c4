import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { auc } from '../../../test/windows/separation.ts';
import { SeededRandom } from '../../detectors/random.ts';
import { sessionOf } from '../../detectors/sequence/session-features.ts';
import { SessionJudge } from './session-judge.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';

type Events = readonly number[];

function sequencesOf(file: string): Events[] {
  const bytes = readFileSync(join(referenceData ?? '', file));
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
  return text
    .trim()
    .split('\n')
    .map((line) =>
      line
        .slice(line.indexOf('\t') + 1)
        .trim()
        .split(/\s+/)
        .map(Number),
    );
}

function learned(normal: readonly Events[]): SessionJudge {
  const judge = new SessionJudge(1);
  for (const events of normal) judge.learn(sessionOf(events));
  return judge;
}

/** M of sessions; equal ones are judged once. */
function magnitudes(judge: SessionJudge, sessions: readonly Events[]): number[] {
  const known = new Map<string, number>();
  return sessions.map((events) => {
    const key = events.join(' ');
    const magnitude = known.get(key) ?? judge.judge(sessionOf(events)).magnitude;
    known.set(key, magnitude);
    return magnitude;
  });
}

const random = new SeededRandom(7);

/** A shop's sessions: browse any number of times, order or not, pay once or twice, close. */
function shopSession(from = random): number[] {
  const browsing = Array.from({ length: 1 + from.below(4) }, () => 2 + from.below(2));
  const ordering = from.next() < 0.6 ? [4, 5, ...(from.next() < 0.1 ? [5] : []), 6] : [];
  return [1, ...browsing, ...ordering, 7];
}

/** Ways to spoil a session. */
const FAULTS: Record<string, (events: Events) => number[]> = {
  'cut short': (events) => events.slice(0, 1 + random.below(events.length - 2)),
  'a step left out': (events) => events.toSpliced(random.below(events.length), 1),
  'a step in another place': (events) => {
    const from = random.below(events.length);
    const left = events.toSpliced(from, 1);
    return left.toSpliced((from + 2 + random.below(Math.max(1, left.length - 3))) % left.length, 0, events[from]);
  },
  'a step again and again': (events) => {
    const at = random.below(events.length);
    return events.toSpliced(at, 0, ...Array.from({ length: 8 }, () => events[at]));
  },
  'a step never seen': (events) => events.toSpliced(random.below(events.length), 0, 99),
  'steps backwards': (events) => events.toReversed(),
};

describe('SessionJudge', () => {
  const history = Array.from({ length: 3_000 }, () => shopSession());
  const judge = learned(history);
  const fresh = Array.from({ length: 2_000 }, () => shopSession());

  it.for(Object.entries(FAULTS))('tells normal sessions from ones with %s', ([, spoil]) => {
    const odd = magnitudes(judge, fresh.slice(0, 300).map(spoil));
    expect(auc(magnitudes(judge, fresh), odd)).toBeGreaterThan(0.6);
  });

  it('gives p: of fresh normal sessions about a tenth is as rare as 1 in 10, few as 1 in 100', () => {
    const found = magnitudes(judge, fresh);
    const share = (least: number): number => found.filter((magnitude) => magnitude >= least).length / found.length;
    expect(share(1)).toBeLessThan(0.15);
    expect(share(2)).toBeLessThan(0.025);
    expect(share(3)).toBeLessThan(0.005);
  });

  it('claims at most log10(n + 1) + 2, so a young stream flags nothing', () => {
    const young = learned(history.slice(0, 8));
    const { magnitude, margin, confidence } = young.judge(sessionOf([50, 51, 52, 50]));
    expect(magnitude).toBeLessThanOrEqual(Math.log10(9) + 2);
    expect(margin).toBeLessThanOrEqual(0);
    expect(confidence).toBeLessThan(0.2);
  });

  it('names what came and what was expected instead', () => {
    const [first] = judge.judge(sessionOf([1, 2, 4, 5, 7])).evidence;
    expect(first).toMatchObject({ after: 5, template: 7, instead: 6 });
    expect(first.expected).toBeGreaterThan(0.8);
    const cut = judge.judge(sessionOf([1, 2, 4])).evidence.find(({ kind }) => kind === 'session_end');
    expect(cut).toMatchObject({ after: 4, template: -1, instead: 5 });
    const many = judge.judge(sessionOf([1, 2, 4, 5, 6, 7, 7, 7])).evidence;
    expect(many.find(({ kind }) => kind === 'session_counts')).toMatchObject({ template: 7, expected: 1, actual: 3 });
  });

  it('sees a duration and a share of errors beyond the usual', () => {
    const timed = new SessionJudge(1);
    const session = (i: number, tookMs: number, errors: number): Parameters<SessionJudge['judge']>[0] => ({
      ...sessionOf([1, 2, 3]),
      ...{ startMs: i * 10_000, endMs: i * 10_000 + tookMs, errors },
    });
    for (let i = 0; i < 2_000; i++) timed.learn(session(i, 90 + (i % 20), i % 50 === 0 ? 1 : 0));
    expect(timed.judge(session(2_001, 100, 0)).magnitude).toBeLessThan(1);
    const slow = timed.judge(session(2_002, 30_000, 0));
    expect(slow.magnitude).toBeGreaterThan(2.5);
    expect(slow.evidence[0]).toMatchObject({ kind: 'duration', actual: 30, unit: 'seconds' });
    const failed = timed.judge(session(2_003, 100, 3));
    expect(failed.magnitude).toBeGreaterThan(2);
    expect(failed.evidence[0]).toMatchObject({ kind: 'error_rate', actual: 1 });
  });

  it('takes sessions with time by the budget: more of them in a week, a higher threshold', () => {
    const timed = (endMs: number): Parameters<SessionJudge['judge']>[0] => ({
      ...sessionOf([1]),
      startMs: endMs,
      endMs,
    });
    const thresholds = [3_600_000, 1_000].map((everyMs) => {
      const one = new SessionJudge(1);
      let threshold = 0;
      for (let i = 1; i < 200; i++) {
        const { magnitude, margin } = one.judge(timed(i * everyMs));
        threshold = magnitude - margin;
      }
      return threshold;
    });
    // 168 an hourly session's week, 604,800 a secondly one's, of which ¼ of one may be flagged by chance.
    expect(thresholds[0]).toBeCloseTo(Math.log10(168 * 4), 1);
    expect(thresholds[1]).toBeCloseTo(Math.log10(604_800 * 4), 1);
  });

  it('claims a decade beyond the sessions seen for one with time, more for a second one within ten minutes', () => {
    const one = learned(history);
    const untimed = one.judge(sessionOf([50, 51, 52, 50])).magnitude;
    const judgedAt = (minute: number): number =>
      one.judge({ ...sessionOf([50, 51, 52, 50]), startMs: minute * 60_000, endMs: minute * 60_000 }).magnitude;
    const alone = Math.log10(history.length + 1) + 1;
    expect(untimed).toBeGreaterThan(alone + 0.5);
    expect(judgedAt(0)).toBeCloseTo(alone, 6);
    expect(judgedAt(9)).toBe(untimed);
    expect(judgedAt(20)).toBeCloseTo(alone, 6);
  });

  it('does not learn a kind of session that is set aside, until it has become a tenth of all', () => {
    const one = learned(history);
    const odd = sessionOf([8, 9, 8]);
    const learnedAt: number[] = [];
    for (let i = 0; i < 40; i++) if (one.setAside(odd)) learnedAt.push(i);
    expect(learnedAt[0]).toBe(19);
    expect(one.judge(odd).magnitude).toBeLessThan(3);
  });

  it('finds odd sessions again after a change of what is normal, though much was odd while it learned that', () => {
    const one = new SessionJudge(1);
    const follow = (events: Events): void => {
      const session = sessionOf(events);
      one.digest(session, one.judge(session));
    };
    for (let i = 0; i < 1_500; i++) follow([20, 21, 22]);
    for (const events of history) follow(events);
    const strange = magnitudes(one, fresh.slice(0, 300).map(FAULTS['a step never seen']));
    expect(strange.filter((magnitude) => magnitude >= 3).length / strange.length).toBeGreaterThan(0.8);
    const flagged = magnitudes(one, fresh).filter((magnitude) => magnitude >= 3).length;
    expect(flagged / fresh.length).toBeLessThan(0.02);
  });

  it('still knows how odd its known kinds of sessions may be after another kind has come beside them', () => {
    const rounds = 3;
    let flagged = 0;
    for (let seed = 1; seed <= rounds; seed++) {
      const from = new SeededRandom(seed);
      const one = new SessionJudge(1);
      const follow = (events: Events): boolean => {
        const session = sessionOf(events);
        const judgement = one.judge(session);
        one.digest(session, judgement);
        return judgement.magnitude >= 3;
      };
      for (let i = 0; i < 6_000; i++) follow(shopSession(from));
      for (let i = 0; i < 600; i++) follow(from.next() < 0.3 ? [1, 2, 8, 8, 9, 7] : shopSession(from));
      expect(follow([1, 2, 8, 8, 9, 7])).toBe(false);
      for (let i = 0; i < 3_000; i++) if (follow(shopSession(from))) flagged++;
    }
    // One in a thousand is what M ≥ 3 says.
    expect(flagged / (rounds * 3_000)).toBeLessThan(0.005);
  });

  it('does not let the few odd sessions of a young stream make themselves normal', () => {
    const hasty = new SessionJudge(1);
    const patient = new SessionJudge(1);
    const isOdd = (i: number): boolean => i > 150 && i % 97 === 0;
    for (let i = 0; i < 1_500; i++) {
      const session = sessionOf(isOdd(i) ? [1, 2, 8, 3, 7] : history[i]);
      hasty.judge(session);
      hasty.learn(session);
      patient.digest(session, patient.judge(session));
    }
    expect(hasty.judge(sessionOf([1, 2, 8, 3, 7])).magnitude).toBeLessThan(3);
    expect(patient.judge(sessionOf([1, 2, 8, 3, 7])).magnitude).toBeGreaterThan(3);
    // The price: rare kinds of normal sessions have not made themselves normal either.
    const flagged = magnitudes(patient, fresh).filter((magnitude) => magnitude >= 3).length;
    expect(flagged / fresh.length).toBeLessThan(0.1);
  });

  it('does not call sessions odd because two of their templates were merged', () => {
    const one = learned(history);
    one.merge(3, 2);
    const merged = fresh.map((events) => events.map((event) => (event === 3 ? 2 : event)));
    let flagged = 0;
    for (const events of merged) {
      if (one.judge(sessionOf(events)).margin > 0) flagged++;
      one.learn(sessionOf(events));
    }
    expect(flagged).toBeLessThan(10);
  });

  it('forgets a template whose index is used again', () => {
    const one = learned(history);
    expect(one.judge(sessionOf([1, 2, 7])).magnitude).toBeLessThan(1);
    one.clear(2);
    expect(one.judge(sessionOf([1, 2, 7])).magnitude).toBeGreaterThan(2);
  });

  it('continues from its state bit for bit', () => {
    const half = learned(history.slice(0, 500));
    half.merge(3, 2);
    const to = new StateWriter();
    half.save(to);
    const restored = new SessionJudge(1);
    restored.load(new StateReader(to.finish()));
    for (const events of [...history.slice(500, 900), [1, 99, 7], [1, 4]]) {
      const session = sessionOf(events);
      expect(restored.judge(session)).toEqual(half.judge(session));
      half.learn(session);
      restored.learn(session);
    }
  });

  it('continues bit for bit while sessions wait to be learned', () => {
    const young = new SessionJudge(1);
    const take = (one: SessionJudge, events: Events): number => {
      const session = sessionOf(events);
      const judgement = one.judge(session);
      one.digest(session, judgement);
      return judgement.magnitude;
    };
    history.slice(0, 300).forEach((events, i) => take(young, i > 120 && i % 20 === 0 ? [...events, 8, 9] : events));
    young.merge(9, 8);
    const to = new StateWriter();
    young.save(to);
    const restored = new SessionJudge(1);
    restored.load(new StateReader(to.finish()));
    for (const events of history.slice(300, 1_200)) expect(take(restored, events)).toBe(take(young, events));
  });

  it('finds HDFS failures after learning from normal sessions only', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const hdfs = learned(sequencesOf('hdfs-sequences/hdfs_train'));
    const normal = magnitudes(hdfs, sequencesOf('hdfs-sequences/dev_normal'));
    const odd = magnitudes(hdfs, sequencesOf('hdfs-sequences/dev_abnormal'));
    const flagged = (found: readonly number[]): number => found.filter((magnitude) => magnitude >= 3).length;
    const f1 = (2 * flagged(odd)) / (flagged(odd) + flagged(normal) + odd.length);
    expect(f1).toBeGreaterThan(0.976);
    expect(auc(normal, odd)).toBeGreaterThan(0.9995);
    // What M means: 1 in 1,000 of the normal ones.
    expect(flagged(normal) / normal.length).toBeLessThan(0.0015);
  }, 60_000);

  it('finds attacks in system call traces', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const calls = learned(sequencesOf('adfa-ld/train_normal.tsv.gz'));
    const normal = magnitudes(calls, sequencesOf('adfa-ld/dev_normal.tsv.gz'));
    const odd = magnitudes(calls, sequencesOf('adfa-ld/dev_attack.tsv.gz'));
    expect(auc(normal, odd)).toBeGreaterThan(0.85);
  }, 60_000);
});
