import { beforeAll, describe, expect, it } from 'vitest';
import type { Random } from '../../../test/quality/calibration-traffic.ts';
import { HEALTHY, type Conduct } from '../../../test/simulator/faults.ts';
import { Feed } from '../../../test/simulator/feed.ts';
import { DEVELOPMENT } from '../../../test/simulator/shapes.ts';
import { DAY, Simulation, START } from '../../../test/simulator/simulation.ts';
import { id } from '../../../test/simulator/wording.ts';
import { WindowCounts } from '../../windows/window-counts.ts';
import type { EngineOutputs } from '../outputs.ts';
import { sessionOf } from '../../detectors/sequence/session-features.ts';
import { SessionJudge } from '../sessions/session-judge.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { type Release, StreamRelease } from './stream-release.ts';

const HOUR = 3_600_000;
const NEW = { count: 0, records: 50_000, gap: 0 };
const ABSENT = { count: 9, records: 50_000, gap: 20_000 };

/** A stream that is a day old, and what it told. */
function known(): { release: StreamRelease; told: Release[]; atMs: number } {
  const told: Release[] = [];
  const release = new StreamRelease((one) => told.push(one));
  release.arrived(0, 0, NEW);
  release.passed(HOUR, 40_000);
  return { release, told, atMs: DAY };
}

describe('StreamRelease', () => {
  it('takes many lines that are new or long absent for a start, and tells its new templates once', () => {
    const { release, told, atMs } = known();
    for (let t = 0; t < 4; t++) release.arrived(t, atMs + t * 1_000, ABSENT);
    expect(release.covers(atMs)).toBe(false);
    release.arrived(20, atMs + 5_000, NEW);
    expect(release.covers(atMs + 5_000)).toBe(true);
    release.arrived(21, atMs + 120_000, NEW);
    release.passed(atMs + 300_000, 60_000);
    expect(told).toEqual([]);
    release.passed(atMs + 600_000, 60_000);
    release.passed(atMs + 630_000, 60_000);
    expect(told).toEqual([{ sinceMs: atMs, untilMs: atMs + 600_000, version: '', templates: [20, 21] }]);
    expect(release.covers(atMs + 590_000)).toBe(true);
    expect(release.covers(atMs + 600_000)).toBe(false);
  });

  it('lasts longer in a stream of few records, but not for ever', () => {
    const { release, told, atMs } = known();
    for (let t = 0; t < 5; t++) release.arrived(t, atMs, ABSENT);
    release.passed(atMs + HOUR, 50_100);
    expect(release.covers(atMs + HOUR)).toBe(true);
    release.passed(atMs + 2 * HOUR, 50_200);
    expect(told).toHaveLength(1);
  });

  it('knows a version that was never seen, but not the first one or one that comes back', () => {
    const { release, told, atMs } = known();
    release.version('1.0', atMs, 50_000);
    expect(release.covers(atMs)).toBe(false);
    release.version('1.1', atMs + HOUR, 50_000);
    release.version('1.0', atMs + HOUR + 1, 50_000);
    release.passed(atMs + 2 * HOUR, 60_000);
    release.version('1.0', atMs + 3 * HOUR, 60_000);
    expect(told).toMatchObject([{ sinceMs: atMs + HOUR, version: '1.1' }]);
    expect(release.covers(atMs + 3 * HOUR)).toBe(false);
  });

  it('takes neither a steady trickle of new lines for a start nor what is absent for few records', () => {
    const { release, atMs } = known();
    for (let i = 0; i < 600; i++) release.arrived(100 + i, atMs + i * 15_000, NEW);
    expect(release.covers(atMs + 600 * 15_000)).toBe(false);
    const { release: sparse } = known();
    for (let t = 0; t < 8; t++) sparse.arrived(t, atMs, { ...ABSENT, gap: 200 });
    expect(sparse.covers(atMs)).toBe(false);
  });

  it('counts the records since it began, window by window', () => {
    const { release, atMs } = known();
    release.saw(atMs, 90);
    for (let t = 0; t < 6; t++) release.arrived(t, atMs + 40_000, NEW);
    release.saw(atMs + 30_000, 50);
    expect(release.recordsBefore(50)).toBe(0);
    for (const window of [2, 3, 4]) release.saw(atMs + window * 30_000, 100);
    expect(release.recordsBefore(100)).toBe(200);
    expect(release.recordsBefore(1_000)).toBe(0);
  });

  it('knows of the minute before a start that the service may have been down', () => {
    const { release, atMs } = known();
    const window = new WindowCounts({ bornMs: new Float64Array(8) });
    const upShare = (startMs: number, sizeMs: number): number => {
      window.open(startMs, sizeMs);
      release.mark(window);
      return window.upShare;
    };
    expect(upShare(atMs - 30_000, 30_000)).toBe(1);
    for (let t = 0; t < 6; t++) release.arrived(t, atMs, NEW);
    expect(upShare(atMs - 30_000, 30_000)).toBe(0);
    expect(upShare(atMs - 30_000, 60_000)).toBe(0.5);
    expect(upShare(atMs - 240_000, 300_000)).toBe(0.8);
    expect(upShare(atMs, 30_000)).toBe(1);
    expect(upShare(atMs - 90_000, 30_000)).toBe(1);
  });

  it('continues from what was saved, and follows what becomes of templates', () => {
    const { release, atMs } = known();
    for (let t = 0; t < 6; t++) release.arrived(t, atMs, NEW);
    const to = new StateWriter();
    release.save(to);
    const told: Release[] = [];
    const again = new StreamRelease((one) => told.push(one));
    again.load(new StateReader(to.finish()));
    again.merge(2, 9);
    again.clear(3);
    again.passed(atMs + 600_000, 60_000);
    expect(told[0].templates).toEqual([0, 1, 4, 5, 9]);
  });
});

