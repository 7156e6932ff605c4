import { describe, expect, it } from 'vitest';
import { Feed, newEngine, Random, simulate, SHAPES } from '../../test/quality/calibration-traffic.ts';
import { StateReader, StateWriter } from '../columns/state-codec.ts';
import { WEEK_MS } from './budget.ts';
import { EpisodeCount } from './episode-count.ts';

const MINUTE = 60_000;

describe('what the budget promised and got', () => {
  it('counts anomalies with gaps of at most ten minutes as one episode, and promises by the week', () => {
    const count = new EpisodeCount();
    for (const start of [0, 5, 16, 27, 40]) count.anomaly(start * MINUTE, (start + 1) * MINUTE);
    count.watched(0, WEEK_MS / 2);
    count.watched(WEEK_MS, 2 * WEEK_MS);
    expect([count.actual, count.promised(1), count.promised(3)]).toEqual([2, 2, 6]);
  });

  it('continues the same after it was saved', () => {
    const count = new EpisodeCount();
    count.watched(0, MINUTE);
    count.anomaly(0, MINUTE);
    const writer = new StateWriter();
    count.save(writer);
    const again = new EpisodeCount();
    again.load(new StateReader(writer.finish()));
    for (const one of [count, again]) one.anomaly(2 * MINUTE, 3 * MINUTE);
    expect([again.actual, again.span]).toEqual([count.actual, count.span]);
    expect(again.actual).toBe(1);
  });

  it('is told by the engine for each stream, with all episodes as an upper bound', () => {
    const engine = newEngine();
    const feed = new Feed(engine);
    simulate(feed, { ...SHAPES[0], rate: 0.2 }, 3.5, new Random(1));
    const anomalies = feed.take().anomalies;
    const [row] = engine.budget();
    expect(row.stream.service).toBe('shop');
    expect(row.promised).toBeCloseTo(0.5, 1);
    expect(row.actual).toBeLessThanOrEqual(anomalies.length);
    expect(engine.counters()).toMatchObject({ episodes: row.actual, watchedMs: row.toMs - row.fromMs });
  });
});
