import { afterEach, describe, expect, it } from 'vitest';
import type { TemplatesResponse } from '../../src/api/types.ts';
import { backendConfig } from '../../src/config.ts';
import { linesToOtlp } from '../../src/sources/json-logs.ts';
import { Store } from '../../src/store/store.ts';
import { backendProcess } from './backend-process.ts';
import type { BackendProcess } from './backend-process.ts';
import { T0, temporaryFolder } from './running-backend.ts';

const KILLS = process.env.SEISMO_SOAK === '1' ? 20 : 3;
const SERVICES = ['cart', 'pay', 'ship'];
const RECORDS = 300;
const CHECKPOINT_MS = 300;

const folder = temporaryFolder();
let backend: BackendProcess | undefined;
afterEach(async () => {
  await backend?.kill();
  folder.remove();
});

/** Sends batches one after the other, each a second of event time later. */
class Load {
  /** Second of event time of the next batch. */
  next = 0;
  /** Of the last batch that was answered. */
  acknowledged = -1;

  /** One batch; false when the backend did not answer. */
  async send(url: string): Promise<boolean> {
    const second = this.next++;
    const lines = Array.from({ length: RECORDS }, (_, i) => ({
      service: SERVICES[i % SERVICES.length],
      timestamp: T0 + second * 1000 + i,
      message: `${SERVICES[(i * 7) % 3]} step ${i % 9} done ${'abcdefg'[i % 7].repeat(4)} in ${second} ms`,
    }));
    const body = new Uint8Array(linesToOtlp(lines, T0 + 86_400_000));
    const headers = { 'content-type': 'application/x-protobuf' };
    try {
      const response = await fetch(`${url}/v1/score`, { method: 'POST', headers, body });
      if (response.status !== 200) return false;
      await response.arrayBuffer();
    } catch {
      return false;
    }
    this.acknowledged = second;
    return true;
  }
}

async function templates(url: string): Promise<Map<string, { id: string; count: number }>> {
  const response = await fetch(`${url}/api/v1/templates?limit=1000`);
  const { templates, hasMore } = (await response.json()) as TemplatesResponse;
  expect(hasMore).toBe(false);
  return new Map(templates.map(({ service, text, id, count }) => [`${service} ${text}`, { id, count }]));
}

async function consumed(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/^seismo_engine_consumed_items_total (\d+)$/m.exec(metrics)?.[1]);
}

describe('a backend killed with SIGKILL during load', () => {
  it(
    `comes back ${KILLS} times with its templates, counts that add up, and the missing time reported as a gap`,
    { timeout: KILLS * 12_000 },
    async () => {
      const load = new Load();
      const missing: { lastBefore: number; firstAfter: number }[] = [];
      let known = new Map<string, { id: string; count: number }>();
      for (let kill = 0; kill < KILLS; kill++) {
        backend = await backendProcess(folder.path, ['--engine-checkpoint-ms', String(CHECKPOINT_MS)]);
        const { url } = backend;
        if (kill > 0) {
          const now = await templates(url);
          const sum = [...now.values()].reduce((total, { count }) => total + count, 0);
          expect(sum).toBe(await consumed(url));
          expect(sum).toBeLessThanOrEqual(load.next * RECORDS);
          for (const [text, { id }] of known) expect(now.get(text)?.id).toBe(id);
          known = now;
          missing.push({ lastBefore: load.acknowledged, firstAfter: load.next });
        }
        expect(await load.send(url)).toBe(true);
        const dies = setTimeout(() => void backend?.kill(), 1600 + kill * 137);
        while (await load.send(url));
        clearTimeout(dies);
      }
      backend = await backendProcess(folder.path);
      missing.push({ lastBefore: load.acknowledged, firstAfter: load.next });
      expect(await load.send(backend.url)).toBe(true);
      expect(await backend.stop()).toBe(0);

      const store = await Store.open(folder.path, backendConfig().store);
      for (const service of SERVICES) {
        const question = { tenant: '', services: [service], fromMs: 0, toMs: 1e13, limit: 1000 };
        const gaps = await store.gaps(question);
        expect(gaps).toHaveLength(KILLS);
        gaps.forEach(({ fromMs, toMs }, i) => {
          const { lastBefore, firstAfter } = missing[i];
          expect(fromMs).toBeLessThanOrEqual(T0 + lastBefore * 1000 + RECORDS);
          expect(Math.floor((toMs - T0) / 1000)).toBe(firstAfter);
          // At most what came since the last checkpoint is missing: the gap begins near it, not at the beginning.
          expect(fromMs).toBeGreaterThan(T0 + (i === 0 ? -1 : missing[i - 1].firstAfter - 1) * 1000);
        });
        const incomplete = (await store.windows({ ...question, sizeMs: 30_000 })).filter((window) => window.incomplete);
        expect(incomplete.length).toBeGreaterThan(0);
      }
      const [checkpoint] = await store.load();
      expect(checkpoint.clean).toBe(true);
      await store.close();
    },
  );

  it('reports no gap after it was stopped in order', { timeout: 20_000 }, async () => {
    const load = new Load();
    const { path, remove } = temporaryFolder();
    for (let i = 0; i < 2; i++) {
      backend = await backendProcess(path);
      expect(await load.send(backend.url)).toBe(true);
      expect(await backend.stop()).toBe(0);
    }
    const store = await Store.open(path, backendConfig().store);
    expect(await store.gaps({ tenant: '', fromMs: 0, toMs: 1e13, limit: 10 })).toEqual([]);
    const rows = await store.templates({ tenant: '', order: 'count', limit: 1000, offset: 0 });
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(2 * RECORDS);
    await store.close();
    remove();
  });
});
