import { describe, expect, it } from 'vitest';
import { Feed, Random, simulate, SHAPES } from '../../test/quality/calibration-traffic.ts';
import { Engine } from '../engine/engine.ts';
import type { WindowVerdict } from '../engine/outputs.ts';
import { engineSettings, type EngineSettings } from '../engine/settings.ts';
import { StateReader, StateWriter } from '../columns/state-codec.ts';
import { createTemplateMiner } from '../templates/miner.ts';
import { DEFAULT_THRESHOLD, Threshold } from './threshold.ts';

function quantile(thresholdQuantile: number): Threshold {
  return new Threshold({ ...DEFAULT_THRESHOLD, threshold: 'quantile', thresholdQuantile });
}

/** Share of `units` units that are flagged, of which each is `lift` odder than an honest p would make it. */
function flaggedShare(threshold: Threshold, random: Random, units: number, lift: number): number {
  let flagged = 0;
  for (let i = 0; i < units; i++) {
    const magnitude = -Math.log10(1 - random.next()) + lift;
    if (magnitude > threshold.over(4)) flagged++;
    threshold.count(magnitude);
  }
  return flagged / units;
}

describe('a threshold by quantile', () => {
  it('flags the asked share of the trailing units, however odd all of them are', () => {
    const [threshold, random] = [quantile(0.99), new Random(31)];
    flaggedShare(threshold, random, 2_000, 0);
    expect(flaggedShare(threshold, random, 50_000, 0)).toBeGreaterThan(0.005);
    flaggedShare(threshold, random, 20_000, 2);
    const later = flaggedShare(threshold, random, 50_000, 2);
    expect(later).toBeGreaterThan(0.005);
    expect(later).toBeLessThan(0.015);
  });

  it('is the budget’s until two units of the share may have come', () => {
    const threshold = quantile(0.99);
    for (let i = 0; i < 199; i++) threshold.count(0.5);
    expect(threshold.over(4)).toBe(4);
    for (let i = 0; i < 20; i++) threshold.count(0.5);
    expect(threshold.over(4)).toBeLessThan(1);
  });

  it('does not flag what many units share', () => {
    const threshold = quantile(0.99);
    for (let i = 0; i < 5_000; i++) threshold.count(i % 20 === 0 ? 1.5 : 0.1);
    expect(threshold.over(4)).toBeGreaterThanOrEqual(1.5);
  });

  it('continues the same after it was saved, and begins anew under another rule', () => {
    const before = quantile(0.99);
    flaggedShare(before, new Random(32), 5_000, 1);
    const writer = new StateWriter();
    before.save(writer);
    const state = writer.finish();
    const [same, other] = [quantile(0.99), new Threshold()];
    for (const threshold of [same, other]) threshold.load(new StateReader(state));
    expect(other.over(4)).toBe(4);
    for (const threshold of [before, same]) flaggedShare(threshold, new Random(33), 1_000, 1);
    expect(same.over(4)).toBe(before.over(4));
  });
});

describe('the rule of the threshold', () => {
  /** The 30 s windows of a simulated day. */
  function windows(changes: Partial<EngineSettings>): WindowVerdict[] {
    const feed = new Feed(new Engine(engineSettings(changes), createTemplateMiner));
    simulate(feed, { ...SHAPES[0], rate: 0.2 }, 1, new Random(1));
    return feed.take().windows.filter(({ sizeMs }) => sizeMs === 30_000);
  }

  it('of a fixed score flags the windows above it from the first one on', () => {
    const judged = windows({ threshold: 'static', thresholdScore: 0.75 });
    expect(judged.length).toBeGreaterThan(2_500);
    for (const { score, margin } of judged) expect(margin > 1e-9).toBe(score > 0.75 + 1e-9);
  }, 60_000);

  it('of a quantile flags about the share it says of the windows of a stream', () => {
    const share = (of: WindowVerdict[]): number => of.filter(({ margin }) => margin > 0).length / of.length;
    const judged = windows({ threshold: 'quantile', thresholdQuantile: 0.98 });
    expect(share(judged)).toBeGreaterThan(0.004);
    expect(share(judged)).toBeLessThan(0.04);
  }, 60_000);

  it.each([
    [{ thresholdScore: 1 }, 'engine.thresholdScore must be less than 1, got 1'],
    [{ thresholdQuantile: 0 }, 'engine.thresholdQuantile must be greater than 0, got 0'],
  ])('refuses %j', (changes, message) => {
    expect(() => engineSettings(changes)).toThrow(message);
  });
});
