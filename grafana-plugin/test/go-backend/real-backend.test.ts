/** The whole way: logs into a real backend, its frames through the real plugin, as Grafana's alerting gets them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { servicesResponseSchema, WINDOW_FIELDS, type WindowField } from '@seismo/scoring-backend/api';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { go } from '../../../otel-processor/test/needs.ts';
import { alertContractBreaches } from './alert-contract.ts';
import { BUILD_TIMEOUT_MS, buildPlugin, NO_GO_FOR_PLUGIN } from './plugin-binary.ts';
import { startPlugin } from './plugin-process.ts';
import type { Answer, PanelQuery, RunningPlugin } from './plugin-process.ts';
import { startSeismo } from './seismo-process.ts';
import type { RunningSeismo } from './seismo-process.ts';

const MINUTE = 60_000;

let seismo: RunningSeismo;
let plugin: RunningPlugin;

beforeAll(async () => {
  if (go === undefined) return;
  plugin = await startPlugin(buildPlugin());
  seismo = await startSeismo();
  // Windows close and are written a moment after their records.
  for (let tries = 0; tries < 100; tries++) {
    const { frames } = await ask({ queryType: 'scores', sizeMs: MINUTE });
    const closed = frames.filter(({ fields }) => fields[0].values.includes(seismo.toMs - MINUTE));
    if (closed.length === 2) return;
    await sleep(200);
  }
  throw new Error('the windows of the last minute have not closed within 20 s');
}, BUILD_TIMEOUT_MS);
beforeEach((context) => context.skip(go === undefined, NO_GO_FOR_PLUGIN));
afterAll(async () => {
  if (go === undefined) return;
  await seismo.stop();
  await plugin.shutdown();
});

async function ask(query: Omit<PanelQuery, 'refId'>): Promise<Answer> {
  const { A } = await plugin.query({ url: seismo.url }, { ...seismo, maxDataPoints: 43_200 }, [
    { refId: 'A', ...query },
  ]);
  expect(A).toMatchObject({ status: 200, error: '' });
  return A;
}

const TOLD_BY: Partial<Record<WindowField, string[]>> = {
  ...{ uniqueUsers: [], ipEntropy: [], responseTimeAvg: ['payments'], responseTimeP95: ['payments'] },
};

describe('with a real backend', () => {
  it('the health check is fine', async () => {
    expect(await plugin.health({ url: seismo.url })).toMatchObject({ status: 'OK' });
  });

  it.each(WINDOW_FIELDS)('scores with the field %s keep the alert contract', async (field) => {
    const { frames } = await ask({ queryType: 'scores', field, sizeMs: MINUTE });
    expect(alertContractBreaches(frames)).toEqual([]);
    const services = frames.map(({ fields }) => fields[1].labels?.service).toSorted();
    // A series of nothing is none: these logs tell of no users and addresses, and only payments of durations.
    expect(services).toEqual(TOLD_BY[field] ?? ['cart', 'payments']);
  });

  it('the margin of the service that fell ill rises above 0, where the alert fires', async () => {
    const { frames } = await ask({ queryType: 'scores', field: 'margin', sizeMs: MINUTE, services: ['payments'] });
    const margins = frames[0].fields[1].values.map(Number);
    expect(Math.max(...margins.slice(-5))).toBeGreaterThan(0);
    expect(Math.max(...margins.slice(5, -5))).toBeLessThan(0);
  });

  it('nothing to tell is no frame', async () => {
    for (const queryType of ['scores', 'anomalies', 'templates', 'logs'])
      expect((await ask({ queryType, services: ['nobody'] })).frames).toEqual([]);
  });

  it('anomalies, templates and logs arrive as the tables and lines that they are', async () => {
    const anomalies = await ask({ queryType: 'anomalies' });
    expect(anomalies.frames[0].fields.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['time', 'service', 'reason']),
    );
    const templates = await ask({ queryType: 'templates', services: ['payments'] });
    expect(templates.frames[0].fields.find(({ name }) => name === 'template')?.values).toContainEqual(
      expect.stringContaining('payment <*> took'),
    );
    const logs = await ask({ queryType: 'logs', services: ['payments'] });
    expect(logs.frames[0].meta.type).toBe('log-lines');
    expect(logs.frames[0].fields[4].values[0]).toMatchObject({ service: 'payments' });
  });

  it('a query it does not know gets its own message', async () => {
    const { A } = await plugin.query({ url: seismo.url }, seismo, [{ refId: 'A', queryType: 'scores', colour: 'red' }]);
    expect(A).toMatchObject({ status: 400, errorSource: 'downstream', frames: [] });
    expect(A.error).toContain('colour');
  });

  it('resources are the lists of its API', async () => {
    const { code, text } = await plugin.resource(
      { url: seismo.url },
      `services?from=${seismo.fromMs}&to=${seismo.toMs}`,
    );
    expect(code).toBe(200);
    const { services } = servicesResponseSchema.parse(JSON.parse(text));
    expect(services.map(({ service }) => service).toSorted()).toEqual(['cart', 'payments']);
  });
});
