/** A backend that takes records from Kafka, which gives them again, and over HTTP beside it, which does not. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { kafka, NO_KAFKA } from '../../../otel-processor/test/needs.ts';
import { backendConfig } from '../../src/config.ts';
import { linesToOtlp } from '../../src/sources/json-logs.ts';
import { Store } from '../../src/store/store.ts';
import { backendProcess, type BackendProcess } from './backend-process.ts';
import { batch, broker, metric, RECORDS, sender, SERVICES, stops, until, useBroker } from './kafka-line.ts';
import { T0, temporaryFolder } from './running-backend.ts';

useBroker();

/** A second of event time of a service. */
async function post(url: string, service: string, second: number): Promise<void> {
  const lines = Array.from({ length: RECORDS }, (_, i) => ({
    ...{ service, timestamp: T0 + second * 1000 + i },
    message: `GET /${'abcdefg'[i % 7].repeat(4)} took ${second} ms`,
  }));
  const headers = { 'content-type': 'application/x-protobuf' };
  const body = new Uint8Array(linesToOtlp(lines, T0 + 86_400_000));
  const response = await fetch(`${url}/v1/score`, { method: 'POST', headers, body });
  expect(response.status).toBe(200);
  await response.arrayBuffer();
}

it.for([
  { how: 'since before its last start', service: 'web', isKnown: true },
  { how: 'for the first time, of a service that Kafka knows', service: SERVICES[0], isKnown: false },
])(
  'what came over HTTP $how is a gap when it is killed, and what came from Kafka is all there',
  { timeout: 120_000 },
  async ({ service, isKnown }, context) => {
    context.skip(!kafka, NO_KAFKA);
    const topic = `beside-${isKnown}`;
    await broker.createTopic(topic, 2);
    const send = await sender(topic);
    const folder = temporaryFolder();
    stops.push(async () => folder.remove());
    let backend: BackendProcess | undefined;
    stops.push(async () => backend?.kill());
    const begin = async (records: number): Promise<string> => {
      backend = await backendProcess(folder.path, [
        ...['--engine-checkpoint-ms', '3600000', '--sources-kafka-brokers', broker.plain],
        ...['--sources-kafka-topics', topic, '--sources-kafka-session-timeout-ms', '2000'],
      ]);
      const { url } = backend;
      await until('records', async () => (await metric(url, 'seismo_engine_consumed_items_total')) >= records);
      return url;
    };
    await send(batch(0));
    let url = await begin(RECORDS);
    if (isKnown) await post(url, service, 0);
    expect(await backend?.stop()).toBe(0);

    const before = (isKnown ? 2 : 1) * RECORDS;
    url = await begin(before);
    await send(batch(1));
    await until('Kafka', async () => (await metric(url, 'seismo_engine_consumed_items_total')) === before + RECORDS);
    await post(url, service, 1);
    // Where the stream was not known to come over HTTP, a checkpoint says so at once.
    await sleep(1000);
    await post(url, service, 2);
    await backend?.kill();

    url = await begin(before + RECORDS);
    await post(url, service, 3);
    await send(batch(2));
    const kept = (isKnown ? 0 : 1) * RECORDS;
    const all = before + kept + 3 * RECORDS;
    await until('all records', async () => (await metric(url, 'seismo_engine_consumed_items_total')) === all);
    expect(await metric(url, 'seismo_kafka_missed_total')).toBe(0);
    expect(await backend?.stop()).toBe(0);

    const store = await Store.open(folder.path, backendConfig().store);
    const gaps = await store.gaps({ tenant: '', fromMs: 0, toMs: 1e13, limit: 10 });
    await store.close();
    expect(gaps.map(({ stream }) => stream.service)).toEqual([service]);
    const [{ fromMs, toMs }] = gaps;
    expect([fromMs, toMs].map((ms) => Math.floor((ms - T0) / 1000))).toEqual([isKnown ? 0 : 1, 3]);
  },
);
