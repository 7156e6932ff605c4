import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { parseConfig } from '@seismo/otel-processor/config';
import { RemoteScorer } from '@seismo/otel-processor/forward/remote-scorer';
import { startProcessor } from '@seismo/otel-processor/main';
import { temporaryFolder, testBackend } from '../test/recovery/running-backend.ts';
import { linesToOtlp } from './sources/json-logs.ts';

const MIB = 1024 * 1024;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Runs a program of its own against a backend called `backend`; rejects when it does not end in time. */
async function program(lines: string): Promise<string> {
  const { path, remove } = temporaryFolder();
  closing.push(remove);
  const settings = JSON.stringify({ port: 0, dataDir: path, logLevel: 'silent', engine: { workers: 1 } });
  const source = `
    const { startBackend } = await import(${JSON.stringify(join(import.meta.dirname, 'main.ts'))});
    const { backendConfig } = await import(${JSON.stringify(join(import.meta.dirname, 'config.ts'))});
    const backend = await startBackend(backendConfig(${settings}));
    ${lines}
    await backend.close();
    process.stdout.write(process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').join());`;
  const options = { timeout: 10_000, killSignal: 'SIGKILL' } as const;
  const file = join(path, 'program.mjs');
  writeFileSync(file, source);
  return (await promisify(execFile)(process.execPath, [file], options)).stdout;
}

describe('a program around a backend', () => {
  it('ends by itself once the backend is closed', { timeout: 15_000 }, async () => {
    expect(await program('await fetch(`${backend.url}/api/v1/services?from=0`);')).toBe('');
  });

  it(
    'ends by itself when the backend is closed while a thread is being started again',
    { timeout: 45_000 },
    async () => {
      // No tenant can be this: the thread fails on it as it would on a fault of its own. It comes back after half a second.
      const poison = `
      const { linesToOtlp } = await import(${JSON.stringify(join(import.meta.dirname, 'sources/json-logs.ts'))});
      const bytes = linesToOtlp([{ message: 'hello' }], 0);
      const tenant = { toString: 1, valueOf: 1 };
      await backend.scorer.score({ bytes, records: 1, tenant, learn: true, texts: false }).catch(() => {});
      if (backend.scorer.state().running !== 0) throw new Error('the thread lives');`;
      for (const pauseMs of [502, 510, 525])
        expect(await program(`${poison} await new Promise((resolve) => setTimeout(resolve, ${pauseMs}));`)).toBe('');
    },
  );
});

it('serves the metrics of a processor in the same process until that is closed', async () => {
  const backend = await testBackend();
  closing.push(() => backend.close());
  const processor = await startProcessor(
    parseConfig({ otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'silent' }),
    backend.scorer,
  );
  closing.push(() => processor.close());
  const withdraw = backend.addMetrics(() => processor.metrics());
  const metrics = async (): Promise<string> => (await fetch(`${backend.url}/metrics`)).text();
  expect(await metrics()).toContain('seismo_queue_limit{queue="received"}');
  withdraw();
  expect(await metrics()).not.toContain('seismo_queue_limit{queue="received"}');
  expect(await metrics()).toContain('seismo_engine_threads');
});

it('tells a processor, here and over HTTP, that a batch it had no room for was not learned', async () => {
  const backend = await testBackend({ engine: { maxQueuedBytes: 2 * MIB, tickMs: 0 } });
  const breaker = { failures: 100, pauseMs: 1000 };
  const remote = new RemoteScorer({ endpoint: backend.url, slowMs: 10_000, abandonMs: 10_000, breaker });
  closing.push(
    () => backend.close(),
    () => remote.close(),
  );
  const lines = Array.from({ length: 40_000 }, (_, i) => ({
    service: 'cart',
    timestamp: i,
    message: `order ${i} placed`,
  }));
  const request = { bytes: linesToOtlp(lines, 0), records: lines.length, tenant: '', learn: true, texts: false };
  expect(request.bytes.length).toBeGreaterThan(MIB);
  const first = backend.scorer.score(request);
  const turnedAway = { name: 'ScoringFailed', reason: 'overloaded', learned: false };
  await expect(backend.scorer.score(request)).rejects.toMatchObject(turnedAway);
  await first;
  // Many at a time, so that some find the engine full, whichever connection is read first.
  const overHttp = await Promise.allSettled(Array.from({ length: 8 }, () => remote.score(request)));
  const refused = overHttp.filter((answer) => answer.status === 'rejected').map(({ reason }) => reason as unknown);
  expect(refused.length).toBeGreaterThan(0);
  for (const reason of refused) expect(reason).toMatchObject(turnedAway);
  await backend.settled();
  expect(backend.counters().consumed).toBe((1 + overHttp.length - refused.length) * lines.length);
});
