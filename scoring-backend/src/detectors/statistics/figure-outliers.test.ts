import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { Random } from '../../../test/quality/calibration-traffic.ts';
import { labelledWindows } from '../../../test/windows/real-windows.ts';
import { auc } from '../../../test/windows/separation.ts';
import { SimulatedWindows, type WindowFault } from '../../../test/windows/simulated-windows.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { FigureOutliers } from './figure-outliers.ts';
import { adaptiveZScore, grubbs, interquartile, medianDeviation, type Sample } from './outlier-tests.ts';
import { ValueHistories } from './value-histories.ts';

function sampleOf(values: readonly number[]): Sample {
  const histories = new ValueHistories(2, 256);
  for (const value of values) histories.push(1, value);
  return histories.sample(1, 0.001);
}

const TESTS = { adaptiveZScore, medianDeviation, interquartile, grubbs };

describe.each(Object.entries(TESTS))('%s', (_, test) => {
  it('separates values five spreads away from normal ones, on both sides', () => {
    const random = new Random(1);
    const sample = sampleOf(Array.from({ length: 200 }, () => random.normal()));
    const normal = Array.from({ length: 400 }, () => test(random.normal(), sample));
    const odd = Array.from({ length: 400 }, (_, i) => test(random.normal() + (i % 2 === 0 ? 5 : -5), sample));
    expect(auc(normal, odd)).toBeGreaterThan(0.99);
  });

  it('claims of normal values no more than is so', () => {
    const random = new Random(2);
    let [units, reached] = [0, 0];
    for (let round = 0; round < 200; round++) {
      const sample = sampleOf(Array.from({ length: 60 }, () => random.normal()));
      for (let i = 0; i < 50; i++, units++) if (test(random.normal(), sample) >= 2) reached++;
    }
    expect(reached / units).toBeLessThan(0.02);
  });

  it('claims little from a short sample', () => {
    expect(test(6, sampleOf([0.1, -1, 0.6, 1.2, -0.4, 0.3, -0.8, 0.9]))).toBeLessThan(4.5);
  });
});

describe('figures that are off', () => {
  const faults: readonly WindowFault[] = ['slow', 'many users', 'one address', 'order'];

  it('separates slow answers, many users, one address and a lost order from normal windows', () => {
    const windows = new SimulatedWindows(8);
    const detector = new FigureOutliers();
    const [normal, odd]: number[][] = [[], []];
    for (let i = 0; i < 2_400; i++) {
      const fault = i > 600 && i % 20 === 0 ? faults[(i / 20) % faults.length] : undefined;
      const window = windows.next(fault);
      const { magnitude } = detector.judge(window);
      if (i > 600) (fault === undefined ? normal : odd).push(magnitude);
      if (fault === undefined) detector.learn(window);
      else detector.noteOdd(window);
    }
    expect(auc(normal, odd)).toBeGreaterThan(0.9);
    expect(normal.filter((magnitude) => magnitude >= 2).length / normal.length).toBeLessThan(0.02);
  });

  it('names the figure, with what it is usually', () => {
    const windows = new SimulatedWindows(9);
    const detector = new FigureOutliers();
    for (let i = 0; i < 800; i++) detector.learn(windows.next());
    const [evidence] = detector.judge(windows.next('slow')).evidence;
    expect(evidence.kind).toBe('feature');
    expect(evidence.contributions?.[0].feature).toMatch(/^response_time/);
    expect(evidence.actual / evidence.expected).toBeGreaterThan(2);
  });

  it('separates the windows with alarms of a supercomputer’s log from those without', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const detector = new FigureOutliers();
    const [normal, odd]: number[][] = [[], []];
    let windows = 0;
    labelledWindows(join(referenceData ?? '', 'bgl-100k/bgl.log.gz'), 100, (window, isOdd) => {
      if (windows++ >= 200) (isOdd ? odd : normal).push(detector.judge(window).magnitude);
      if (!isOdd) detector.learn(window);
    });
    expect(auc(normal, odd)).toBeGreaterThan(0.6);
  });

  it('continues the same after it was saved', () => {
    const windows = new SimulatedWindows(10);
    const detector = new FigureOutliers();
    for (let i = 0; i < 400; i++) {
      const fault = i > 300 && i % 20 === 0 ? 'slow' : undefined;
      const window = windows.next(fault);
      if (fault === undefined) detector.learn(window);
      else detector.noteOdd(window);
    }
    const writer = new StateWriter();
    detector.save(writer);
    const again = new FigureOutliers();
    again.load(new StateReader(writer.finish()));
    for (const fault of [undefined, 'slow', 'many users'] as const) {
      const window = windows.next(fault);
      expect(again.judge(window)).toEqual(detector.judge(window));
    }
  });
});
