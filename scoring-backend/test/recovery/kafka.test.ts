/** Backends that read from a real Kafka broker, what processors in mode kafka wrote: every record is counted once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Producer } from '@platformatic/kafka';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '@seismo/otel-processor/config';
import { startProcessor } from '@seismo/otel-processor/main';
import { KafkaBroker } from '../../../otel-processor/test/kafka-broker/broker.ts';
import { kafka, NO_KAFKA } from '../../../otel-processor/test/needs.ts';
import { postLogs } from '../../../otel-processor/test/neighbours.ts';
import type { TemplatesResponse } from '../../src/api/types.ts';
import { backendConfig } from '../../src/config.ts';
import { SeismoError } from '../../src/errors.ts';
import { linesToOtlp } from '../../src/sources/json-logs.ts';
import { KafkaSource, type KafkaSourceOptions } from '../../src/sources/kafka.ts';
import { Redaction } from '../../src/sources/redaction.ts';
import { Store } from '../../src/store/store.ts';
import { createLogger } from '../../src/telemetry.ts';
import { backendProcess, type BackendProcess } from './backend-process.ts';
import { T0, temporaryFolder, testBackend, type TestBackend } from './running-backend.ts';

const KILLS = process.env.SEISMO_SOAK === '1' ? 20 : 3;
const TIMEOUT = { timeout: 60_000 + KILLS * 30_000 };
const SERVICES = ['cart', 'pay', 'ship', 'mail', 'stock'];
const RECORDS = 100;

let broker: KafkaBroker;
beforeAll(async () => {
  if (kafka) broker = await KafkaBroker.start();
}, 120_000);
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
afterAll(() => broker?.close());

/** A second of event time of all services. */
function batch(second: number): Buffer {
  const lines = Array.from({ length: RECORDS }, (_, i) => ({
    service: SERVICES[i % SERVICES.length],
    timestamp: T0 + second * 1000 + i,
    message: `step ${i % 9} done ${'abcdefg'[i % 7].repeat(4)} in ${second} ms`,
  }));
  return Buffer.from(linesToOtlp(lines, T0 + 86_400_000));
}

/** Sends to a processor that writes to the topic. */
async function sender(topic: string): Promise<(request: Uint8Array, tenant?: string) => Promise<void>> {
  const ports = { otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'silent' };
  const processor = await startProcessor(
    parseConfig({ mode: 'kafka', ...ports, kafka: { brokers: [broker.plain], topic } }),
  );
  stops.push(() => processor.close());
  return async (request, tenant = '') => {
    const { status } = await postLogs(processor.httpUrl, request, tenant === '' ? {} : { 'x-scope-orgid': tenant });
    expect(status).toBe(200);
  };
}

async function reading(topics: string[], settings: object = {}): Promise<TestBackend> {
  const sessions = { sessionTimeoutMs: 2000, topicsRefreshMs: 300, groupId: topics[0] };
  const sources = { kafka: { brokers: [broker.plain], topics, ...sessions } };
  const backend = await testBackend({ sources, engine: { checkpointMs: 200 }, ...settings } as never);
  stops.push(() => backend.close());
  return backend;
}

async function until(what: string, read: () => Promise<boolean> | boolean, withinMs = 40_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await read())) {
    if (Date.now() > deadline) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await sleep(50);
  }
}

async function metric(url: string, name: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(metrics)?.[1]);
}

async function consumed(backend: TestBackend): Promise<number> {
  await backend.settled();
  return backend.counters().consumed;
}

async function templates(url: string, tenant = ''): Promise<TemplatesResponse['templates']> {
  const headers = tenant === '' ? {} : { 'x-scope-orgid': tenant };
  const response = await fetch(`${url}/api/v1/templates?limit=1000`, { headers });
  return ((await response.json()) as TemplatesResponse).templates;
}

