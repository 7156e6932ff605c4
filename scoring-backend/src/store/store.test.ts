import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  ALL,
  COUNTERS,
  NOTHING,
  SETTINGS,
  STREAM,
  StoreFolder,
  anomaly,
  checkpoint,
  template,
  window,
} from '../../test/store-rows.ts';
import { Store } from './store.ts';

const stores = new StoreFolder();
beforeEach(() => stores.begin());
afterEach(() => stores.end());

describe('the store', () => {
  it('finds the anomalies of one unit: records, sessions or windows', async () => {
    const store = await stores.open();
    const session = anomaly({ id: '00000000000000ac', unit: 'session', startMs: 2000, endMs: 2300 });
    store.write({ ...NOTHING, anomalies: [anomaly(), session] });
    await store.flushed();
    expect(await store.anomalies({ ...ALL, unit: 'session', offset: 0 })).toEqual([session]);
    expect(await store.anomalies({ ...ALL, unit: 'record', offset: 0 })).toEqual([]);
  });

  it('gives back windows, anomalies and gaps as they were, also after a restart', async () => {
    const first = await stores.open();
    const gap = { stream: STREAM, fromMs: 10, toMs: 20 };
    first.write({ ...NOTHING, windows: [window()], anomalies: [anomaly()], gaps: [gap] });
    const store = await stores.reopen(first);
    expect(await store.windows({ ...ALL, sizeMs: 60_000 })).toEqual([window()]);
    expect(await store.anomalies({ ...ALL, offset: 0 })).toEqual([anomaly()]);
    expect(await store.gaps(ALL)).toEqual([gap]);
  });

  it('answers a tenant only about its own', async () => {
    const store = await stores.open();
    const other = { ...STREAM, tenant: 'other' };
    store.write({ ...NOTHING, windows: [window({ stream: other })], anomalies: [anomaly({ stream: other })] });
    await store.save(checkpoint(), [{ stream: other, rows: [template()] }]);
    expect(await store.windows({ ...ALL, sizeMs: 60_000 })).toEqual([]);
    expect(await store.anomalies({ ...ALL, offset: 0 })).toEqual([]);
    expect(await store.templates({ ...ALL, order: 'count', offset: 0 })).toEqual([]);
    expect(await store.windows({ ...ALL, tenant: 'other', sizeMs: 60_000 })).toHaveLength(1);
    expect(await store.anomalies({ ...ALL, tenant: 'other', offset: 0 })).toHaveLength(1);
    expect(await store.templates({ ...ALL, tenant: 'other', order: 'count', offset: 0 })).toHaveLength(1);
  });

  it('narrows by service, environment and namespace', async () => {
    const store = await stores.open();
    const names = ['cart', 'pay'];
    const windows = names.map((service) => window({ stream: { ...STREAM, service, environment: service } }));
    store.write({ ...NOTHING, windows });
    await store.flushed();
    const ask = async (filter: object) => (await store.windows({ ...ALL, sizeMs: 60_000, ...filter })).length;
    expect(await ask({ services: ['cart'] })).toBe(1);
    expect(await ask({ services: names })).toBe(2);
    expect(await ask({ services: [] })).toBe(0);
    expect(await ask({ environment: 'pay' })).toBe(1);
    expect(await ask({ namespace: 'shop' })).toBe(2);
    expect(await ask({ namespace: 'none' })).toBe(0);
  });

  it('lets a complete window replace an incomplete one, never the other way round', async () => {
    const store = await stores.open();
    const ask = async () => (await store.windows({ ...ALL, sizeMs: 60_000 })).map(({ records }) => records);
    store.write({ ...NOTHING, windows: [window({ records: 1, incomplete: true })] });
    await store.flushed();
    store.write({ ...NOTHING, windows: [window({ records: 2 })] });
    await store.flushed();
    expect(await ask()).toEqual([2]);
    store.write({ ...NOTHING, windows: [window({ records: 1, incomplete: true })] });
    await store.flushed();
    expect(await ask()).toEqual([2]);
  });

  it('keeps one anomaly of an id, however often it is found', async () => {
    const store = await stores.open();
    store.write({ ...NOTHING, anomalies: [anomaly(), anomaly({ score: 0.8 })] });
    await store.flushed();
    expect(await store.anomalies({ ...ALL, offset: 0 })).toEqual([anomaly()]);
  });

  it('keeps a checkpoint together with the catalogue, and says after a crash that it is not the last word', async () => {
    const first = await stores.open();
    await first.save(checkpoint(), [{ stream: STREAM, rows: [template()] }]);
    await first.save(checkpoint({ snapshot: new Uint8Array(3e6).fill(7) }), [
      { stream: STREAM, rows: [template({ count: 4 })] },
    ]);
    const second = await stores.reopen(first);
    const [{ snapshot, ...kept }] = await second.load();
    expect(Buffer.compare(snapshot, new Uint8Array(3e6).fill(7))).toBe(0);
    const positions = { sources: { 'otlp_logs/0': 7 }, direct: 0 };
    expect(kept).toEqual({ partition: 0, partitions: 1, counters: COUNTERS, positions, clean: true, atMs: 5 });
    const [row] = await second.templates({ ...ALL, order: 'count', offset: 0 });
    expect(row).toEqual({ ...template({ count: 4 }), stream: STREAM });
    // Not closed in order since it was loaded: the same checkpoint is unclean now.
    expect((await second.load())[0].clean).toBe(false);
  });

  it('finds templates by text as it is written, and pages through them in order', async () => {
    const store = await stores.open();
    const rows = ['user <*> in', 'User <*> out', '100% of <*>'].map((text, i) =>
      template({ id: `000000000000000${i}`, text, count: i + 1, lastSeenMs: 5000 - i }),
    );
    await store.save(checkpoint(), [{ stream: STREAM, rows }]);
    const ask = async (changes: object) =>
      (await store.templates({ ...ALL, order: 'count', offset: 0, ...changes })).map(({ text }) => text);
    expect(await ask({})).toEqual(['100% of <*>', 'User <*> out', 'user <*> in']);
    expect(await ask({ order: 'lastSeen' })).toEqual(['user <*> in', 'User <*> out', '100% of <*>']);
    expect(await ask({ limit: 1, offset: 1 })).toEqual(['User <*> out']);
    expect(await ask({ search: 'user' })).toEqual(['user <*> in']);
    expect(await ask({ search: '%' })).toEqual(['100% of <*>']);
  });

  it('sums the windows of each stream, busiest first', async () => {
    const store = await stores.open();
    const quiet = { ...STREAM, service: 'quiet' };
    const windows = [
      window({ startMs: 60_000, score: 0.2, isAnomaly: false }),
      window({ startMs: 120_000, score: 0.9 }),
      window({ stream: quiet, startMs: 60_000, records: 1, errors: 0 }),
      window({ stream: quiet, startMs: 60_000, sizeMs: 30_000, records: 1 }),
    ];
    store.write({ ...NOTHING, windows });
    await store.flushed();
    const services = await store.services({ ...ALL, sizeMs: 60_000, offset: 0 });
    expect(services.map(({ service }) => service)).toEqual(['cart', 'quiet']);
    expect(services[0]).toMatchObject({
      records: 240,
      errors: 6,
      score: 0.9,
      anomalousWindows: 1,
      lastWindowMs: 120_000,
    });
  });

  it('refuses a folder that another backend uses', async () => {
    await stores.open();
    await expect(Store.open(stores.path, SETTINGS)).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
  });

  it('says which file is damaged, and leaves the folder free', async () => {
    writeFileSync(join(stores.path, 'seismo.db'), 'this is no database, but long enough to look like one '.repeat(50));
    await expect(Store.open(stores.path, SETTINGS)).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      message: expect.stringContaining(join(stores.path, 'seismo.db')),
    });
    rmSync(join(stores.path, 'seismo.db'));
    await stores.open();
  });

  it('says so when the folder cannot be made', async () => {
    writeFileSync(join(stores.path, 'file'), '');
    await expect(Store.open(join(stores.path, 'file'), SETTINGS)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
