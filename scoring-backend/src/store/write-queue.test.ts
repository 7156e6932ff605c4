import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALL, NOTHING, STREAM, StoreFolder, anomaly, checkpoint, template, window } from '../../test/store-rows.ts';

const stores = new StoreFolder();
beforeEach(() => stores.begin());
afterEach(() => stores.end());

describe('the queue of the store', () => {
  it('drops windows first when too many rows wait, and counts what it drops', async () => {
    const store = await stores.open({ maxQueuedRows: 100 });
    const windows = Array.from({ length: 150 }, (_, i) => window({ startMs: i * 60_000 }));
    const anomalies = Array.from({ length: 10 }, (_, i) => anomaly({ id: `a${i}` }));
    store.write({ ...NOTHING, windows });
    store.write({ ...NOTHING, anomalies });
    expect(store.counters()).toMatchObject({ queued: 100, dropped: 60 });
    await store.flushed();
    expect(await store.windows({ ...ALL, limit: 1000, sizeMs: 60_000 })).toHaveLength(90);
    expect(await store.anomalies({ ...ALL, offset: 0 })).toHaveLength(10);
    expect(store.counters()).toMatchObject({ queued: 0, written: 100 });
  });

  it('counts and tells of a row the database will never take, and goes on', async () => {
    const told: unknown[] = [];
    const store = await stores.open({}, (error) => told.push(error));
    store.write({ ...NOTHING, windows: [window({ score: NaN })] });
    await store.save(checkpoint(), [{ stream: STREAM, rows: [template()] }]);
    store.write({ ...NOTHING, windows: [window()] });
    await store.flushed();
    expect(store.counters()).toMatchObject({ queued: 0, dropped: 1, failures: 1 });
    expect(told).toHaveLength(1);
    expect(await store.windows({ ...ALL, sizeMs: 60_000 })).toEqual([window()]);
    expect(store.healthy).toBe(true);
  });

  it('waits out a lock of another program and loses nothing', async () => {
    const store = await stores.open();
    const other = new DatabaseSync(join(stores.path, 'seismo.db'));
    other.exec('begin immediate');
    store.write({ ...NOTHING, windows: [window()] });
    await new Promise((resolve) => setTimeout(resolve, 300));
    other.exec('commit');
    other.close();
    await store.flushed();
    expect(await store.windows({ ...ALL, sizeMs: 60_000 })).toHaveLength(1);
  });
});
