import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postLines, T0, testBackend } from '../../test/recovery/running-backend.ts';
import type { Line, TestBackend } from '../../test/recovery/running-backend.ts';
import type { BudgetResponse, DriftResponse, QueryResponse } from './types.ts';

let backend: TestBackend;
const CALM_MINUTES = 40;
const ODD_MINUTES = 90;
const END = T0 + (CALM_MINUTES + ODD_MINUTES) * 60_000;
/** T0 is a Monday at ten. */
const WEEK = Date.UTC(2026, 0, 5);

/** Calm, and from a minute on for good what was never there before: ten times as many lines, most of them errors. */
function changedForGood(): Line[] {
  const lines: Line[] = [];
  for (let second = 0; second < (END - T0) / 1000; second += 5) {
    const timestamp = T0 + second * 1000;
    lines.push({ timestamp, service: 'cart', message: `cart of user ${(second * 53) % 991} has 3 items` });
    if (second < CALM_MINUTES * 60) continue;
    for (let i = 0; i < 9; i++)
      lines.push({ timestamp, service: 'cart', severity: 'error', message: `no stock for item ${second + i}` });
  }
  return lines;
}

beforeAll(async () => {
  backend = await testBackend();
  const lines = changedForGood();
  for (let start = 0; start < lines.length; start += 1000)
    await postLines(backend.url, lines.slice(start, start + 1000), 'shop');
  backend.scorer.tick(END);
  backend.scorer.tick(END + 600_000);
  await backend.scorer.checkpoint();
  await backend.settled();
}, 60_000);
afterAll(() => backend.close());

async function get<T>(path: string, tenant = 'shop'): Promise<T> {
  const response = await fetch(backend.url + path, { headers: { 'x-scope-orgid': tenant } });
  expect(response.status).toBe(200);
  return (await response.json()) as T;
}

describe('GET /api/v1/budget', () => {
  it('tells what was promised and what came in a week, by kind of unit, and that the latter is an upper bound', async () => {
    const { note, budgets, hasMore } = await get<BudgetResponse>('/api/v1/budget');
    expect(note).toContain('upper bound');
    expect(hasMore).toBe(false);
    expect(budgets).toHaveLength(1);
    const [week] = budgets;
    expect(week).toMatchObject({ service: 'cart', weekMs: WEEK });
    // The first windows may begin before the first record.
    expect(week.fromMs).toBeGreaterThanOrEqual(T0 - 300_000);
    expect(week.fromMs).toBeLessThanOrEqual(T0);
    expect(week.toMs).toBeGreaterThanOrEqual(END);
    expect(week.promised).toBeCloseTo((week.toMs - week.fromMs) / 604_800_000, 10);
    expect(week.actual).toBe(1);
    expect(week.kinds.map(({ unit, sizeMs }) => [unit, sizeMs])).toEqual([
      ['window', 30_000],
      ['window', 60_000],
      ['window', 300_000],
      ['session', 0],
      ['record', 0],
    ]);
    const [short, , , sessions, records] = week.kinds;
    expect(short.units).toBeGreaterThanOrEqual((CALM_MINUTES + ODD_MINUTES) * 2);
    expect(short.actual).toBe(1);
    expect(short.magnitude).toBeCloseTo(Math.log10(20_160 * 6), 10);
    expect(records.units).toBe(changedForGood().length);
    expect(records.magnitude).toBeGreaterThan(4);
    expect(sessions).toMatchObject({ units: 0, actual: 0, magnitude: null });
    const shares = week.kinds.reduce((sum, { promised }) => sum + promised, 0);
    expect(shares).toBeCloseTo(week.promised, 10);
  });

  it('answers by time, service and tenant, and as a table', async () => {
    expect((await get<BudgetResponse>(`/api/v1/budget?to=${T0 - 300_000}`)).budgets).toEqual([]);
    expect((await get<BudgetResponse>('/api/v1/budget?service=other')).budgets).toEqual([]);
    expect((await get<BudgetResponse>('/api/v1/budget', 'nobody')).budgets).toEqual([]);
    const { fields, values } = await table('budget');
    expect(fields.slice(0, 6)).toEqual(['week', 'service', 'unit', 'promised', 'actual', 'magnitude']);
    expect(values[2]).toEqual(['all', 'window 30 s', 'window 1 min', 'window 5 min', 'session', 'record']);
    expect(values[4][0]).toBe(1);
  });
});

describe('GET /api/v1/drift', () => {
  it('tells that a state has lasted, since when, and that it is normal from now on', async () => {
    const { drifts } = await get<DriftResponse>('/api/v1/drift');
    const [accepted] = drifts.filter(({ test }) => test === 'lasted').reverse();
    expect(accepted).toMatchObject({ service: 'cart', figure: 'windows' });
    expect(accepted.text).toMatch(/odd windows for [\d.]+ hours: this is taken as normal from now on/);
    expect(accepted.shift).toBeGreaterThanOrEqual(1);
    const sinceMinutes = (accepted.sinceMs - T0) / 60_000;
    expect(sinceMinutes).toBeGreaterThanOrEqual(CALM_MINUTES - 1);
    expect(sinceMinutes).toBeLessThan(CALM_MINUTES + 5);
    expect(accepted.timeMs - accepted.sinceMs).toBeCloseTo(accepted.shift * 3_600_000, -1);
  });

  it('answers by time and tenant, and as a table', async () => {
    const { drifts } = await get<DriftResponse>('/api/v1/drift');
    expect((await get<DriftResponse>(`/api/v1/drift?from=${drifts[0].timeMs + 1}`)).drifts).toEqual([]);
    expect((await get<DriftResponse>('/api/v1/drift', 'nobody')).drifts).toEqual([]);
    const { fields, values } = await table('drift');
    expect(fields.slice(0, 3)).toEqual(['time', 'service', 'what']);
    expect(values[0]).toEqual(drifts.map(({ timeMs }) => timeMs));
  });

  it('refuses what it does not know by its field', async () => {
    const response = await fetch(`${backend.url}/api/v1/drift?since=1`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'INVALID_REQUEST', field: 'since' } });
  });
});

async function table(queryType: 'budget' | 'drift'): Promise<{ fields: string[]; values: unknown[][] }> {
  const body = JSON.stringify({ from: T0, to: END, queries: [{ refId: 'A', queryType }] });
  const headers = { 'content-type': 'application/json', 'x-scope-orgid': 'shop' };
  const response = await fetch(`${backend.url}/api/v1/query`, { method: 'POST', body, headers });
  const { results } = (await response.json()) as QueryResponse;
  expect(results.A.error).toBeUndefined();
  const [frame] = results.A.frames;
  return { fields: frame.schema.fields.map(({ name }) => name), values: frame.data.values };
}
