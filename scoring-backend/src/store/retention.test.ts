import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALL, NOTHING, STREAM, StoreFolder, anomaly, checkpoint, template, window } from '../../test/store-rows.ts';

const stores = new StoreFolder();
beforeEach(() => stores.begin());
afterEach(() => stores.end());

describe('retention', () => {
  it('deletes what is past its time, each kind by its own', async () => {
    const first = await stores.open();
    const sizes = [30_000, 60_000, 300_000];
    first.write({ ...NOTHING, windows: sizes.map((sizeMs) => window({ sizeMs })), anomalies: [anomaly()] });
    await first.flushed();
    const age = Date.now() + 1;
    while (Date.now() < age + 20) await new Promise((resolve) => setTimeout(resolve, 5));
    const store = await stores.reopen(first, { keepWindows30sMs: 1, keepWindows1mMs: 1, keepAnomaliesMs: 3_600_000 });
    const left = async () => {
      const counts = sizes.map(async (sizeMs) => (await store.windows({ ...ALL, sizeMs })).length);
      return Promise.all([...counts, store.anomalies({ ...ALL, offset: 0 }).then(({ length }) => length)]);
    };
    await expect.poll(left).toEqual([0, 0, 1, 1]);
    // The rows are gone before the run that deletes them is over and counted.
    await expect.poll(() => store.counters().expired).toBe(2);
  });

  it('forgets the templates not written for longest when there are too many, and counts them', async () => {
    const first = await stores.open();
    const rows = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => template({ id: String(from + i).padStart(16, '0') }));
    await first.save(checkpoint(), [{ stream: STREAM, rows: rows(0, 150) }]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await first.save(checkpoint(), [{ stream: STREAM, rows: rows(150, 250) }]);
    const store = await stores.reopen(first, { maxTemplateRows: 100 });
    await expect.poll(() => store.counters().templatesForgotten).toBe(150);
    const left = await store.templates({ ...ALL, limit: 1000, order: 'count', offset: 0 });
    expect(left).toHaveLength(100);
    expect(left.every(({ id }) => Number(id) >= 150)).toBe(true);
  });
});
