import { describe, expect, it } from 'vitest';
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
});
