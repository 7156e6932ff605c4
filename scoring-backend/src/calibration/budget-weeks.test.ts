import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '../columns/state-codec.ts';
import { WEEK_MS } from './budget.ts';
import { BudgetWeeks, RECORD_KIND, SESSION_KIND, WINDOW_KIND } from './budget-weeks.ts';

const MONDAY = Date.UTC(2026, 0, 5);
const MINUTE = 60_000;

describe('BudgetWeeks', () => {
  it('counts an episode once for the stream and once for each kind of its anomalies, in the week in which it begins', () => {
    const weeks = new BudgetWeeks();
    weeks.window(WINDOW_KIND, MONDAY - 30_000, MONDAY, 100);
    weeks.anomaly(WINDOW_KIND, MONDAY - 30_000, MONDAY);
    weeks.anomaly(RECORD_KIND, MONDAY + 9 * MINUTE, MONDAY + 9 * MINUTE);
    weeks.anomaly(WINDOW_KIND, MONDAY + 30 * MINUTE, MONDAY + 31 * MINUTE);
    const [last, present] = weeks.take();
    expect(last).toMatchObject({ weekMs: MONDAY - WEEK_MS, episodes: 1, fromMs: MONDAY - 30_000, toMs: MONDAY });
    expect(last.episodesOfKind[WINDOW_KIND]).toBe(1);
    expect(last.units[RECORD_KIND]).toBe(100);
    expect(present).toMatchObject({ weekMs: MONDAY, episodes: 1 });
    expect(present.episodesOfKind).toEqual([1, 0, 0, 0, 1]);
  });

  it('tells a week only when it has changed, with its totals', () => {
    const weeks = new BudgetWeeks();
    weeks.session(MONDAY);
    expect(weeks.take()).toHaveLength(1);
    weeks.session(MONDAY + MINUTE);
    expect(weeks.take()).toEqual([]);
    weeks.window(WINDOW_KIND + 2, MONDAY, MONDAY + 5 * MINUTE, 7);
    const [week] = weeks.take();
    expect([week.units[SESSION_KIND], week.units[WINDOW_KIND + 2]]).toEqual([2, 1]);
  });

  it('keeps at most sixty weeks that nobody takes, and none that is over when they were taken', () => {
    const weeks = new BudgetWeeks();
    for (let week = 0; week < 100; week++) weeks.session(MONDAY + week * WEEK_MS);
    expect(weeks.take().map(({ weekMs }) => (weekMs - MONDAY) / WEEK_MS)).toEqual(
      Array.from({ length: 60 }, (_, i) => 40 + i),
    );
    weeks.anomaly(WINDOW_KIND, MONDAY + 98 * WEEK_MS, MONDAY + 98 * WEEK_MS);
    expect(weeks.take()[0].units[SESSION_KIND]).toBe(1);
  });

  it('continues the same after it was saved', () => {
    const weeks = new BudgetWeeks();
    weeks.window(WINDOW_KIND, MONDAY, MONDAY + 30_000, 5);
    weeks.anomaly(WINDOW_KIND, MONDAY, MONDAY + 30_000);
    const to = new StateWriter();
    weeks.save(to);
    const again = new BudgetWeeks();
    again.load(new StateReader(to.finish()));
    for (const one of [weeks, again]) one.anomaly(WINDOW_KIND, MONDAY + 5 * MINUTE, MONDAY + 6 * MINUTE);
    expect(again.take()).toEqual(weeks.take());
  });
});
