import { afterAll, beforeAll, expect, it } from 'vitest';
import { postLines, T0, testBackend } from '../../test/recovery/running-backend.ts';
import type { TestBackend } from '../../test/recovery/running-backend.ts';

let backend: TestBackend;

beforeAll(async () => {
  backend = await testBackend({ engine: { sessionAttribute: 'order.id', sessionIdleMs: 5_000 } });
});
afterAll(() => backend.close());

it('ties the records of a configured attribute into sessions, whatever traces they are of, and ends them when idle', async () => {
  const lines = Array.from({ length: 400 }, (_, i) => ({
    ...{ service: 'shop', timestamp: T0 + i * 500, message: `step ${i % 4} done` },
    metadata: { 'order.id': `o-${Math.floor(i / 4)}`, trace_id: 'a'.repeat(32) },
  }));
  await postLines(backend.url, lines);
  await backend.settled();
  const { sessions } = backend.counters();
  expect(sessions).toBeGreaterThan(80);
  expect(sessions).toBeLessThanOrEqual(100);
});
