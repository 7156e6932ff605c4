import { describe, expect, it } from 'vitest';
import { Random } from '../../../test/quality/calibration-traffic.ts';
import { auc } from '../../../test/windows/separation.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { WindowCounts } from '../../windows/window-counts.ts';
import { NewErrors } from './new-errors.ts';

const SIZE_MS = 30_000;
const TEMPLATES = 4_096;

/** Windows of one known template that has errors now and then. */
class Windows {
  readonly #random = new Random(5);
  readonly #births = { bornMs: new Float64Array(TEMPLATES).fill(-Infinity) };
  readonly #window = new WindowCounts(this.#births);
  #number = 0;
  /** The template added last. */
  template = 0;

  constructor() {
    this.#window.grow(TEMPLATES);
  }

  /** The next window, with so many records of a new template, and so many of the one that was new last; errors if asked for. */
  next(fresh = 0, more = 0, severe = true): WindowCounts {
    const window = this.#window;
    window.open(this.#number++ * SIZE_MS, SIZE_MS);
    for (let left = this.#random.poisson(40); left > 0; left--) window.add(0, this.#random.next() < 0.02 ? 1 : 0);
    for (let left = more; left > 0; left--) window.add(this.template, severe ? 1 : 0);
    if (fresh > 0) this.#births.bornMs[++this.template] = window.startMs;
    for (let left = fresh; left > 0; left--) window.add(this.template, severe ? 1 : 0);
    window.seal(this.template + 1);
    return window;
  }
}

/** A day in which a new line comes every twenty minutes, one of ten an error. */
function learned(windows: Windows): NewErrors {
  const detector = new NewErrors();
  for (let i = 0; i < 2_880; i++) {
    const window = windows.next(i % 40 === 0 ? 1 : 0, 0, i % 400 === 0);
    detector.judge(window);
    detector.learn(window);
  }
  return detector;
}

describe('new errors', () => {
  it('are odd where they repeat at once, and less so where one comes now and then', () => {
    const windows = new Windows();
    const detector = learned(windows);
    const [normal, odd]: number[][] = [[], []];
    for (let i = 0; i < 400; i++) {
      const isOdd = i % 20 === 7;
      const window = isOdd ? windows.next(3) : windows.next(i % 40 === 0 ? 1 : 0, 0, i % 80 === 0);
      (isOdd ? odd : normal).push(detector.judge(window).magnitude);
      if (!isOdd) detector.learn(window);
    }
    expect(auc(normal, odd)).toBeGreaterThan(0.99);
    expect(Math.min(...odd)).toBeGreaterThan(3);
    expect(Math.max(...normal)).toBeLessThan(3);
  });

  it('say nothing of windows without any, and of new lines that are none', () => {
    const windows = new Windows();
    const detector = learned(windows);
    expect(detector.judge(windows.next()).applicable).toBe(false);
    expect(detector.judge(windows.next(12, 0, false)).applicable).toBe(false);
  });

  it('add up over the two windows that they begin in, and are known then', () => {
    const windows = new Windows();
    const detector = learned(windows);
    const first = detector.judge(windows.next(2)).magnitude;
    const window = windows.next(0, 3);
    const second = detector.judge(window);
    expect(second.magnitude).toBeGreaterThan(first + 0.5);
    expect(second.evidence[0]).toMatchObject({ kind: 'new_template', template: windows.template });
    // Judged again, it still comes after the same one.
    expect(detector.judge(window)).toEqual(second);
    expect(detector.judge(windows.next(0, 3)).applicable).toBe(false);
  });

  it('become less of a surprise where they turn up ever anew, though such windows are not learned', () => {
    const windows = new Windows();
    const detector = learned(windows);
    const first = detector.judge(windows.next(4)).magnitude;
    for (let i = 0; i < 10; i++) {
      for (let minute = 0; minute < 120; minute++) detector.learn(windows.next());
      detector.noteOdd(windows.next(4));
      // More of the same within the hour count once.
      detector.noteOdd(windows.next(4));
    }
    expect(detector.judge(windows.next(4)).magnitude).toBeLessThan(first - 1);
  });

  it('continue the same after they were saved', () => {
    const windows = new Windows();
    const detector = learned(windows);
    detector.judge(windows.next(2));
    const to = new StateWriter();
    detector.save(to);
    const again = new NewErrors();
    again.load(new StateReader(to.finish()));
    for (const [fresh, more] of [
      [0, 2],
      [1, 0],
      [5, 1],
      [0, 0],
    ]) {
      const window = windows.next(fresh, more);
      expect(again.judge(window)).toEqual(detector.judge(window));
      again.learn(window);
      detector.learn(window);
    }
  });
});
