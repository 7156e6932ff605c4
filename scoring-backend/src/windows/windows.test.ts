import { describe, expect, it } from 'vitest';
import { StreamClock } from './stream-clock.ts';
import { TumblingWindows } from './tumbling.ts';
import type { WindowCounts } from './window-counts.ts';

const LIMITS = { latenessMs: 5_000, idleLatenessMs: 15_000, farAheadMs: 3_600_000 };
const HOUR = 3_600_000;
/** Ten seconds into a bucket. */
const T0 = 1_760_000_020_000;

describe('StreamClock', () => {
  it('trails the latest record by the lateness, and never goes back', () => {
    const clock = new StreamClock(LIMITS);
    clock.observe(T0);
    expect(clock.watermarkMs()).toBe(T0 - 5_000);
    expect(clock.observe(T0 - 60_000)).toBe(true);
    expect(clock.watermarkMs()).toBe(T0 - 5_000);
  });

  it('holds a single record from the far future, and forgets it when the next one is not', () => {
    const clock = new StreamClock(LIMITS);
    clock.observe(T0);
    expect(clock.observe(T0 + 90 * HOUR)).toBe(false);
    expect(clock.latestMs).toBe(T0);
    expect(clock.observe(T0 + 1000)).toBe(true);
    expect(clock.observe(T0 + 90 * HOUR)).toBe(false);
    expect(clock.latestMs).toBe(T0 + 1000);
  });

  it('moves when two records in a row agree, to the earlier when they do not', () => {
    const clock = new StreamClock(LIMITS);
    clock.observe(T0);
    clock.observe(T0 + 8 * HOUR);
    expect(clock.observe(T0 + 8 * HOUR + 5)).toBe(true);
    expect(clock.latestMs).toBe(T0 + 8 * HOUR + 5);
    clock.observe(T0 + 900 * HOUR);
    expect(clock.observe(T0 + 20 * HOUR)).toBe(true);
    expect(clock.latestMs).toBe(T0 + 20 * HOUR);
  });

  it('goes on with the ticks when no record comes, however old the records are', () => {
    const clock = new StreamClock(LIMITS);
    const wall = T0 + 1000 * HOUR;
    clock.tick(wall);
    clock.observe(T0);
    clock.tick(wall + 60_000);
    expect(clock.watermarkMs()).toBe(T0 + 60_000 - 15_000);
    clock.tick(wall + 10_000);
    expect(clock.watermarkMs()).toBe(T0 + 60_000 - 15_000);
    // With the clock at work a record an hour later is no surprise.
    clock.tick(wall + 2 * HOUR);
    expect(clock.observe(T0 + 2.5 * HOUR)).toBe(true);
  });
});

describe('TumblingWindows', () => {
  interface Closed {
    size: number;
    start: number;
    records: number;
    incomplete: boolean;
  }

  function windows(): { all: TumblingWindows; closed: Closed[]; advance: (toMs: number) => void } {
    const closed: Closed[] = [];
    const all = new TumblingWindows({ bornMs: new Float64Array(64) }, 10);
    all.grow(64);
    const take = (window: WindowCounts, size: number): void => {
      const { startMs, records, incomplete } = window;
      closed.push({ size, start: (startMs - T0 + 10_000) / 1000, records, incomplete });
    };
    return { all, closed, advance: (toMs) => all.advance(toMs, 1, take) };
  }

  it('closes 30 s buckets as time passes them, and longer windows as their sums', () => {
    const { all, closed, advance } = windows();
    all.start(T0, T0 - 5_000);
    for (let s = 0; s < 400; s++) all.add(T0 + s * 1000, 1, 0);
    advance(T0 + 330_000);
    const records = (size: number): number[] =>
      closed.filter((window) => window.size === size).map((window) => window.records);
    expect(records(0).slice(0, 4)).toEqual([20, 30, 30, 30]);
    expect(records(1)[1]).toBe(60);
    expect(closed.filter((window) => window.size === 2).length).toBe(1);
  });

  it('marks the windows of a stream’s first moments incomplete', () => {
    const { all, closed, advance } = windows();
    all.start(T0, T0 - 5_000);
    all.add(T0, 1, 0);
    advance(T0 + 95_000);
    expect(closed.filter((window) => window.size === 0).map((window) => window.incomplete)).toEqual([
      true,
      false,
      false,
    ]);
  });

  it('refuses records of closed buckets', () => {
    const { all, advance } = windows();
    all.start(T0, T0 - 5_000);
    advance(T0 + 60_000);
    expect(all.add(T0, 1, 0)).toBe(0);
    expect(all.add(T0 + 60_000, 1, 0)).toBe(1);
  });

  it('closes a bounded number of empty windows in one jump, and marks the longer ones that the jump cuts', () => {
    const { all, closed, advance } = windows();
    all.start(T0, T0 - 5_000);
    all.add(T0, 1, 0);
    all.add(T0 + 100 * HOUR, 1, 0);
    advance(T0 + 100 * HOUR + 300_000);
    const short = closed.filter((window) => window.size === 0);
    expect(short.length).toBeLessThan(25);
    expect(short.reduce((sum, window) => sum + window.records, 0)).toBe(2);
    const cut = closed.filter((window) => window.size === 2 && window.start >= 99 * 3600);
    expect(cut.length).toBe(1);
    expect(cut[0].incomplete).toBe(true);
  });
});
