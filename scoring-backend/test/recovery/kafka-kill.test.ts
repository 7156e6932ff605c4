/** Processes die, of backends and brokers, and every record is counted once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { kafka, NO_KAFKA } from '../../../otel-processor/test/needs.ts';
import { backendConfig } from '../../src/config.ts';
import { Store } from '../../src/store/store.ts';
import { backendProcess, type BackendProcess } from './backend-process.ts';
import { batch, broker, consumed, metric, reading, RECORDS, sender, stops, until, useBroker } from './kafka-line.ts';
import { temporaryFolder } from './running-backend.ts';

const KILLS = process.env.SEISMO_SOAK === '1' ? 20 : 3;
const TIMEOUT = { timeout: 60_000 + KILLS * 30_000 };

useBroker();

describe('a backend that reads from Kafka', () => {
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
