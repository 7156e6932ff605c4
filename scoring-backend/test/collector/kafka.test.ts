/** provisioning/collector/kafka.yaml with a real Collector and a real broker, both ways that it shows, up to the backend's counts. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { KafkaBroker } from '../../../otel-processor/test/kafka-broker/broker.ts';
import { go, kafka, NO_GO, NO_KAFKA } from '../../../otel-processor/test/needs.ts';
import { logsRequest } from '../../../otel-processor/test/messages.ts';
import { postLogs } from '../../../otel-processor/test/neighbours.ts';
import { ProcessorProcess } from '../../../otel-processor/test/processor-process.ts';
import { testBackend, type TestBackend } from '../recovery/running-backend.ts';
import { freePort, runCollector } from './collector.ts';
import { NumberedLoad } from './numbered-load.ts';
import { startSeismo } from './seismo.ts';

const example = resolve(import.meta.dirname, '../../../provisioning/collector/kafka.yaml');
const TIMEOUT = { timeout: 900_000 };
const RATE = 20_000;

let broker: KafkaBroker;
let folder: string;
const stops: (() => Promise<unknown>)[] = [];
beforeAll(async () => {
  if (kafka) broker = await KafkaBroker.start();
}, 120_000);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seismo-kafka-collector-'));
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
});
afterAll(() => broker?.close());

/** @returns where it takes OTLP/HTTP */
async function collector(env: Readonly<Record<string, string>>): Promise<string> {
  const [http, grpc, health] = [await freePort(), await freePort(), await freePort()];
  const running = await runCollector(example, {
    SEISMO_RAW_HTTP: `127.0.0.1:${http}`,
    SEISMO_RAW_GRPC: `127.0.0.1:${grpc}`,
    SEISMO_HEALTH_ENDPOINT: `127.0.0.1:${health}`,
    SEISMO_STORAGE: join(folder, 'queue'),
    SEISMO_OUT: join(folder, 'logs.jsonl'),
    SEISMO_KAFKA: broker.plain,
    ...env,
  });
  stops.push(() => running.stop());
  return `http://127.0.0.1:${http}`;
}

async function backendOf(topic: string): Promise<TestBackend> {
  const sources = { kafka: { brokers: [broker.plain], topics: [topic], groupId: topic, sessionTimeoutMs: 2000 } };
  const backend = await testBackend({ sources } as never);
  stops.push(() => backend.close());
  return backend;
}

async function learned(backend: TestBackend, records: number): Promise<number> {
  const deadline = Date.now() + 60_000;
  do {
    await sleep(100);
    await backend.settled();
  } while (backend.counters().consumed < records && Date.now() < deadline);
  // What should not come would have come by now.
  await sleep(500);
  await backend.settled();
  return backend.counters().consumed;
}

it('seismo start writes to Kafka and reads from it when its settings say so', TIMEOUT, async (context) => {
  context.skip(!kafka, NO_KAFKA);
  await broker.createTopic('one-process', 2);
  const config = join(folder, 'seismo.yaml');
  const brokers = `brokers: ['${broker.plain}']`;
  writeFileSync(
    config,
    `processor: { mode: kafka, kafka: { ${brokers}, topic: one-process } }
backend: { sources: { kafka: { ${brokers}, topics: [one-process] } } }
`,
  );
  const seismo = await startSeismo(folder, ['--config', config]);
  stops.push(() => seismo.stop());
  expect((await postLogs(seismo.otlpHttp, logsRequest(['one line', 'another line']))).status).toBe(200);
  const consumed = async (): Promise<string> => (await fetch(`${seismo.api}/metrics`)).text();
  await expect.poll(consumed, { timeout: 30_000 }).toMatch(/^seismo_engine_consumed_items_total 2$/m);
});

describe('provisioning/collector/kafka.yaml', () => {
  it(
    'brings every record through the processor into Kafka, also when the broker was away',
    TIMEOUT,
    async (context) => {
      context.skip(go === undefined, NO_GO);
      context.skip(!kafka, NO_KAFKA);
      await broker.createTopic('by-processor', 4);
      const kafkaFlags = [
        '--kafka-brokers',
        broker.plain,
        '--kafka-topic',
        'by-processor',
        '--kafka-timeout-ms',
        '3000',
      ];
      const processor = await ProcessorProcess.start(['--mode', 'kafka', ...kafkaFlags]);
      stops.push(() => processor.stop());
      const backend = await backendOf('by-processor');
      const load = new NumberedLoad(await collector({ SEISMO_PROCESSOR: processor.httpUrl }), RATE);
      await sleep(1500);
      await broker.stop('SIGKILL');
      await sleep(2000);
      await broker.resume();
      await sleep(1500);
      await load.stop();
      expect(load.refused).toBe(0);
      expect(await learned(backend, load.sent)).toBeGreaterThanOrEqual(load.sent);

      const numbers = (text: string): number[] => [...text.matchAll(/n=(\d{9})/g)].map(([, n]) => Number(n));
      const times = new Uint8Array(load.sent);
      const kept = await broker.read('by-processor');
      for (const { value } of kept) for (const n of numbers(value.toString('latin1'))) times[n]++;
      expect(times.indexOf(0)).toBe(-1);
      // Batches whose answer was lost with the broker, ten of the Collector's at a time at most, lie there twice.
      const doubled = times.reduce((sum, count) => sum + Math.max(0, count - 1), 0);
      expect(doubled).toBeLessThanOrEqual(10 * 8000);
      expect(backend.counters().consumed).toBe(load.sent + doubled);
      expect(new Set(kept.map(({ key }) => key)).size).toBe(1);
      // What went to the other backend meanwhile was not held up.
      expect(new Set(numbers(readFileSync(join(folder, 'logs.jsonl'), 'utf8'))).size).toBe(load.sent);
    },
  );

  it("lets the backend read what the Collector's own exporter writes", TIMEOUT, async (context) => {
    context.skip(go === undefined, NO_GO);
    context.skip(!kafka, NO_KAFKA);
    await broker.createTopic('by-collector', 4);
    const backend = await backendOf('by-collector');
    const env = { SEISMO_EXPORTER: 'kafka/seismo', SEISMO_KAFKA_TOPIC: 'by-collector' };
    const load = new NumberedLoad(await collector(env), RATE);
    while (load.sent < 10_000) await sleep(20);
    await load.stop();
    expect(await learned(backend, load.sent)).toBe(load.sent);
  });
});
