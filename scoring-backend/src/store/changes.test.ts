import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backendConfig } from '../config.ts';
import type { BudgetWeek, Drift, EngineEvents } from '../engine/outputs.ts';
import { Store } from './store.ts';

const STREAM = { tenant: 'shop', namespace: 'shop', service: 'cart', environment: 'prod' };
const ALL = { tenant: 'shop', limit: 100, offset: 0 };
const NOTHING: EngineEvents = { windows: [], anomalies: [], gaps: [], drifts: [], budgets: [] };

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seismo-store-'));
  store = await Store.open(folder, backendConfig().store);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

async function reopen(changes: object = {}): Promise<void> {
  await store.close();
  store = await Store.open(folder, { ...backendConfig().store, ...changes });
}

function drift(changes: Partial<Drift> = {}): Drift {
  return { stream: STREAM, timeMs: 9e6, sinceMs: 5.4e6, figure: 'error_rate', test: 'ADWIN', shift: -2.5, ...changes };
}

function week(changes: Partial<BudgetWeek> = {}): BudgetWeek {
  const kinds = [{ unit: 'session', sizeMs: 0, units: 7, promised: 0.25, actual: 1, magnitude: null } as const];
  return { stream: STREAM, weekMs: 0, fromMs: 1000, toMs: 2000, promised: 0.5, actual: 2, kinds, ...changes };
}

describe('the store', () => {
  it('gives back drifts as they were, latest first, also after a restart', async () => {
    const all = [drift(), drift({ timeMs: 10e6, figure: 'windows', test: 'lasted', shift: 24 })];
    store.write({ ...NOTHING, drifts: all });
    await reopen();
    expect(await store.drifts(ALL)).toEqual([...all].reverse());
    expect(await store.drifts({ ...ALL, fromMs: 9e6, toMs: 10e6 })).toEqual([drift()]);
    expect(await store.drifts({ ...ALL, tenant: 'other' })).toEqual([]);
  });

  it('knows a drift that is found again in a replay', async () => {
    store.write({ ...NOTHING, drifts: [drift()] });
    store.write({ ...NOTHING, drifts: [drift(), drift({ figure: 'oov_rate' })] });
    await store.flushed();
    expect(await store.drifts(ALL)).toHaveLength(2);
  });

  it('keeps the latest totals of each week, and answers with the weeks that a time touches', async () => {
    store.write({ ...NOTHING, budgets: [week()] });
    await store.flushed();
    const later = week({ toMs: 5000, actual: 3 });
    const next = week({ weekMs: 604_800_000, fromMs: 604_800_000, toMs: 604_900_000 });
    store.write({ ...NOTHING, budgets: [later, next] });
    await reopen();
    expect(await store.budgets(ALL)).toEqual([next, later]);
    expect(await store.budgets({ ...ALL, toMs: 5000 })).toEqual([later]);
    expect(await store.budgets({ ...ALL, services: ['other'] })).toEqual([]);
  });

  it('deletes drifts and weeks when their time is over', async () => {
    store.write({ ...NOTHING, drifts: [drift()], budgets: [week()] });
    await store.flushed();
    await new Promise((resolve) => setTimeout(resolve, 20));
    await reopen({ keepAnomaliesMs: 1 });
    await expect.poll(() => store.counters().expired).toBe(2);
    expect([...(await store.drifts(ALL)), ...(await store.budgets(ALL))]).toEqual([]);
  });
});
