import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { WindowCounts } from '../../windows/window-counts.ts';
import { OddSessions } from './odd-sessions.ts';

function windowWith(ended: number, odd: number): WindowCounts {
  const window = new WindowCounts({ bornMs: new Float64Array(64).fill(-1) });
  window.open(0, 30_000);
  Object.assign(window.sessions, { ended, odd, template: odd > 0 ? 4 : -1, magnitude: odd > 0 ? 3.5 : 0 });
  return window;
}

function learned(): OddSessions {
  const detector = new OddSessions();
  for (let i = 0; i < 400; i++) detector.learn(windowWith(20, i % 50 === 0 ? 1 : 0));
  return detector;
}

describe('OddSessions', () => {
  it('finds many odd sessions at once, and none in the odd one that comes now and then', () => {
    const detector = learned();
    expect(detector.judge(windowWith(20, 1)).magnitude).toBeLessThan(2.5);
    const { magnitude, evidence } = detector.judge(windowWith(20, 8));
    expect(magnitude).toBeGreaterThan(8);
    expect(evidence[0]).toMatchObject({ kind: 'odd_sessions', template: 4, actual: 0.4 });
  });

  it('has nothing to say where no session ended, or a release has changed their ways', () => {
    const detector = learned();
    expect(detector.judge(windowWith(0, 0)).applicable).toBe(false);
    const window = windowWith(20, 20);
    window.releasing = true;
    expect(detector.judge(window).applicable).toBe(false);
    for (let i = 0; i < 100; i++) detector.learn(window);
    expect(detector.judge(windowWith(20, 8)).magnitude).toBeGreaterThan(8);
  });

  it('continues from what was saved', () => {
    const detector = learned();
    const to = new StateWriter();
    detector.save(to);
    const again = new OddSessions();
    again.load(new StateReader(to.finish()));
    expect(again.judge(windowWith(20, 3))).toEqual(detector.judge(windowWith(20, 3)));
  });
});