describe('a release of a simulated service', () => {
  const shape = { ...DEVELOPMENT[0], releasesPerWeek: 0 };
  const MINUTE = 60_000;
  let releasedMs = 0;
  /** Goes on from five minutes after the release, each time with an engine and chances of its own. */
  let goOn: (minutes: number, conduct?: Conduct) => EngineOutputs;

  beforeAll(() => {
    const first = new Feed(shape.name);
    const simulation = new Simulation(shape, 11, first);
    simulation.run(START + 2 * DAY);
    first.take();
    releasedMs = simulation.nowMs;
    simulation.release();
    simulation.run(releasedMs + 5 * MINUTE);
    const early = first.take();
    const known = { snapshot: first.engine.snapshot(), pool: first.pool };
    goOn = (minutes, conduct) => {
      const feed = new Feed(shape.name, known);
      const fork = simulation.fork(12, feed);
      fork.run(fork.nowMs + minutes * MINUTE, conduct);
      const { anomalies, ...rest } = feed.take();
      return { ...rest, anomalies: [...early.anomalies, ...anomalies] };
    };
  }, 120_000);

  it('is one event with its new templates, and no alarm per template', { timeout: 60_000 }, () => {
    const { drifts, anomalies } = goOn(175);
    const releases = drifts.filter(({ figure }) => figure === 'release');
    expect(releases).toHaveLength(1);
    expect(releases[0].test).toBe('start');
    expect(releases[0].sinceMs).toBeGreaterThanOrEqual(releasedMs);
    expect(releases[0].sinceMs).toBeLessThan(releasedMs + 120_000);
    expect(releases[0].release?.templates.length).toBeGreaterThan(0);
    const ofNovelty = anomalies.filter(({ reasons }) =>
      ['new_template', 'sequence', 'session_counts', 'session_end', 'odd_sessions'].includes(reasons[0].kind),
    );
    expect(ofNovelty).toEqual([]);
  });

  it.for([
    ['a warning never seen before', 13],
    ['a new line of no severity to speak of', 9],
    ['an error never seen before', 17],
  ] as const)('does not hide %s that begins in numbers five minutes later', { timeout: 60_000 }, ([, severity]) => {
    const text = (random: Random): string => `Ledger shard refused: token ${id(random)} out of order`;
    const { anomalies } = goOn(2, { ...HEALTHY, extra: { perSecond: 0.5, wording: () => ({ severity, text }) } });
    const found = anomalies.find(({ reasons }) => ['new_template', 'error_rate'].includes(reasons[0].kind));
    expect(found?.endMs).toBeLessThanOrEqual(releasedMs + 6.5 * MINUTE);
  });

  it('does not hide failing requests or more of them than usual', { timeout: 60_000 }, () => {
    const failing = goOn(6, { ...HEALTHY, failing: 0.6 });
    expect(failing.anomalies.some(({ reasons }) => reasons[0].kind === 'error_rate')).toBe(true);
    const flooded = goOn(6, { ...HEALTHY, traffic: 12 });
    expect(flooded.anomalies.some(({ reasons }) => /rate/.test(reasons[0].kind))).toBe(true);
  });
});

describe('sessions of a release', () => {
  it('are not judged by their ways, and what is new in them is not until it is known', () => {
    const judge = new SessionJudge(1);
    for (let i = 0; i < 2_000; i++) judge.learn(sessionOf([1, 2, 3]));
    const other = sessionOf([1, 9, 3]);
    expect(judge.judge(other).magnitude).toBeGreaterThan(2);
    expect(judge.judge(other, true).magnitude).toBeLessThan(1);
    judge.learn(other);
    expect(judge.judge(sessionOf([1, 9, 9, 3])).magnitude).toBeLessThan(1);
    expect(judge.judge(sessionOf([1, 2, 8, 3])).magnitude).toBeGreaterThan(2);
  });
});
