import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { Random } from '../../../test/quality/calibration-traffic.ts';
import { labelledWindows } from '../../../test/windows/real-windows.ts';
import { auc } from '../../../test/windows/separation.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { WindowCounts } from '../../windows/window-counts.ts';
import { NewTemplates } from './new-templates.ts';

const SIZE_MS = 30_000;
const KNOWN = 4;

/** Windows of four known templates, with new ones as asked for. */
class Windows {
  readonly #random = new Random(3);
  readonly #births = { bornMs: new Float64Array(4_096).fill(-1) };
  readonly #window = new WindowCounts(this.#births);
  #number = 0;
  #templates = KNOWN;

  constructor() {
    this.#window.grow(4_096);
  }

  /** The next window, valid until the one after it; `fresh`: records of each of its new templates. */
  next(fresh: readonly number[] = [], severe = false): WindowCounts {
    const window = this.#window;
    window.open(this.#number++ * SIZE_MS, SIZE_MS);
    for (let template = 0; template < KNOWN; template++)
      for (let left = this.#random.poisson(12); left > 0; left--) window.add(template, 0);
    for (const records of fresh) {
      this.#births.bornMs[this.#templates] = window.startMs;
      for (let left = records; left > 0; left--) window.add(this.#templates, severe ? 1 : 0);
      this.#templates++;
    }
    window.seal(this.#templates);
    return window;
  }
}

/** A new template of one record now and then, as it goes on in real logs for ever. */
function learned(windows: Windows): NewTemplates {
  const detector = new NewTemplates();
  for (let i = 0; i < 600; i++) detector.learn(windows.next(i % 40 === 0 ? [1] : []));
  return detector;
}

/** The same window, so many records after a release began. */
function afterRelease(window: WindowCounts, releaseRecords: number): WindowCounts {
  return Object.assign(window, { releasing: true, releaseRecords });
}

describe('new templates', () => {
  it('separate a new message that floods, and many at once, from the new one that comes now and then', () => {
    const windows = new Windows();
    const detector = learned(windows);
    const [normal, odd]: number[][] = [[], []];
    for (let i = 0; i < 400; i++) {
      const fault = i % 20 === 7;
      const window = windows.next(fault ? (i % 40 === 7 ? [15] : [1, 1, 1, 2, 1, 1]) : i % 40 === 0 ? [1] : []);
      (fault ? odd : normal).push(detector.judge(window).magnitude);
      if (!fault) detector.learn(window);
    }
    expect(auc(normal, odd)).toBeGreaterThan(0.98);
    expect(normal.filter((magnitude) => magnitude >= 2).length / normal.length).toBeLessThan(0.02);
  });

  it('separate the windows with alarms of a supercomputer’s log that bring new ones', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const detector = new NewTemplates();
    const [normal, odd]: number[][] = [[], []];
    let seen = 0;
    labelledWindows(join(referenceData ?? '', 'bgl-100k/bgl.log.gz'), 100, (window, isOdd) => {
      if (seen++ >= 50 && (!isOdd || window.newTemplates > 0))
        (isOdd ? odd : normal).push(detector.judge(window).magnitude);
      if (!isOdd) detector.learn(window);
    });
    expect(odd.length).toBeGreaterThanOrEqual(5);
    expect(auc(normal, odd)).toBeGreaterThan(0.8);
  }, 60_000);

  it('are a release’s where they begin with it, and a fault’s where they begin in numbers long after', () => {
    const windows = new Windows();
    const detector = learned(windows);
    const many = [3, 8, 2, 5, 1, 4];
    expect(detector.judge(afterRelease(windows.next(many), 0)).applicable).toBe(false);
    // One in fifty lines of the release, first seen after a few windows: still its own.
    expect(detector.judge(afterRelease(windows.next([1]), 150)).applicable).toBe(false);
    const { magnitude, evidence } = detector.judge(afterRelease(windows.next([15, 1]), 500));
    expect(magnitude).toBeGreaterThan(6);
    expect(evidence[0].actual).toBeCloseTo(15 / 64, 1);
    // Without a release it is no less odd.
    expect(detector.judge(windows.next([15])).magnitude).toBeGreaterThanOrEqual(magnitude - 0.5);
  });

  it('are no release’s where they are errors', () => {
    const windows = new Windows();
    const detector = learned(windows);
    expect(detector.judge(afterRelease(windows.next([12], true), 0)).magnitude).toBeGreaterThan(6);
  });

  it('continue the same after they were saved', () => {
    const windows = new Windows();
    const detector = learned(windows);
    const to = new StateWriter();
    detector.save(to);
    const again = new NewTemplates();
    again.load(new StateReader(to.finish()));
    for (const fresh of [[], [1], [9], [1, 1, 1]]) {
      const window = windows.next(fresh);
      expect(again.judge(window)).toEqual(detector.judge(window));
      again.learn(window);
      detector.learn(window);
    }
  });
});
