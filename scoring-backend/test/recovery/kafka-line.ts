/** For tests: a real broker with a processor that writes to it and backends that read from it, all closed after each test. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { parseConfig } from '@seismo/otel-processor/config';
import { startProcessor } from '@seismo/otel-processor/main';
import { KafkaBroker } from '../../../otel-processor/test/kafka-broker/broker.ts';
import { kafka } from '../../../otel-processor/test/needs.ts';
import { postLogs } from '../../../otel-processor/test/neighbours.ts';
import { linesToOtlp } from '../../src/sources/json-logs.ts';
import { T0, testBackend, type TestBackend } from './running-backend.ts';

export const SERVICES = ['cart', 'pay', 'ship', 'mail', 'stock'];
/** In a batch. */
export const RECORDS = 100;

/** Of the test file that called `useBroker`. */
export let broker: KafkaBroker;
/** Run after each test, the last one first. */
export const stops: (() => Promise<unknown>)[] = [];

/** To be called once in a test file. */
export function useBroker(): void {
  beforeAll(async () => {
    if (kafka) broker = await KafkaBroker.start();
  }, 120_000);
  afterEach(async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  });
  afterAll(() => broker?.close());
}

/** A second of event time of all services. */
export function batch(second: number): Buffer {
  const lines = Array.from({ length: RECORDS }, (_, i) => ({
    service: SERVICES[i % SERVICES.length],
    timestamp: T0 + second * 1000 + i,
    message: `step ${i % 9} done ${'abcdefg'[i % 7].repeat(4)} in ${second} ms`,
  }));
  return Buffer.from(linesToOtlp(lines, T0 + 86_400_000));
}

/** Sends to a processor that writes to the topic. */
export async function sender(topic: string): Promise<(request: Uint8Array, tenant?: string) => Promise<void>> {
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

export async function reading(topics: string[], settings: object = {}): Promise<TestBackend> {
  const sessions = { sessionTimeoutMs: 2000, topicsRefreshMs: 300, groupId: topics[0] };
  const sources = { kafka: { brokers: [broker.plain], topics, ...sessions } };
  const backend = await testBackend({ sources, engine: { checkpointMs: 200 }, ...settings } as never);
  stops.push(() => backend.close());
  return backend;
}

export async function until(what: string, read: () => Promise<boolean> | boolean, withinMs = 40_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (!(await read())) {
    if (Date.now() > deadline) throw new Error(`waited ${withinMs} ms in vain for ${what}`);
    await sleep(50);
  }
}

export async function metric(url: string, name: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(new RegExp(`^${name} ([\\d.e-]+)$`, 'm').exec(metrics)?.[1]);
}

export async function consumed(backend: TestBackend): Promise<number> {
  await backend.settled();
  return backend.counters().consumed;
}
