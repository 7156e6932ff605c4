import { afterEach, expect, it } from 'vitest';
import { RemoteScorer } from '@seismo/otel-processor/forward/remote-scorer';
import { backendProcess } from '../../test/recovery/backend-process.ts';
import type { BackendProcess } from '../../test/recovery/backend-process.ts';
import { shopLines, temporaryFolder, testBackend } from '../../test/recovery/running-backend.ts';
import type { TestBackend } from '../../test/recovery/running-backend.ts';
import { linesToOtlp } from '../sources/json-logs.ts';
import type { QueryResponse } from './types.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function windowsOf({ url }: TestBackend | BackendProcess): Promise<QueryResponse> {
  const queries = [30_000, 60_000, 300_000].flatMap((sizeMs) =>
    ['score', 'margin', 'records', 'expectedHigh'].map((field) => ({ refId: `${field}-${sizeMs}`, sizeMs, field })),
  );
  const response = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      from: 0,
      to: '2027-01-01',
      queries: [...queries, { refId: 'found', queryType: 'anomalies' }],
    }),
  });
  return (await response.json()) as QueryResponse;
}

it('gives the same verdicts and windows whether the engine is in this process or in another one', async () => {
  const { path, remove } = temporaryFolder();
  const other = await backendProcess(path, ['--engine-tick-ms', '0', '--engine-checkpoint-ms', '200']);
  const breaker = { failures: 5, pauseMs: 1000 };
  const remote = new RemoteScorer({ endpoint: other.url, slowMs: 10_000, abandonMs: 10_000, breaker });
  const here = await testBackend({ engine: { checkpointMs: 200 } });
  closing.push(
    () => here.close(),
    async () => {
      await remote.close();
      await other.stop();
      remove();
    },
  );

  // Two services in turn; the second half of the batches comes again, as after a refusal downstream.
  const carts = shopLines('cart', 12);
  const pays = shopLines('pay', 12);
  const batches = Array.from({ length: Math.ceil(carts.length / 200) }, (_, i) =>
    [carts, pays].flatMap((lines) => lines.slice(i * 200, (i + 1) * 200)),
  );
  for (const [i, lines] of batches.entries()) {
    const bytes = linesToOtlp(lines, Date.UTC(2026, 6, 1));
    for (const learn of i % 2 === 0 ? [true] : [true, false]) {
      const request = { bytes, records: lines.length, tenant: '', learn, texts: i % 3 === 0 };
      const [a, b] = await Promise.all([here.scorer.score(request), remote.score(request)]);
      expect(Buffer.compare(a.encode(), b.encode())).toBe(0);
    }
  }

  await here.scorer.checkpoint();
  await here.settled();
  const expected = await windowsOf(here);
  expect(expected.results['score-30000'].frames).toHaveLength(2);
  expect(expected.results.found.frames).toHaveLength(1);
  await expect.poll(() => windowsOf(other), { timeout: 5000 }).toEqual(expected);
});
