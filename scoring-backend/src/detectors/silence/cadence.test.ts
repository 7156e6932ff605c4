import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { Random } from '../../../test/quality/calibration-traffic.ts';
import { anomaliesOf } from '../../../test/windows/real-anomalies.ts';
import { auc } from '../../../test/windows/separation.ts';
import { episodesOf } from '../../cli/episode.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { Cadence } from './cadence.ts';

const SECOND = 1000;
const T0 = 1_760_000_000_000;

/** A template that came every `everyMs`, `times` times, and then no more; returns its last time. */
function beats(cadence: Cadence, everyMs: number, times: number): number {
  for (let i = 0; i <= times; i++) cadence.learn(0, T0 + i * everyMs, 0);
  cadence.review(Int32Array.of(0), 1);
  return T0 + times * everyMs;
}

describe('the silence of a regular template', () => {
  it('is odd a few beats after the last one', () => {
    const cadence = new Cadence();
    const last = beats(cadence, 10 * SECOND, 12);
    expect(cadence.judge(last + 12 * SECOND, 0).magnitude).toBe(0);
    expect(cadence.judge(last + 60 * SECOND, 0).magnitude).toBeGreaterThan(4);
  });

  it('is told for five minutes when the rhythm was known for two', () => {
    const cadence = new Cadence();
    const last = beats(cadence, SECOND, 120);
    expect(cadence.judge(last + 290 * SECOND, 0).magnitude).toBeGreaterThan(4);
    expect(cadence.judge(last + 310 * SECOND, 0)).toMatchObject({ applicable: true, magnitude: 0 });
  });

  it('is told as long as the rhythm was known, and for a day at most', () => {
    const cadence = new Cadence();
    const last = beats(cadence, 60 * SECOND, 600);
    expect(cadence.judge(last + 9 * 3600 * SECOND, 0).magnitude).toBeGreaterThan(4);
    expect(cadence.judge(last + 11 * 3600 * SECOND, 0).magnitude).toBe(0);
    const old = new Cadence();
    const end = beats(old, 3600 * SECOND, 100);
    expect(old.judge(end + 23 * 3600 * SECOND, 0).magnitude).toBeGreaterThan(4);
    expect(old.judge(end + 25 * 3600 * SECOND, 0).magnitude).toBe(0);
  });

  it('is no longer odd in a template that has paused for as long before', () => {
    const cadence = new Cadence();
    let at = T0;
    const batch = (): void => {
      for (let i = 0; i < 20; i++) cadence.learn(0, (at += 10 * SECOND), 0);
      cadence.review(Int32Array.of(0), 1);
    };
    batch();
    const first = cadence.judge(at + 250 * SECOND, 0).magnitude;
    at += 3_600 * SECOND;
    batch();
    at += 3_000 * SECOND;
    batch();
    expect(first).toBeGreaterThan(4);
    expect(cadence.judge(at + 250 * SECOND, 0).magnitude).toBeLessThan(3);
  });

  it('separates timers that have stopped from those that go on', () => {
    const random = new Random(1);
    const [normal, odd]: number[][] = [[], []];
    for (let timer = 0; timer < 200; timer++) {
      const cadence = new Cadence();
      const everyMs = 5 * SECOND * (1 + Math.floor(10 * random.next()));
      let at = T0;
      for (let i = 0; i < 40; i++) cadence.learn(0, (at += everyMs * (0.9 + 0.2 * random.next())), 0);
      cadence.review(Int32Array.of(0), 1);
      normal.push(cadence.judge(at + everyMs * random.next(), 0).magnitude);
      odd.push(cadence.judge(at + everyMs * (4 + 8 * random.next()), 0).magnitude);
    }
    expect(auc(normal, odd)).toBeGreaterThan(0.98);
    expect(Math.min(...odd)).toBeGreaterThan(4);
  });

  it('is told of few templates in a real log of bursts, few of which are regular', async (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const anomalies = await anomaliesOf(join(referenceData ?? '', 'loghub-2k/Linux/Linux_2k.log'));
    const silences = anomalies.filter(({ reasons }) => reasons[0].kind === 'silence');
    // Before pauses had a length of their own there were 112 episodes.
    expect(episodesOf(silences).length).toBeLessThan(12);
  });

  it('continues the same after it was saved', () => {
    const cadence = new Cadence();
    const last = beats(cadence, 10 * SECOND, 30);
    cadence.learn(0, last + 95 * SECOND, 0);
    cadence.learn(0, last + 105 * SECOND, 0);
    const writer = new StateWriter();
    cadence.save(writer);
    const again = new Cadence();
    again.load(new StateReader(writer.finish()));
    for (const seconds of [110, 160, 300, 1_000])
      expect(again.judge(last + seconds * SECOND, 0)).toEqual(cadence.judge(last + seconds * SECOND, 0));
  });
});
