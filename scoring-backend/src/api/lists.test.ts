import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postLines, shopLines, T0, testBackend } from '../../test/recovery/running-backend.ts';
import type { TestBackend } from '../../test/recovery/running-backend.ts';

let backend: TestBackend;
const MINUTES = 40;
const END = T0 + MINUTES * 60_000;

beforeAll(async () => {
  backend = await testBackend({ maxRequestBytes: 8 * 1024 * 1024 });
  const lines = shopLines('cart', MINUTES);
  for (let start = 0; start < lines.length; start += 1000)
    await postLines(backend.url, lines.slice(start, start + 1000));
  await postLines(backend.url, shopLines('other', 2), 'team-b');
  backend.scorer.tick(END);
  backend.scorer.tick(END + 600_000);
  await backend.scorer.checkpoint();
  await backend.settled();
});
afterAll(() => backend.close());

async function get(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: unknown }> {
  const response = await fetch(backend.url + path, { headers });
  return { status: response.status, body: await response.json() };
}

const TENANT_B = { 'x-scope-orgid': 'team-b' };

function refusal(code: string, message: RegExp, field?: string) {
  return { error: { code, message: expect.stringMatching(message), ...(field === undefined ? {} : { field }) } };
}

describe('lists', () => {
  const RANGE = `from=${T0}&to=${END}`;

  it('tell the services of a tenant and how they are', async () => {
    const { status, body } = await get(`/api/v1/services?${RANGE}`);
    expect(status).toBe(200);
    const { services, hasMore } = body as {
      services: { service: string; records: number; errors: number }[];
      hasMore: boolean;
    };
    expect(hasMore).toBe(false);
    expect(services).toEqual([
      expect.objectContaining({ service: 'cart', records: shopLines('cart', MINUTES).length, errors: 600 }),
    ]);
  });

  it('tell of services that are not five minutes old over all of time, too', async () => {
    const young = await testBackend();
    // From one minute past the hour to four minutes past.
    await postLines(young.url, shopLines('cart', 3, T0 + 60_000));
    young.scorer.tick(T0);
    young.scorer.tick(T0 + 50_000);
    await young.settled();
    const answer = await fetch(`${young.url}/api/v1/services?from=0&limit=1`);
    expect(await answer.json()).toMatchObject({ services: [{ service: 'cart' }] });
    await young.close();
  });

  it('tell the templates, most frequent first, by page', async () => {
    const { body } = await get('/api/v1/templates?service=cart');
    const { templates } = body as { templates: { text: string; count: number }[] };
    expect(templates.map(({ count }) => count)).toEqual([2400, 2400, 2400, 600]);
    const page = await get('/api/v1/templates?service=cart&limit=1&offset=3');
    expect(page.body).toMatchObject({ templates: [{ count: 600 }], hasMore: false });
    const found = await get('/api/v1/templates?service=cart&search=refused');
    expect(found.body).toMatchObject({ templates: [{ count: 600, firstSeenMs: END - 60_000 + 700 }] });
  });

  it('tell the anomalies with reasons and lines', async () => {
    const { body } = await get(`/api/v1/anomalies?${RANGE}`);
    const { anomalies } = body as {
      anomalies: { startMs: number; reasons: { text: string }[]; examples: { text: string }[] }[];
    };
    expect(anomalies.length).toBeGreaterThan(0);
    for (const anomaly of anomalies) expect(anomaly.startMs).toBeGreaterThanOrEqual(END - 300_000);
    expect(JSON.stringify(anomalies)).toContain('payment gateway refused charge');
    const windows = await get(`/api/v1/anomalies?${RANGE}&unit=window&limit=1`);
    expect(windows.body).toMatchObject({ anomalies: [{ unit: 'window' }] });
  });

  it('are empty for a tenant, service or time without any', async () => {
    for (const [path, name] of [
      ['/api/v1/services', 'services'],
      ['/api/v1/templates', 'templates'],
      ['/api/v1/anomalies', 'anomalies'],
    ]) {
      expect(await get(path, { 'x-scope-orgid': 'nobody' })).toEqual({
        status: 200,
        body: { [name]: [], hasMore: false },
      });
      const other = await get(`${path}?${RANGE}`, TENANT_B);
      expect(JSON.stringify(other.body)).not.toContain('"cart"');
    }
    expect((await get('/api/v1/templates?service=none')).body).toEqual({ templates: [], hasMore: false });
    expect((await get('/api/v1/anomalies?from=0&to=1')).body).toEqual({ anomalies: [], hasMore: false });
  });

  it.each([
    ['/api/v1/services?limit=0', 'limit'],
    ['/api/v1/services?limit=100000', 'limit'],
    ['/api/v1/services?from=yesterday', 'from'],
    ['/api/v1/templates?order=size', 'order'],
    ['/api/v1/templates?offset=-1', 'offset'],
    ['/api/v1/templates?serivce=a', 'serivce'],
    ['/api/v1/anomalies?unit=stream', 'unit'],
    ['/api/v1/anomalies?limit=5&limit=6', 'limit'],
  ])('refuse %s by its field', async (path, field) => {
    expect(await get(path)).toEqual({ status: 400, body: refusal('INVALID_REQUEST', new RegExp(field), field) });
  });
});