describe('a backend that reads from Kafka', () => {
  it('never stores secrets of messages that no processor has seen', TIMEOUT, async (context) => {
    context.skip(!kafka, NO_KAFKA);
    await broker.createTopic('secrets', 1);
    const producer = new Producer({ clientId: 'collector', bootstrapBrokers: [broker.plain] });
    stops.push(() => producer.close());
    const line = { service: 'cart', timestamp: T0, message: 'mail to anna@example.org was sent in 7 ms' };
    const value = Buffer.from(linesToOtlp([line], T0));
    await producer.send({ messages: [{ topic: 'secrets', value }], acks: -1 });
    const backend = await reading(['secrets']);
    await until('the template', async () => (await templates(backend.url)).length === 1);
    const [template] = await templates(backend.url);
    expect(template.text).toContain('mail to');
    expect(JSON.stringify(template)).not.toContain('anna');
  });

  it(`counts every record once when it is killed ${KILLS} times under load`, TIMEOUT, async (context) => {
    context.skip(!kafka, NO_KAFKA);
    await broker.createTopic('killed', 4);
    const send = await sender('killed');
    const folder = temporaryFolder();
    stops.push(async () => folder.remove());
    const flags = [
      ...['--engine-checkpoint-ms', '300', '--engine-workers', '2'],
      ...['--sources-kafka-brokers', broker.plain, '--sources-kafka-topics', 'killed'],
      ...['--sources-kafka-session-timeout-ms', '2000'],
    ];
    let backend: BackendProcess | undefined;
    stops.push(async () => backend?.kill());
    let seconds = 0;
    let going = true;
    const load = (async () => {
      for (; going; seconds++) {
        await send(batch(seconds));
        await sleep(10);
      }
    })();
    for (let kill = 0; kill < KILLS; kill++) {
      backend = await backendProcess(folder.path, flags);
      const { url } = backend;
      const before = await metric(url, 'seismo_engine_consumed_items_total');
      await until('records', async () => (await metric(url, 'seismo_engine_consumed_items_total')) > before + 1000);
      await sleep(400 + kill * 137);
      await backend.kill();
    }
    going = false;
    await load;
    backend = await backendProcess(folder.path, flags);
    const { url } = backend;
    const all = seconds * RECORDS;
    await until('all records', async () => (await metric(url, 'seismo_engine_consumed_items_total')) >= all);
    await sleep(1000);
    expect(await metric(url, 'seismo_engine_consumed_items_total')).toBe(all);
    expect(await metric(url, 'seismo_kafka_missed_total')).toBe(0);
    expect(await backend.stop()).toBe(0);

    const store = await Store.open(folder.path, backendConfig().store);
    const rows = await store.templates({ tenant: '', order: 'count', limit: 1000, offset: 0 });
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(all);
    expect(await store.gaps({ tenant: '', fromMs: 0, toMs: 1e13, limit: 10 })).toEqual([]);
    await store.close();
  });

  it('reads the topics of all tenants, new ones too, and tells tenants by the header', TIMEOUT, async (context) => {
    context.skip(!kafka, NO_KAFKA);
    await broker.createTopic('logs-acme', 2);
    const send = await sender('logs-{tenant}');
    const backend = await reading(['logs-*']);
    await send(batch(0), 'acme');
    await until('the first tenant', async () => (await consumed(backend)) === RECORDS);
    await broker.createTopic('logs-late', 1);
    await send(batch(1), 'late');
    await until('the second tenant', async () => (await consumed(backend)) === 2 * RECORDS);
    await backend.scorer.checkpoint();
    await backend.settled();
    for (const tenant of ['acme', 'late']) {
      const rows = await templates(backend.url, tenant);
      expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(RECORDS);
    }
    expect(await templates(backend.url)).toEqual([]);
  });

  it('passes over what is no OTLP, counts it, and reads on behind it', TIMEOUT, async (context) => {
    context.skip(!kafka, NO_KAFKA);
    await broker.createTopic('junk', 1);
    const backend = await reading(['junk']);
    const producer = new Producer({ clientId: 'test', bootstrapBrokers: [broker.plain] });
    stops.push(() => producer.close());
    const header = (name: string, value: string): Map<Buffer, Buffer> =>
      new Map([[Buffer.from(name), Buffer.from(value)]]);
    const json = { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'a line' } }] }] }] };
    const message = (value: Buffer, headers = new Map<Buffer, Buffer>()) => ({
      topic: 'junk',
      partition: 0,
      value,
      headers,
    });
    await producer.send({
      acks: -1,
      messages: [
        message(Buffer.from('no protobuf at all')),
        message(batch(0)),
        message(Buffer.alloc(0)),
        message(batch(1), header('content-type', 'text/plain')),
        message(batch(1), header('X-Scope-OrgID', 'ü'.repeat(200))),
        message(Buffer.from(JSON.stringify(json)), header('content-type', 'application/json')),
        message(Buffer.from('{'), header('content-type', 'application/json')),
        message(batch(2)),
      ],
    });
    await until('the records', async () => (await consumed(backend)) === 2 * RECORDS + 1);
    expect(await metric(backend.url, 'seismo_kafka_malformed_total')).toBe(5);
    expect(await metric(backend.url, 'seismo_kafka_messages_total')).toBe(3);
    expect(await metric(backend.url, 'seismo_kafka_failures_total')).toBe(0);
  });

  it('gives up on a message that ends an engine thread again and again, and on no other', TIMEOUT, async (context) => {
    context.skip(!kafka, NO_KAFKA);
    await broker.createTopic('deadly', 1);
    const send = await sender('deadly');
    for (let second = 0; second < 30; second++) await send(batch(second), second === 10 ? 'deadly' : '');
    // An engine at the edge: it learns what it is given, and dies of one tenant.
    const learned: number[] = [];
    let deaths = 0;
    let position = 0;
    const engine: KafkaSourceOptions['engine'] = {
      consume: async ({ tenant }, { from, next }) => {
        if (position >= next) return;
        if (position < from) throw new SeismoError('OUT_OF_STEP', 'something is missing');
        if (tenant === 'deadly') {
          deaths++;
          throw new SeismoError('ENGINE_DOWN', 'the thread died');
        }
        learned.push(from);
        position = next;
      },
      skipTo: (_source, to) => {
        position = Math.max(position, to);
        return 0;
      },
      position: () => position,
      savedPosition: () => position,
      checkpoint: async () => undefined,
      state: () => ({ running: 1, workers: 1 }),
    };
    const settings = { brokers: [broker.plain], topics: ['deadly'], sessionTimeoutMs: 2000 };
    const config = backendConfig({ sources: { kafka: settings } });
    const source = new KafkaSource({
      ...{ config: config.sources.kafka, engine, redaction: new Redaction(config) },
      ...{ slots: 4, slotBytes: 1e6, log: createLogger('silent') },
    });
    stops.push(() => source.close());
    source.start();
    await until('all others', () => position === 30 * SERVICES.length, 60_000);
    expect(learned).toHaveLength(29 * SERVICES.length);
    // Messages of that tenant: one for each service, each tried three times.
    expect(source.readings().malformed).toBe(SERVICES.length);
    expect(deaths).toBeLessThanOrEqual(4 * SERVICES.length);
  });

  it(
    'shares partitions with another one of its group, and takes over when that one leaves',
    TIMEOUT,
    async (context) => {
      context.skip(!kafka, NO_KAFKA);
      await broker.createTopic('group', 6);
      const send = await sender('group');
      const [one, other] = [await reading(['group']), await reading(['group'])];
      const partitions = (backend: TestBackend) => metric(backend.url, 'seismo_kafka_partitions');
      const isShared = async (): Promise<boolean> => (await partitions(one)) === 3 && (await partitions(other)) === 3;
      // The group may change its mind once more while both settle in.
      await until('three each', async () => (await isShared()) && (await sleep(1500, true)) && isShared());
      for (let second = 0; second < 20; second++) await send(batch(second));
      await until('all', async () => (await consumed(one)) + (await consumed(other)) === 20 * RECORDS);
      const taken = await consumed(one);
      await other.close();
      await until('all six', async () => (await partitions(one)) === 6);
      for (let second = 20; second < 30; second++) await send(batch(second));
      await until('the rest', async () => (await consumed(one)) === taken + 10 * RECORDS);
      await sleep(500);
      expect(await consumed(one)).toBe(taken + 10 * RECORDS);
    },
  );

  it('reads on when the broker was away', TIMEOUT, async (context) => {
    context.skip(!kafka, NO_KAFKA);
    await broker.createTopic('away', 2);
    const send = await sender('away');
    const backend = await reading(['away']);
    await send(batch(0));
    await until('the first', async () => (await consumed(backend)) === RECORDS);
    await broker.stop('SIGKILL');
    await sleep(1500);
    await broker.resume();
    const again = await sender('away');
    for (let second = 1; second < 10; second++) await again(batch(second));
    await until('the rest', async () => (await consumed(backend)) === 10 * RECORDS);
    await sleep(500);
    expect(await consumed(backend)).toBe(10 * RECORDS);
  });
});
