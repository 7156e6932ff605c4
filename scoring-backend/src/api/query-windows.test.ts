import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { postLines, shopLines, T0, testBackend } from '../../test/recovery/running-backend.ts';
import type { Line, TestBackend } from '../../test/recovery/running-backend.ts';
import { openapi } from './openapi.ts';
import { queryResponseSchema } from './types.ts';
import type { QueryInput, WireFrame } from './types.ts';

let backend: TestBackend;
const MINUTES = 40;
const END = T0 + MINUTES * 60_000;
const LAST = END - 300_000;

/** One window of more templates than are listed of one. Their names came from another processor: nothing is left to be found out. */
function manyKinds(): Line[] {
  const word = (i: number): string => String.fromCharCode(97 + Math.floor(i / 26), 97 + (i % 26)).repeat(3);
  return Array.from({ length: 260 }, (_, i) => ({
    timestamp: T0 + i * 1000,
    service: 'kinds',
    message: `${word(i % 130)} finished ${i}`,
    metadata: { 'log.record.template': `${word(i % 130)} finished <*>` },
  }));
}

beforeAll(async () => {
  backend = await testBackend();
  for (const lines of [shopLines('cart', MINUTES), manyKinds()])
    for (let start = 0; start < lines.length; start += 2000)
      await postLines(backend.url, lines.slice(start, start + 2000));
  await postLines(backend.url, shopLines('secret', 2), 'team-b');
  backend.scorer.tick(END);
  backend.scorer.tick(END + 600_000);
  await backend.scorer.checkpoint();
  await backend.settled();
});
afterAll(() => backend.close());

async function ask(query: Partial<QueryInput>, tenant = '') {
  const response = await fetch(`${backend.url}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(tenant === '' ? {} : { 'x-scope-orgid': tenant }) },
    body: JSON.stringify({ from: T0, to: END, queries: [{ refId: 'A', ...query }] }),
  });
  expect(response.status).toBe(200);
  return queryResponseSchema.parse(await response.json()).results.A;
}

/** The rows of a frame as objects. */
function rowsOf({ schema, data }: WireFrame): Record<string, unknown>[] {
  return data.values[0].map((_, i) =>
    Object.fromEntries(schema.fields.map(({ name }, column) => [name, data.values[column][i]])),
  );
}

describe('what single windows held', () => {
  it('is told by template, with what was expected, latest window first', async () => {
    const { status, frames } = await ask({ queryType: 'windowTemplates', service: 'cart' });
    expect(status).toBe(200);
    expect(frames[0].schema.meta).toMatchObject({ type: 'table' });
    const rows = rowsOf(frames[0]);
    const last = rows.filter(({ time }) => time === LAST);
    expect(last[0]).toMatchObject({
      ...{ service: 'cart', count: 600, expected: null, environment: '', namespace: '' },
      template: expect.stringContaining('payment gateway refused charge') as string,
      templateId: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    });
    expect(last.slice(1)).toHaveLength(3);
    for (const { count, expected } of last.slice(1)) {
      expect(count).toBe(300);
      expect(expected).toBeCloseTo(300, -1);
    }
    const times = rows.map(({ time }) => time as number);
    expect(times).toEqual([...times].sort((a, b) => b - a));
    // Every window of 5 min is there, also those that nothing is to be said of.
    expect(new Set(times).size).toBe(MINUTES / 5);
    const records = rows.reduce((sum, { count }) => sum + (count as number), 0);
    expect(records).toBe(shopLines('cart', MINUTES).length);
  });

  it('is told of shorter windows where they have reasons', async () => {
    const { frames } = await ask({ queryType: 'windowTemplates', service: 'cart', sizeMs: 60_000 });
    const times = new Set(rowsOf(frames[0]).map(({ time }) => time));
    expect(times).toContain(END - 60_000);
    expect(times.size).toBeLessThan(MINUTES / 2);
  });

  it('is told as a direction of length 1 that other messages turn', async () => {
    const { frames } = await ask({ queryType: 'logVector', service: 'cart' });
    const vectors = rowsOf(frames[0]).map((row) =>
      Array.from({ length: 32 }, (_, d) => row[`log_vector_${d}`] as number),
    );
    const dot = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, value, d) => sum + value * b[d], 0);
    const [fault, ...calm] = vectors;
    expect(calm).toHaveLength(MINUTES / 5 - 1);
    for (const vector of vectors) expect(dot(vector, vector)).toBeCloseTo(1, 2);
    for (const vector of calm) expect(dot(vector, calm[0])).toBeCloseTo(1, 2);
    expect(dot(fault, calm[0])).toBeLessThan(0.95);
  });

  it('is bounded: a window lists its first templates and counts the others, an answer stops at its limit', async () => {
    const { frames } = await ask({ queryType: 'windowTemplates', service: 'kinds' });
    const rows = rowsOf(frames[0]);
    expect(rows).toHaveLength(101);
    expect(rows[100]).toMatchObject({ template: '30 more templates', templateId: '', count: 60, expected: null });
    const short = await ask({ queryType: 'windowTemplates', limit: 5 });
    expect(rowsOf(short.frames[0])).toHaveLength(5);
    expect(JSON.stringify(short.frames[0].schema.meta.notices)).toContain('Only the 5 latest rows');
    const vectors = await ask({ queryType: 'logVector', limit: 2 });
    expect(rowsOf(vectors.frames[0])).toHaveLength(2);
  });

  it('is nobody else’s, and nothing where nothing came', async () => {
    expect((await ask({ queryType: 'windowTemplates' }, 'nobody')).frames).toEqual([]);
    const other = await ask({ queryType: 'windowTemplates' }, 'team-b');
    expect(new Set(rowsOf(other.frames[0]).map(({ service }) => service))).toEqual(new Set(['secret']));
    expect((await ask({ queryType: 'logVector', service: 'none' })).frames).toEqual([]);
  });

  it('is in the OpenAPI document', () => {
    const text = JSON.stringify(openapi());
    expect(text).toContain('"windowTemplates","logVector"');
  });
});
