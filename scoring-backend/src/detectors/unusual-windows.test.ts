import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../otel-processor/test/needs.ts';
import { labelledWindows } from '../../test/windows/real-windows.ts';
import { auc } from '../../test/windows/separation.ts';
import { SimulatedWindows, WINDOW_FAULTS, type WindowFault } from '../../test/windows/simulated-windows.ts';
import { StateReader, StateWriter } from '../columns/state-codec.ts';
import { UnusualWindows } from './unusual-windows.ts';
import { WINDOW_MODELS, type WindowModel, windowModels } from './window-models.ts';

const MODELS: readonly (readonly [string, readonly WindowModel[]])[] = [
  ...WINDOW_MODELS.map((name) => [name, windowModels([name])] as const),
  ['the default models together', windowModels()],
];

/** Every twentieth window after the first 600 has a fault; those are not learned. */
function trial(models: readonly WindowModel[]): { normal: number[]; odd: Map<WindowFault, number[]> } {
  const windows = new SimulatedWindows(5);
  const detector = new UnusualWindows(models);
  const normal: number[] = [];
  const odd = new Map<WindowFault, number[]>(WINDOW_FAULTS.map((fault) => [fault, []]));
  for (let i = 0; i < 2_400; i++) {
    const fault = i > 600 && i % 20 === 0 ? WINDOW_FAULTS[(i / 20) % WINDOW_FAULTS.length] : undefined;
    const window = windows.next(fault);
    const { magnitude } = detector.judge(window);
    if (i > 600) (fault === undefined ? normal : (odd.get(fault) ?? [])).push(magnitude);
    if (fault === undefined) detector.learn(window);
  }
  return { normal, odd };
}

describe.each(MODELS)('%s', (name, models) => {
  it('separates injected faults from normal windows, and claims of these no more than is so', () => {
    const { normal, odd } = trial(models);
    const all = [...odd.values()].flat();
    expect(auc(normal, all)).toBeGreaterThan(name.startsWith('the') ? 0.9 : 0.7);
    expect(normal.filter((magnitude) => magnitude >= 2).length / normal.length).toBeLessThan(0.02);
    expect(Math.max(...normal)).toBeLessThan(5);
  });

  it('separates the windows with alarms of a supercomputer’s log from those without', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const detector = new UnusualWindows(models);
    const normal: number[] = [];
    const odd: number[] = [];
    let windows = 0;
    labelledWindows(join(referenceData ?? '', 'bgl-100k/bgl.log.gz'), 100, (window, isOdd) => {
      if (windows++ >= 200) (isOdd ? odd : normal).push(detector.judge(window).magnitude);
      if (!isOdd) detector.learn(window);
    });
    expect(odd.length).toBeGreaterThan(100);
    expect(auc(normal, odd)).toBeGreaterThan(0.6);
  }, 60_000);

  it('continues from what was saved as if nothing had been', () => {
    const detector = new UnusualWindows(models);
    const windows = new SimulatedWindows(6);
    for (let i = 0; i < 150; i++) detector.learn(windows.next());
    const to = new StateWriter();
    detector.save(to);
    const again = new UnusualWindows(models);
    again.load(new StateReader(to.finish()));
    for (let i = 0; i < 80; i++) {
      const window = windows.next(i % 7 === 0 ? 'slow' : undefined);
      expect(again.judge(window)).toEqual(detector.judge(window));
      again.learn(window);
      detector.learn(window);
    }
  });
});

describe('UnusualWindows', () => {
  it('says nothing of a stream of few windows, of empty ones and of incomplete ones', () => {
    const detector = new UnusualWindows(windowModels());
    const windows = new SimulatedWindows(7);
    for (let i = 0; i < 90; i++) {
      expect(detector.judge(windows.next()).applicable).toBe(false);
      detector.learn(windows.next());
    }
    for (let i = 0; i < 60; i++) detector.learn(windows.next());
    expect(detector.judge(windows.next()).applicable).toBe(true);
    const window = windows.next();
    window.incomplete = true;
    expect(detector.judge(window).applicable).toBe(false);
    window.open(0, 60_000);
    expect(detector.judge(window).applicable).toBe(false);
  });

  it('names the figures that make a window unusual, with what was expected', () => {
    const detector = new UnusualWindows(windowModels());
    const windows = new SimulatedWindows(8);
    for (let i = 0; i < 600; i++) detector.learn(windows.next());
    const [evidence] = detector.judge(windows.next('slow')).evidence;
    expect(evidence.kind).toBe('unusual_window');
    expect(evidence.contributions?.[0].feature).toMatch(/^response_time/);
    const { expected, actual } = evidence;
    expect(actual / expected).toBeGreaterThan(2);
    expect(actual / expected).toBeLessThan(3.2);
  });

  it('knows the normal window that is most like an odd one', () => {
    const detector = new UnusualWindows(windowModels());
    const windows = new SimulatedWindows(9);
    expect(detector.nearestNormal(windows.next())).toBeUndefined();
    for (let i = 0; i < 100; i++) detector.learn(windows.next());
    const nearest = detector.nearestNormal(windows.next('slow'));
    expect(nearest?.startMs).toBeLessThan(101 * 60_000);
    expect(nearest?.differences[0].feature).toMatch(/^response_time/);
    expect(nearest?.differences[0].actual).toBeGreaterThan(nearest?.differences[0].expected ?? Infinity);
  });
});
