/** Backends that read from a real Kafka broker what processors in mode kafka wrote, and what others did. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Producer } from '@platformatic/kafka';
import { describe, expect, it } from 'vitest';
import { kafka, NO_KAFKA } from '../../../otel-processor/test/needs.ts';
import type { TemplatesResponse } from '../../src/api/types.ts';
import { backendConfig } from '../../src/config.ts';
import { SeismoError } from '../../src/errors.ts';
import { linesToOtlp } from '../../src/sources/json-logs.ts';
import { KafkaSource, type KafkaSourceOptions } from '../../src/sources/kafka.ts';
import { Redaction } from '../../src/sources/redaction.ts';
import { createLogger } from '../../src/telemetry.ts';
import {
  batch,
  broker,
  consumed,
  metric,
  reading,
  RECORDS,
  sender,
  SERVICES,
  stops,
  until,
  useBroker,
} from './kafka-line.ts';
import { T0, type TestBackend } from './running-backend.ts';

const TIMEOUT = { timeout: 120_000 };

useBroker();

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
      tick: () => undefined,
      tickedMs: 0,
      state: () => ({ running: 1, workers: 1 }),
    };
    const settings = { brokers: [broker.plain], topics: ['deadly'], sessionTimeoutMs: 2000 };
    const whole = backendConfig({ sources: { kafka: settings } });
    const source = new KafkaSource({
      ...{ config: whole.sources.kafka, engine, slots: 4, slotBytes: 1e6, tickMs: 0 },
      ...{ redaction: new Redaction(whole), log: createLogger('silent') },
    });
    stops.push(() => source.close());
    source.start();
    await until('all others', () => position === 30 * SERVICES.length, 60_000);
    expect(learned).toHaveLength(29 * SERVICES.length);
    // Messages of that tenant: one for each service, each tried three times.
    expect(source.readings().malformed).toBe(SERVICES.length);
    expect(deaths).toBeLessThanOrEqual(4 * SERVICES.length);
  });

  it('judges a backlog by when it was written: no record is late, nobody is silent', TIMEOUT, async (context) => {
    context.skip(!kafka, NO_KAFKA);
    await broker.createTopic('backlog', 2);
    const producer = new Producer({ clientId: 'test', bootstrapBrokers: [broker.plain], compression: 'gzip' });
    stops.push(() => producer.close());
    // Half an hour that ends now, written as it happened.
    const endMs = Date.now() - 1000;
    const seconds = 1800;
    const messages = Array.from({ length: seconds / 5 }, (_, i) => endMs - seconds * 1000 + i * 5000).flatMap(
      (timestamp) =>
        SERVICES.map((service, s) => {
          const value = Buffer.from(linesToOtlp([{ service, timestamp, message: `${service} is well` }], timestamp));
          return { topic: 'backlog', partition: s % 2, value, timestamp: BigInt(timestamp) };
        }),
    );
    await producer.send({ acks: -1, messages });
    const backend = await reading(['backlog'], { engine: { tickMs: 100, workers: 2, idleLatenessMs: 6000 } });
    await until('all', async () => (await consumed(backend)) === messages.length);
    expect(await metric(backend.url, 'seismo_engine_late_items_total')).toBe(0);
    const response = await fetch(`${backend.url}/api/v1/anomalies?limit=10`);
    expect(((await response.json()) as { anomalies: unknown[] }).anomalies).toEqual([]);
    // Then the clock goes on: what is left open closes though nothing comes any more.
    const closed = () => metric(backend.url, 'seismo_windows_closed_total');
    const soFar = await closed();
    expect(soFar).toBeGreaterThan(SERVICES.length * 50);
    await until('another window', async () => (await closed()) > soFar, 60_000);
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
});
