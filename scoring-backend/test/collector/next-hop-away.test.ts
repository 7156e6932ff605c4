/**
 * A real Collector before the processor, with a queue in memory and its retries on: whatever happens behind it, every
 * record that the Collector took arrives, and arrives once, but for what OTLP itself sends twice because an answer was lost.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { go, NO_GO } from '../../../otel-processor/test/needs.ts';
import { ProcessorProcess } from '../../../otel-processor/test/processor-process.ts';
import { freePort, runCollector } from './collector.ts';
import { CountingHop, NumberedLoad } from './numbered-load.ts';

const soak = process.env.SEISMO_SOAK === '1';
const AWAY_MS = soak ? 600_000 : 30_000;
const RESTARTS = soak ? 20 : 3;
const RATE = 20_000;
const TIMEOUT_MS = 900_000 + AWAY_MS;
/** Of the processor's process, all told. */
const MAX_RESIDENT_BYTES = 300_000_000;
/** Batches that the Collector has under way at a time (num_consumers), and records in one. */
const [CONSUMERS, BATCH] = [10, 8000];
/** Nobody listens there: records go on without a score. */
const NO_SCORER = ['--scoring-endpoint', 'http://127.0.0.1:9', '--scoring-timeout-ms', '100'];

const stops: (() => Promise<unknown>)[] = [];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seismo-away-'));
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a Collector that takes OTLP/HTTP at the URL returned and sends to the processor. */
async function collectorBefore(exporter: string, settings: readonly string[]): Promise<string> {
  const [raw, health] = [await freePort(), await freePort()];
  const config = join(folder, `collector-${raw}.yaml`);
  writeFileSync(
    config,
    `
extensions: { health_check: { endpoint: '127.0.0.1:${health}' } }
receivers: { otlp: { protocols: { http: { endpoint: '127.0.0.1:${raw}' } } } }
exporters:
  ${exporter}:
    ${settings.join('\n    ')}
    retry_on_failure: { initial_interval: 100ms, max_interval: 1s, max_elapsed_time: 0 }
    sending_queue:
      num_consumers: ${CONSUMERS}
      sizer: items
      queue_size: 20000000
      batch: { flush_timeout: 200ms, min_size: 2000, max_size: ${BATCH} }
service:
  extensions: [health_check]
  telemetry: { metrics: { level: none } }
  pipelines: { logs: { receivers: [otlp], exporters: [${exporter}] } }
`,
  );
  const collector = await runCollector(config, { SEISMO_HEALTH_ENDPOINT: `127.0.0.1:${health}` });
  stops.push(() => collector.stop());
  return `http://127.0.0.1:${raw}`;
}

async function hop(most: number): Promise<CountingHop> {
  const counting = new CountingHop(most);
  await counting.comes();
  stops.push(() => counting.goes());
  return counting;
}

async function processorAt(port: number, next: CountingHop, flags: readonly string[] = []): Promise<ProcessorProcess> {
  const ports = ['--otlp-http-port', `${port}`];
  const processor = await ProcessorProcess.start([...ports, '--forward-url', next.url, ...NO_SCORER, ...flags]);
  stops.push(() => processor.stop('SIGKILL'));
  return processor;
}

async function allArrive(load: NumberedLoad, next: CountingHop): Promise<void> {
  const deadline = Date.now() + 60_000 + AWAY_MS;
  while (next.arrived < load.sent && Date.now() < deadline) await sleep(100);
  expect(next.missing(load.sent)).toBe(0);
}

function residentBytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

