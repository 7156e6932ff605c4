/** A backend that takes records from Kafka, which gives them again, and over HTTP beside it, which does not. */
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

it(
  'what came over HTTP is a gap when it is killed, and what came from Kafka is all there',
  { timeout: 120_000 },
  async (context) => {
    context.skip(!kafka, NO_KAFKA);
    const topic = 'beside';
    await broker.createTopic(topic, 2);
    const send = await sender(topic);
    const folder = temporaryFolder();
    stops.push(async () => folder.remove());
    let backend: BackendProcess | undefined;
    stops.push(async () => backend?.kill());
    let url = '';
    const consumes = (records: number): Promise<void> =>
      until(`${records} records`, async () => (await metric(url, 'seismo_engine_consumed_items_total')) === records);
    const begin = async (): Promise<void> => {
      backend = await backendProcess(folder.path, [
        // One thread: its checkpoint has all streams, so that none has a gap because another thread took none.
        ...['--engine-workers', '1', '--engine-checkpoint-ms', '3600000', '--sources-kafka-brokers', broker.plain],
        ...['--sources-kafka-topics', topic, '--sources-kafka-session-timeout-ms', '2000'],
      ]);
      url = backend.url;
    };
    // Two services come over HTTP: one since before the last start, one that only Kafka knows by then.
    const [known, late] = ['web', SERVICES[0]];
    await send(batch(0));
    await begin();
    await consumes(RECORDS);
    await post(url, known, 0);
    expect(await backend?.stop()).toBe(0);

    await begin();
    await consumes(2 * RECORDS);
    await send(batch(1));
    await consumes(3 * RECORDS);
    const posted = performance.now();
    await post(url, late, 1);
    // That it comes over HTTP too is not in the last checkpoint, so that another one says so at once.
    const sincePosted = (): number => (performance.now() - posted) / 1000;
    await until('a checkpoint', async () => (await metric(url, 'seismo_checkpoint_age')) < sincePosted());
    // What follows is in no checkpoint: nothing of it is new of its stream.
    await post(url, known, 1);
    await post(url, late, 2);
    await send(batch(3));
    await consumes(7 * RECORDS);
    await backend?.kill();

    await begin();
    // Of these 700 all but the last two posts: Kafka gives its own again.
    await consumes(5 * RECORDS);
    await post(url, known, 4);
    await post(url, late, 4);
    await send(batch(5));
    await consumes(8 * RECORDS);
    expect(await metric(url, 'seismo_kafka_missed_total')).toBe(0);
    expect(await backend?.stop()).toBe(0);

    const store = await Store.open(folder.path, backendConfig().store);
    const gaps = await store.gaps({ tenant: '', fromMs: 0, toMs: 1e13, limit: 10 });
    await store.close();
    const second = (ms: number): number => Math.floor((ms - T0) / 1000);
    const told = gaps.map(({ stream, fromMs, toMs }) => [stream.service, second(fromMs), second(toMs)]);
    expect(Object.fromEntries(told.map(([service, ...seconds]) => [service, seconds]))).toEqual({
      [known]: [0, 4],
      // Up to what Kafka gave again.
      [late]: [1, 3],
    });
    expect(gaps).toHaveLength(2);
  },
);
