import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backendConfig } from '../config.ts';
import type { Checkpoint } from '../engine/checkpoint.ts';
import type { Anomaly, EngineCounters, Reason, TemplateRow, WindowVerdict } from '../engine/outputs.ts';
import { Store } from './store.ts';

const SETTINGS = backendConfig().store;
const STREAM = { tenant: '', namespace: 'shop', service: 'cart', environment: 'prod' };
const COUNTERS: EngineCounters = {
  ...{
    consumed: 5,
    represented: 5,
    repeated: 0,
    late: 0,
    templatesEvicted: 0,
    streamsOverflowed: 0,
    examplesDropped: 0,
  },
  ...{ sessions: 0, sessionsEvicted: 0, episodes: 0, watchedMs: 0, drifts: 0, outputsDropped: 0 },
  ...{ parametersDropped: 0, actorsEvicted: 0 },
};
const NOTHING = { windows: [], anomalies: [], gaps: [], drifts: [], budgets: [] };

let folder: string;
const opened: Store[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seismo-store-'));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((store) => store.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function open(changes: Partial<typeof SETTINGS> = {}): Promise<Store> {
  const store = await Store.open(folder, { ...SETTINGS, ...changes });
  opened.push(store);
  return store;
}

async function reopen(store: Store, changes: Partial<typeof SETTINGS> = {}): Promise<Store> {
  opened.splice(opened.indexOf(store), 1);
  await store.close();
  return open(changes);
}

function window(changes: Partial<WindowVerdict> = {}): WindowVerdict {
  return {
    ...{ stream: STREAM, sizeMs: 60_000, startMs: 1_700_000_040_000, records: 120, errors: 3, newTemplates: 1 },
    ...{ expectedLow: 90.5, expectedHigh: 140.25, magnitude: 4, score: 0.75, confidence: 0.9, margin: 0.5 },
    ...{ incomplete: false, isAnomaly: true, reasons: [REASON], figures: FIGURES },
    ...changes,
  };
}

const FIGURES = {
  ...{ uniqueUsers: 12, ipEntropy: null, responseTimeAvg: 20.5, responseTimeP95: 80, templateCount: 3 },
  ...{ sequenceSurprise: 0.25, bytes: 9000 },
};

const REASON: Reason = {
  ...{ kind: 'rate', text: '`a <*>` came 120 times', expected: 100, actual: 120, unit: 'records', magnitude: 4 },
};

function anomaly(changes: Partial<Anomaly> = {}): Anomaly {
  return {
    ...{
      id: '00000000000000aa',
      stream: STREAM,
      unit: 'window',
      startMs: 1000,
      endMs: 61_000,
      magnitude: 4,
      score: 0.75,
    },
    ...{ confidence: 0.9, margin: 0.5, reasons: [REASON], templateId: '00000000000000bb', template: 'a <*>' },
    examples: [{ timeMs: 1500, text: 'a 1 “é”', severity: 17, traceId: '', templateId: '00000000000000bb', line: 7 }],
    explanation: {
      contributions: [{ feature: 'event_count', share: 1, expected: 3, actual: 212 }],
      drivers: [],
      check: { without: 'x', before: 7, after: 1, weak: false, text: 'without x' },
    },
    model: 'line/1',
    ...changes,
  };
}

function template(changes: Partial<TemplateRow> = {}): TemplateRow {
  return {
    ...{ id: '00000000000000bb', text: 'a <*>', count: 3, firstSeenMs: 1000, lastSeenMs: 2000, supersededBy: '' },
    example: 'a 1',
    ...changes,
  };
}

function checkpoint(changes: Partial<Checkpoint> = {}): Checkpoint {
  return {
    ...{ partition: 0, partitions: 1, snapshot: new Uint8Array([1, 2, 3]), counters: COUNTERS, clean: true, atMs: 5 },
    positions: { sources: { 'otlp_logs/0': 7 }, direct: 0 },
    ...changes,
  };
}

const ALL = { tenant: '', fromMs: 0, toMs: 2e12, limit: 100 };