describe('with a real Collector before it', () => {
  it(
    `the next hop may be away for ${AWAY_MS / 1000} s under ${RATE} records per second: little memory, nothing lost or doubled`,
    { timeout: TIMEOUT_MS },
    async (context) => {
      context.skip(go === undefined, NO_GO);
      const next = await hop((AWAY_MS / 1000 + 300) * RATE);
      const processor = await processorAt(await freePort(), next, ['--forward-timeout-ms', '3000']);
      const load = new NumberedLoad(await collectorBefore('otlp_http', [`endpoint: ${processor.httpUrl}`]), RATE);
      let most = 0;
      const watch = setInterval(() => (most = Math.max(most, residentBytes(processor.pid))), 200);
      stops.push(async () => clearInterval(watch));
      await sleep(3000);
      // Half of the time nobody listens, half of it somebody does and never answers.
      await next.goes();
      await sleep(AWAY_MS / 2);
      next.hangs = true;
      await next.comes();
      await sleep(AWAY_MS / 2);
      const before = next.arrived;
      expect(load.sent).toBeGreaterThan(before + (AWAY_MS / 1000) * RATE * 0.5);
      next.hangs = false;
      await load.stop();
      await allArrive(load, next);
      expect(next.doubled()).toBe(0);
      expect(load.refused).toBe(0);
      expect(most).toBeLessThan(MAX_RESIDENT_BYTES);
    },
  );

  it(
    `the processor may be stopped, killed and started again under load, ${RESTARTS} times each`,
    { timeout: TIMEOUT_MS },
    async (context) => {
      context.skip(go === undefined, NO_GO);
      const next = await hop(5_000_000 * RESTARTS);
      next.delayMs = 20;
      const port = await freePort();
      let processor = await processorAt(port, next);
      const load = new NumberedLoad(await collectorBefore('otlp_http', [`endpoint: ${processor.httpUrl}`]), RATE / 2);
      const restart = async (signal: NodeJS.Signals): Promise<void> => {
        await sleep(700);
        await processor.stop(signal);
        processor = await processorAt(port, next);
      };
      for (let i = 0; i < RESTARTS; i++) await restart('SIGTERM');
      const sofar = load.sent;
      while (next.missing(sofar) > 0) await sleep(50);
      expect(next.doubled()).toBe(0);
      for (let i = 0; i < RESTARTS; i++) await restart('SIGKILL');
      await load.stop();
      await allArrive(load, next);
      // What was at the next hop when the processor was killed: nobody heard that it was taken.
      expect(next.doubled()).toBeLessThanOrEqual(RESTARTS * CONSUMERS * BATCH);
    },
  );

  it(
    'overload is told so that the Collector comes again and nothing is lost',
    { timeout: TIMEOUT_MS },
    async (context) => {
      context.skip(go === undefined, NO_GO);
      const next = await hop(2_000_000);
      next.delayMs = 150;
      const room = ['--max-in-flight-bytes', '1000000', '--max-request-bytes', '1000000'];
      const metricsPort = await freePort();
      const processor = await processorAt(await freePort(), next, [...room, '--metrics-port', `${metricsPort}`]);
      const load = new NumberedLoad(await collectorBefore('otlp_http', [`endpoint: ${processor.httpUrl}`]), 200_000);
      while (load.sent < 300_000) await sleep(50);
      await load.stop();
      await allArrive(load, next);
      const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
      expect(metrics).toMatch(/seismo_receiver_rejected_requests_total\{[^}]*code="UNAVAILABLE"[^}]*\} [1-9]/);
      expect(next.doubled()).toBe(0);
    },
  );

  for (const [exporter, compression] of [
    ['otlp_http', 'gzip'],
    ['otlp_http', 'zstd'],
    ['otlp_http', 'deflate'],
    ['otlp_grpc', 'gzip'],
    ['otlp_grpc', 'zstd'],
  ] as const)
    it(`what its ${exporter} exporter packs with ${compression} arrives`, { timeout: TIMEOUT_MS }, async (context) => {
      context.skip(go === undefined, NO_GO);
      const next = await hop(100_000);
      const processor = await processorAt(await freePort(), next);
      const grpc = exporter === 'otlp_grpc';
      const endpoint = grpc ? new URL(processor.grpcUrl).host : processor.httpUrl;
      const settings = [
        `endpoint: ${endpoint}`,
        `compression: ${compression}`,
        ...(grpc ? ['tls: { insecure: true }'] : []),
      ];
      const load = new NumberedLoad(await collectorBefore(exporter, settings), RATE);
      while (load.sent < 5000) await sleep(10);
      await load.stop();
      await allArrive(load, next);
      expect(next.doubled()).toBe(0);
    });
});
