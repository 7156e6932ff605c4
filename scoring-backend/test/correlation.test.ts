/** Two services that move together, through the doors of a real server: API in, API out. */
import { cpSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { DriftResponse, QueryResponse, ServicesResponse } from '../src/api/types.ts';
import type { DetectorFamily } from '../src/detectors/families.ts';
import { linesToOtlp } from '../src/sources/json-logs.ts';
import { T0, temporaryFolder, testBackend, type TestBackend } from './recovery/running-backend.ts';
import { type Coupling, CoupledServices, type Parted } from './simulator/coupled-services.ts';

const HOUR = 60;
/** The hour in which storefront's calls no longer reach payment, which others call as often. */
const PARTED_AT = 30 * HOUR;
const RESTART_AT = PARTED_AT + 8;
const END = PARTED_AT + HOUR;
const SEED = 13;
const SHAPE: Coupling = {
  ...{ name: 'doors', rate: 5, daily: 0.5, weekend: 1, swing: 0.3, swingMinutes: 6, restartsPerWeek: 0 },
  bursts: { perDay: 1, factor: 2, minutes: 5 },
  behind: [
    { share: 0.9, own: 0.05, jobEveryMinutes: 60 },
    { share: 0.2, own: 2, jobEveryMinutes: 10 },
  ],
};
const SERVICES = ['storefront', 'payment', 'mail'];

const opened: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const backend of opened.splice(0)) await backend.close();
});

async function open(workers: number, dataDir?: string, detectorsOff: DetectorFamily[] = []): Promise<TestBackend> {
  const backend = await testBackend({ engine: { workers, detectorsOff } }, dataDir);
  opened.push(backend);
  return backend;
}

/** The services after so many minutes. */
function servicesAt(minute: number): CoupledServices {
  const services = new CoupledServices(SHAPE, SEED);
  for (let m = 0; m < minute; m++) services.next(partedAt(m));
  return services;
}

function partedAt(minute: number): Parted | undefined {
  return minute < PARTED_AT ? undefined : { service: 1, alone: true };
}

/** Sends the minutes `[from, to)`, an hour at once. */
async function send(backend: TestBackend, services: CoupledServices, from: number, to: number): Promise<void> {
  let lines: { service: string; timestamp: number; message: string }[] = [];
  for (let minute = from; minute < to; minute++) {
    services.next(partedAt(minute)).forEach((count, s) => {
      const every = 60_000 / (count + 1);
      for (let i = 1; i <= count; i++)
        lines.push({
          service: SERVICES[s],
          timestamp: T0 + minute * 60_000 + Math.floor(i * every),
          message: `${SERVICES[s]} handled request ${minute * 100 + i}`,
        });
    });
    if ((minute + 1) % HOUR !== 0 && minute + 1 < to) continue;
    lines.sort((a, b) => a.timestamp - b.timestamp);
    const response = await fetch(`${backend.url}/v1/logs`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', 'x-scope-orgid': 'shop' },
      body: linesToOtlp(lines, T0 + END * 60_000),
    });
    expect(response.status).toBe(200);
    lines = [];
  }
  await backend.settled();
}

async function drifts(backend: TestBackend, query = ''): Promise<DriftResponse['drifts']> {
  const response = await fetch(`${backend.url}/api/v1/drift${query}`, { headers: { 'x-scope-orgid': 'shop' } });
  const { drifts } = (await response.json()) as DriftResponse;
  return drifts.filter(({ figure }) => figure === 'correlation');
}

/** Services with windows in the minutes `[from, to)`. */
async function servicesOf(backend: TestBackend, from: number, to: number): Promise<string[]> {
  const range = `from=${T0 + from * 60_000}&to=${T0 + to * 60_000}`;
  const response = await fetch(`${backend.url}/api/v1/services?${range}`, { headers: { 'x-scope-orgid': 'shop' } });
  return ((await response.json()) as ServicesResponse).services.map(({ service }) => service).sort();
}

describe('a service that no longer follows another one', { timeout: 180_000 }, () => {
  let told: DriftResponse['drifts'];
  /** The data of a backend that was stopped between the parting and the telling, for two to go on from. */
  const [folder, copy] = [temporaryFolder(), temporaryFolder()];

  it('is told within an hour, with both names, in either of their lists', async () => {
    const backend = await open(1);
    await send(backend, servicesAt(0), 0, END);
    told = await drifts(backend);
    const [change] = told;
    expect(told).toHaveLength(1);
    expect(new Set([change.service, change.correlation?.with.service])).toEqual(new Set(['storefront', 'payment']));
    expect(change.timeMs).toBeGreaterThan(T0 + PARTED_AT * 60_000);
    expect(change.timeMs).toBeLessThanOrEqual(T0 + (PARTED_AT + 60) * 60_000);
    expect(change.correlation?.expected).toBeGreaterThan(0.6);
    expect(change.correlation?.actual).toBeLessThan(0.3);
    expect(change.shift).toBeLessThan(-0.4);
    expect(change.correlation?.minutes).toHaveLength(3);
    expect(change.correlation?.minutes[0].startMs).toBeGreaterThanOrEqual(change.sinceMs);
    expect(change.text).toContain(`of ${change.correlation?.with.service}: a correlation of 0.`);

    for (const service of ['storefront', 'payment'])
      expect(await drifts(backend, `?service=${service}`)).toEqual([change]);
    expect(await drifts(backend, '?service=mail')).toEqual([]);
    const frames = await fetch(`${backend.url}/api/v1/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-scope-orgid': 'shop' },
      body: JSON.stringify({ from: T0, to: T0 + END * 60_000, queries: [{ refId: 'A', queryType: 'drift' }] }),
    });
    expect(JSON.stringify((await frames.json()) as QueryResponse)).toContain(change.text);
    expect(await backend.metrics()).toContain('seismo_correlations_found_total 1');
  });

  it('is told the same with two engine threads, and after a restart between the parting and the telling', async () => {
    const before = await open(2, folder.path);
    await send(before, servicesAt(0), 0, RESTART_AT);
    expect(await drifts(before)).toEqual([]);
    await stop(before);
    cpSync(folder.path, copy.path, { recursive: true });
    const after = await open(2, folder.path);
    await send(after, servicesAt(RESTART_AT), RESTART_AT, END);
    expect(await drifts(after)).toEqual(told);
  });

  it('is not told where engine.detectorsOff names correlations, though their windows were kept before', async () => {
    const backend = await open(2, copy.path, ['correlation']);
    expect(await servicesOf(backend, RESTART_AT - HOUR, RESTART_AT)).toEqual([...SERVICES].sort());
    await send(backend, servicesAt(RESTART_AT), RESTART_AT, END);
    expect(await drifts(backend)).toEqual([]);
    expect(await backend.metrics()).toContain('seismo_correlations_found_total 0');
    expect(await servicesOf(backend, RESTART_AT, END)).toEqual([...SERVICES].sort());
  });
});

/** Ends a backend and leaves what it has on disk. */
async function stop(backend: TestBackend): Promise<void> {
  opened.splice(opened.indexOf(backend), 1);
  await backend.stop();
}