describe('the store', () => {
  it('finds the anomalies of one unit: records, sessions or windows', async () => {
    const store = await open();
    const session = anomaly({ id: '00000000000000ac', unit: 'session', startMs: 2000, endMs: 2300 });
    store.write({ ...NOTHING, anomalies: [anomaly(), session] });
    await store.flushed();
    expect(await store.anomalies({ ...ALL, unit: 'session', offset: 0 })).toEqual([session]);
    expect(await store.anomalies({ ...ALL, unit: 'record', offset: 0 })).toEqual([]);
  });

  it('gives back windows, anomalies and gaps as they were, also after a restart', async () => {
    const first = await open();
    const gap = { stream: STREAM, fromMs: 10, toMs: 20 };
    first.write({ ...NOTHING, windows: [window()], anomalies: [anomaly()], gaps: [gap] });
    const store = await reopen(first);
    expect(await store.windows({ ...ALL, sizeMs: 60_000 })).toEqual([window()]);
    expect(await store.anomalies({ ...ALL, offset: 0 })).toEqual([anomaly()]);
    expect(await store.gaps(ALL)).toEqual([gap]);
  });

  it('answers a tenant only about its own', async () => {
    const store = await open();
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
    const store = await open();
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
    const store = await open();
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
    const store = await open();
    store.write({ ...NOTHING, anomalies: [anomaly(), anomaly({ score: 0.8 })] });
    await store.flushed();
    expect(await store.anomalies({ ...ALL, offset: 0 })).toEqual([anomaly()]);
  });

  it('keeps a checkpoint together with the catalogue, and says after a crash that it is not the last word', async () => {
    const first = await open();
    await first.save(checkpoint(), [{ stream: STREAM, rows: [template()] }]);
    await first.save(checkpoint({ snapshot: new Uint8Array(3e6).fill(7) }), [
      { stream: STREAM, rows: [template({ count: 4 })] },
    ]);
    const second = await reopen(first);
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
    const store = await open();
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
    const store = await open();
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

  it('deletes what is past its time, each kind by its own', async () => {
    const first = await open();
    const sizes = [30_000, 60_000, 300_000];
    first.write({ ...NOTHING, windows: sizes.map((sizeMs) => window({ sizeMs })), anomalies: [anomaly()] });
    await first.flushed();
    const age = Date.now() + 1;
    while (Date.now() < age + 20) await new Promise((resolve) => setTimeout(resolve, 5));
    const store = await reopen(first, { keepWindows30sMs: 1, keepWindows1mMs: 1, keepAnomaliesMs: 3_600_000 });
    const left = async () => {
      const counts = sizes.map(async (sizeMs) => (await store.windows({ ...ALL, sizeMs })).length);
      return Promise.all([...counts, store.anomalies({ ...ALL, offset: 0 }).then(({ length }) => length)]);
    };
    await expect.poll(left).toEqual([0, 0, 1, 1]);
    // The rows are gone before the run that deletes them is over and counted.
    await expect.poll(() => store.counters().expired).toBe(2);
  });

  it('forgets the templates not written for longest when there are too many, and counts them', async () => {
    const first = await open();
    const rows = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => template({ id: String(from + i).padStart(16, '0') }));
    await first.save(checkpoint(), [{ stream: STREAM, rows: rows(0, 150) }]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    await first.save(checkpoint(), [{ stream: STREAM, rows: rows(150, 250) }]);
    const store = await reopen(first, { maxTemplateRows: 100 });
    await expect.poll(() => store.counters().templatesForgotten).toBe(150);
    const left = await store.templates({ ...ALL, limit: 1000, order: 'count', offset: 0 });
    expect(left).toHaveLength(100);
    expect(left.every(({ id }) => Number(id) >= 150)).toBe(true);
  });

  it('drops windows first when too many rows wait, and counts what it drops', async () => {
    const store = await open({ maxQueuedRows: 100 });
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
    const store = await Store.open(folder, SETTINGS, (error) => told.push(error));
    opened.push(store);
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
    const store = await open();
    const other = new DatabaseSync(join(folder, 'seismo.db'));
    other.exec('begin immediate');
    store.write({ ...NOTHING, windows: [window()] });
    await new Promise((resolve) => setTimeout(resolve, 300));
    other.exec('commit');
    other.close();
    await store.flushed();
    expect(await store.windows({ ...ALL, sizeMs: 60_000 })).toHaveLength(1);
  });

  it('refuses a folder that another backend uses', async () => {
    await open();
    await expect(Store.open(folder, SETTINGS)).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
  });

  it('says which file is damaged, and leaves the folder free', async () => {
    writeFileSync(join(folder, 'seismo.db'), 'this is no database, but long enough to look like one '.repeat(50));
    await expect(Store.open(folder, SETTINGS)).rejects.toMatchObject({
      code: 'STORE_DAMAGED',
      message: expect.stringContaining(join(folder, 'seismo.db')),
    });
    rmSync(join(folder, 'seismo.db'));
    await open();
  });

  it('says so when the folder cannot be made', async () => {
    writeFileSync(join(folder, 'file'), '');
    await expect(Store.open(join(folder, 'file'), SETTINGS)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
