import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postLines, shopLines, T0, testBackend } from '../../test/recovery/running-backend.ts';
import type { TestBackend } from '../../test/recovery/running-backend.ts';
import type { QueryResponse, WireFrame } from './types.ts';
import { queryResponseSchema } from './types.ts';

let backend: TestBackend;
const MINUTES = 40;
const END = T0 + MINUTES * 60_000;

beforeAll(async () => {
  backend = await testBackend();
  const cart = shopLines('cart', MINUTES);
  const staging = shopLines('cart', 10).map((line) => ({ ...line, metadata: { environment: 'staging' } }));
  for (const lines of [cart, staging])
    for (let start = 0; start < lines.length; start += 2000)
      await postLines(backend.url, lines.slice(start, start + 2000));
  await postLines(backend.url, shopLines('secret', 2), 'team-b');
  backend.scorer.tick(END);
  backend.scorer.tick(END + 600_000);
  await backend.scorer.checkpoint();
  await backend.settled();
});
afterAll(() => backend.close());

type Loose = Record<string, unknown>;

async function send(body: unknown, tenant = ''): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${backend.url}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(tenant === '' ? {} : { 'x-scope-orgid': tenant }) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

async function ask(query: Loose, range: { from?: unknown; to?: unknown } = {}, tenant = '') {
  const { status, body } = await send({ from: T0, to: END, ...range, queries: [{ refId: 'A', ...query }] }, tenant);
  expect(status).toBe(200);
  const { results } = queryResponseSchema.parse(body) as QueryResponse;
  return results.A;
}

function column(frame: WireFrame, name: string): unknown[] {
  return frame.data.values[frame.schema.fields.findIndex((field) => field.name === name)];
}

/** What Grafana asks of every frame; of time series so that alert rules can use them. */
function checkContract(frames: readonly WireFrame[]): void {
  for (const { schema, data } of frames) {
    expect(schema.refId).toBe('A');
    expect(data.values).toHaveLength(schema.fields.length);
    expect(new Set(data.values.map(({ length }) => length)).size).toBe(1);
    expect(data.values[0].length).toBeGreaterThan(0);
    expect(schema.meta.typeVersion).toHaveLength(2);
    for (const [i, { type }] of schema.fields.entries()) {
      const kind = { time: 'number', number: 'number', string: 'string', boolean: 'boolean', other: 'object' }[type];
      for (const value of data.values[i]) expect(value === null ? kind : typeof value).toBe(kind);
    }
  }
  const series = frames.filter(({ schema }) => schema.meta.type === 'timeseries-multi');
  const labels = series.map(({ schema }) => JSON.stringify(schema.fields[1].labels));
  expect(new Set(labels).size).toBe(series.length);
  for (const { schema, data } of series) {
    expect(schema.fields.map(({ type }) => type)).toEqual(['time', 'number']);
    const times = data.values[0] as number[];
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(times).size).toBe(times.length);
  }
}

