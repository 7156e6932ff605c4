import { describe, expect, it } from 'vitest';
import { ticks } from './time-axis.ts';

const from = Date.UTC(2026, 10, 21, 12, 3, 7);

describe('ticks of the time axis', () => {
  it('stand at round times, no closer than can be read', () => {
    const hour = ticks({ fromMs: from, toMs: from + 3_600_000, width: 900 }, 'utc');
    expect(hour.map(({ text }) => text).slice(0, 2)).toEqual(['12:10', '12:20']);
    expect(hour.length).toBeLessThanOrEqual(10);
  });

  it('begin days at midnight of the time zone of the dashboard', () => {
    const week = ticks({ fromMs: from, toMs: from + 7 * 86_400_000, width: 900 }, 'Asia/Kolkata');
    expect(week[0]).toEqual({ ms: Date.UTC(2026, 10, 21, 18, 30), text: '11-22' });
  });
});