describe('POST /api/v1/query', () => {
  it('answers scores as one series per stream, fit for alert rules', async () => {
    const { status, frames } = await ask({ queryType: 'scores', sizeMs: 60_000, field: 'margin' });
    expect(status).toBe(200);
    checkContract(frames);
    expect(frames.map(({ schema }) => schema.fields[1].labels)).toEqual([
      { service: 'cart' },
      { service: 'cart', environment: 'staging' },
    ]);
    const margins = column(frames[0], 'margin') as number[];
    expect(margins).toHaveLength(MINUTES);
    // The fault fills the last minute, and nothing before it is over the budget.
    expect(margins[MINUTES - 1]).toBeGreaterThan(0);
    expect(Math.max(...margins.slice(0, -1))).toBeLessThanOrEqual(0);
  });

  it('takes times as numbers, digits or ISO 8601, and means [from, to)', async () => {
    const from = T0 + 60_000;
    const to = T0 + 180_000;
    for (const range of [
      { from, to },
      { from: `${from}`, to: `${to}` },
      { from: new Date(from).toISOString(), to: new Date(to).toISOString() },
    ]) {
      const { frames } = await ask({ sizeMs: 60_000, environment: '' }, range);
      expect(column(frames[0], 'time')).toEqual([from, from + 60_000]);
    }
  });

  it('draws every number of a window', async () => {
    for (const field of [
      'score',
      'magnitude',
      'confidence',
      'records',
      'errors',
      'newTemplates',
      'expectedLow',
      'expectedHigh',
      'templateCount',
      'sequenceSurprise',
      'bytes',
    ]) {
      const { frames } = await ask({ sizeMs: 60_000, field, environment: '' });
      checkContract(frames);
      expect(frames[0].schema.name).toBe(field);
    }
    const { frames } = await ask({ sizeMs: 60_000, field: 'errors', environment: '' });
    expect((column(frames[0], 'errors') as number[]).at(-1)).toBe(600);
  });

  it('draws users, addresses and response times where records tell of them, and leaves out windows without', async () => {
    const lines = Array.from({ length: 300 }, (_, s) => ({
      ...{ service: 'door', timestamp: T0 + s * 1000, message: `request ${s} answered` },
      metadata:
        s < 120
          ? { 'user.id': `u${s % 7}`, 'client.address': `10.0.0.${s % 4}`, 'http.server.request.duration': 0.25 }
          : {},
    }));
    await postLines(backend.url, lines, 'doors');
    backend.scorer.tick(END + 1_200_000);
    await backend.settled();
    const values = async (field: string): Promise<number[]> => {
      const { frames } = await ask({ sizeMs: 60_000, field, service: 'door' }, {}, 'doors');
      return column(frames[0], field) as number[];
    };
    const users = await values('uniqueUsers');
    expect(users[0]).toBeCloseTo(7, 0);
    expect((await values('ipEntropy'))[0]).toBeCloseTo(2, 1);
    const averages = await values('responseTimeAvg');
    expect(averages).toHaveLength(2);
    expect(averages[0]).toBeCloseTo(250, 0);
    expect((await values('responseTimeP95'))[0]).toBeGreaterThan(200);
    expect((await values('bytes'))[0]).toBeGreaterThan(600);
  });

  it('picks the window size that fits the points, and thins out by the highest value', async () => {
    const short = await ask({ environment: '' });
    expect(short.frames[0].schema.meta.custom).toMatchObject({ sizeMs: 300_000 });
    const { frames } = await ask({ sizeMs: 30_000, field: 'errors', maxDataPoints: 8, environment: '' });
    checkContract(frames);
    const errors = column(frames[0], 'errors') as number[];
    expect(errors).toHaveLength(8);
    expect(Math.max(...errors)).toBe(300);
    expect(frames[0].schema.meta.notices).toEqual([{ severity: 'info', text: expect.stringContaining('10 windows') }]);
  });

  it('says so when it shows less than there is', async () => {
    const { frames } = await ask({ sizeMs: 60_000, limit: 1 });
    expect(frames).toHaveLength(1);
    expect(frames[0].schema.meta.notices).toEqual([
      { severity: 'warning', text: expect.stringContaining('1 highest of 2') },
    ]);
    const templates = await ask({ queryType: 'templates', limit: 2 });
    expect(column(templates.frames[0], 'id')).toHaveLength(2);
    expect(templates.frames[0].schema.meta.notices).toHaveLength(1);
  });

  it('answers anomalies and templates as tables', async () => {
    const anomalies = await ask({ queryType: 'anomalies', service: 'cart' });
    checkContract(anomalies.frames);
    expect(anomalies.frames[0].schema.meta.type).toBe('table');
    // What one looks for stands where a narrow table still shows it.
    expect(anomalies.frames[0].schema.fields.slice(0, 3).map(({ name }) => name)).toEqual([
      'time',
      'service',
      'reason',
    ]);
    expect(String(column(anomalies.frames[0], 'example'))).toContain('payment gateway refused charge');
    const templates = await ask({ queryType: 'templates', services: ['cart'], search: 'refused' });
    checkContract(templates.frames);
    expect(column(templates.frames[0], 'count')).toEqual([600, 600]);
  });

  it('answers the lines behind anomalies as log lines', async () => {
    const { frames } = await ask({ queryType: 'logs', service: 'cart', search: 'refused' });
    checkContract(frames);
    const [{ schema }] = frames;
    expect(schema.meta).toMatchObject({ type: 'log-lines', custom: { searchWords: ['refused'] } });
    expect(schema.fields.map(({ name, type }) => [name, type])).toEqual([
      ...[
        ['timestamp', 'time'],
        ['body', 'string'],
        ['severity', 'string'],
        ['id', 'string'],
        ['labels', 'other'],
      ],
    ]);
    expect(new Set(column(frames[0], 'severity'))).toEqual(new Set(['error']));
    const ids = column(frames[0], 'id');
    expect(new Set(ids).size).toBe(ids.length);
    // Windows of several sizes show the same lines: here each stands once.
    const bodies = column(frames[0], 'timestamp').map((time, i) => `${time} ${column(frames[0], 'body')[i]}`);
    expect(new Set(bodies).size).toBe(bodies.length);
    expect(column(frames[0], 'labels')[0]).toMatchObject({ service: 'cart', anomaly_id: expect.any(String) });
  });

  it('answers no frames when there is nothing, which alert rules take for "no data"', async () => {
    for (const queryType of ['scores', 'anomalies', 'templates', 'logs'])
      for (const [query, range, tenant] of [
        [{ service: 'none' }, {}, ''],
        [{ services: [] }, {}, ''],
        [{}, { from: 0, to: 1000 }, ''],
        [{}, {}, 'nobody'],
      ] as const)
        expect(await ask({ queryType, ...query }, range, tenant)).toEqual({ status: 200, frames: [] });
  });

  it('shows a tenant its own streams only', async () => {
    for (const queryType of ['scores', 'templates'])
      for (const [tenant, own, other] of [
        ['', '"cart"', '"secret"'],
        ['team-b', '"secret"', '"cart"'],
      ] as const) {
        const answer = JSON.stringify(await ask({ queryType, sizeMs: 60_000 }, {}, tenant));
        expect(answer).toContain(own);
        expect(answer).not.toContain(other);
      }
  });

  it('refuses one bad query and answers the others', async () => {
    const queries = [
      { refId: 'A', queryType: 'scores', sizeMs: 60_000 },
      { refId: 'B', queryType: 'scores', sizeMs: 5 },
      { refId: 'C', queryType: 'graphs' },
      { refId: 'D', sevice: 'cart' },
    ];
    const { status, body } = await send({ from: T0, to: END, queries });
    const { results } = body as QueryResponse;
    expect(status).toBe(200);
    expect(results.A.frames).toHaveLength(2);
    const errors = ['B', 'C', 'D'].map((refId) => results[refId]);
    for (const result of errors) expect(result).toMatchObject({ status: 400, frames: [], errorSource: 'downstream' });
    expect(errors.map(({ error }) => error)).toEqual([
      expect.stringMatching(/queries\[1\]\.sizeMs.*30000.*got 5/),
      expect.stringMatching(/queries\[2\]\.queryType.*scores.*got "graphs"/),
      'queries[3].sevice is no field of this request',
    ]);
  });

  it.each([
    ['a body that is no JSON', '{', '', /must be JSON/],
    ['no queries', { from: 1, to: 2, queries: [] }, 'queries', /queries/],
    ['no range', { queries: [{ refId: 'A' }] }, 'from', /from.*nothing/],
    ['a range that is none', { from: 2, to: 2, queries: [{ refId: 'A' }] }, 'from', /before to/],
    ['a time that is none', { from: 'soon', to: 2, queries: [{ refId: 'A' }] }, 'from', /"soon"/],
    ['a query without a name', { from: 1, to: 2, queries: [{}] }, 'queries[0].refId', /refId/],
    [
      'two queries of one name',
      { from: 1, to: 2, queries: [{ refId: 'A' }, { refId: 'A' }] },
      'queries[1].refId',
      /twice/,
    ],
    ['an unknown field', { from: 1, to: 2, queries: [{ refId: 'A' }], form: 1 }, 'form', /form is no field/],
    [
      'too many queries',
      { from: 1, to: 2, queries: Array.from({ length: 51 }, (_, i) => ({ refId: `${i}` })) },
      'queries',
      /50/,
    ],
  ])('refuses %s', async (_what, body, field, message) => {
    expect(await send(body)).toEqual({
      status: 400,
      body: {
        error: {
          ...{ code: 'INVALID_REQUEST', message: expect.stringMatching(message) },
          ...(field === '' ? {} : { field }),
        },
      },
    });
  });
});
