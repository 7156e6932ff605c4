/** Mode kafka against a real broker: what lies in the topics, and that nothing is lost when the broker goes and comes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config.ts';
import { startProcessor, type Processor } from '../src/main.ts';
import { HOPS_HEADER } from '../src/otlp/logs-request.ts';
import { decodeExportResponse, decodeStatus } from '../src/otlp/status.ts';
import { authority, signedBy } from './certificates.ts';
import { KafkaBroker, type Kept } from './kafka-broker/broker.ts';
import { logsRequest, readRecords } from './messages.ts';
import { kafka, NO_KAFKA } from './needs.ts';
import { exportLogs, postLogs } from './neighbours.ts';
import { any, bytesField, keyValue, requestOf } from './wire-oracle.ts';

const TIMEOUT = { timeout: 120_000 };
const USER = { name: 'seismo', password: 'pass-word' };
const folder = mkdtempSync(join(tmpdir(), 'seismo-kafka-out-'));
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

let broker: KafkaBroker;
let certificates: { caFile: string; certFile: string; keyFile: string };
beforeAll(async () => {
  if (!kafka) return;
  const ca = await authority('authority');
  const [server, client] = [await signedBy(ca, 'broker'), await signedBy(ca, 'processor')];
  certificates = {
    caFile: file('ca.pem', ca.cert),
    certFile: file('client.pem', client.cert),
    keyFile: file('client.key', client.key),
  };
  broker = await KafkaBroker.start({ tls: { ca, server }, user: USER });
}, 120_000);
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
afterAll(async () => {
  await broker?.close();
  rmSync(folder, { recursive: true, force: true });
});

async function started(settings: Record<string, unknown> = {}, others: object = {}): Promise<Processor> {
  const processor = await startProcessor(
    parseConfig({
      ...{ mode: 'kafka', otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'silent', ...others },
      kafka: { brokers: [broker.plain], ...settings },
    }),
  );
  stops.push(() => processor.close());
  return processor;
}

/** One record of a service; its body is the text. */
function record(service: string, ...bodies: readonly string[]): Buffer {
  const records = bodies.map((body) => bytesField(5, any.text(body)));
  return requestOf(records, [keyValue('service.name', any.text(service))]);
}

const bodiesOf = (kept: readonly Kept[]): string[] =>
  kept.flatMap(({ value }) => readRecords(value)).map(({ body }) => body);

describe('mode kafka', () => {
  it('writes each stream to one partition, in order, with key, tenant and hops', TIMEOUT, async (context) => {
    context.skip(!kafka, NO_KAFKA);
    await broker.createTopic('ordered', 5);
    const processor = await started({ topic: 'ordered' });
    const services = Array.from({ length: 12 }, (_, i) => `service-${i}`);
    for (let round = 0; round < 20; round++) {
      // All of them at a time in one request, and those of each tenant one after the other.
      const request = Buffer.concat(services.map((service) => record(service, `${service} ${round}`)));
      const [http, grpc] = await Promise.all([
        postLogs(processor.httpUrl, request, { 'x-scope-orgid': 'acme', [HOPS_HEADER]: '1' }),
        exportLogs(processor.grpcUrl, request, { headers: { 'x-scope-orgid': 'other' } }),
      ]);
      expect([http.status, grpc.code]).toEqual([200, 0]);
    }
    const kept = await broker.read('ordered');
    expect(new Set(kept.map(({ partition }) => partition)).size).toBeGreaterThan(1);
    for (const tenant of ['acme', 'other'])
      for (const service of services) {
        const own = kept.filter(({ key }) => key === JSON.stringify([tenant, '', service, '']));
        expect(new Set(own.map(({ partition }) => partition)).size).toBe(1);
        expect(bodiesOf(own)).toEqual(Array.from({ length: 20 }, (_, round) => `${service} ${round}`));
        for (const { headers } of own)
          expect(headers).toEqual({
            'x-scope-orgid': tenant,
            'content-type': 'application/x-protobuf',
            [HOPS_HEADER]: tenant === 'acme' ? '2' : '1',
          });
      }
    expect(kept).toHaveLength(2 * 12 * 20);
    expect(processor.stats()).toMatchObject({ consumed: 480, forwarded: 480, scored: 0, unscored: 0 });
    expect(await processor.metrics()).toMatch(/seismo_kafka_messages_total\S* 480\b/);
  });

  it('gives each tenant a topic of its own, and one that is missing holds nobody else up', TIMEOUT, async (context) => {
    context.skip(!kafka, NO_KAFKA);
    await broker.createTopic('logs.acme', 1);
    await broker.createTopic('logs.a_2fb', 1);
    await broker.createTopic('logs.nobody', 1);
    const processor = await started({ topic: 'logs.{tenant}', defaultTenant: 'nobody' });
    const post = (tenant: string) => postLogs(processor.httpUrl, record('s', tenant), { 'x-scope-orgid': tenant });
    const missing = post('stranger');
    for (const tenant of ['acme', 'a/b', '']) expect((await post(tenant)).status).toBe(200);
    const { status, headers, body } = await missing;
    expect(status).toBe(503);
    expect(headers['retry-after']).toMatch(/^\d+$/);
    expect(decodeStatus(body).message).toMatch(/Kafka topic logs\.stranger: UNKNOWN_TOPIC_OR_PARTITION/);
    expect(bodiesOf(await broker.read('logs.acme'))).toEqual(['acme']);
    expect(bodiesOf(await broker.read('logs.a_2fb'))).toEqual(['a/b']);
    expect(bodiesOf(await broker.read('logs.nobody'))).toEqual(['']);
    expect(await processor.metrics()).toMatch(
      /seismo_exporter_refusals_total\{retryable="true",code="UNKNOWN_TOPIC_OR_PARTITION"\S* 1\b/,
    );
  });

  it('writes what may be stored: redacted and enriched, whatever the scopes say', TIMEOUT, async (context) => {
    context.skip(!kafka, NO_KAFKA);
    await broker.createTopic('prepared', 1);
    const enrich = { environment: 'eu', scope: 'scoring' };
    const processor = await started({ topic: 'prepared' }, { redact: { scope: 'scoring' }, enrich });
    await postLogs(processor.httpUrl, record('s', 'mail to ada@example.com'));
    const [{ key, value }] = await broker.read('prepared');
    expect(readRecords(value)[0].body).toBe('mail to <EMAIL>');
    expect(key).toBe('["","","s","eu"]');
  });

  it(
    'cuts what is too large for one message, and says which record no message has room for',
    TIMEOUT,
    async (context) => {
      context.skip(!kafka, NO_KAFKA);
      await broker.createTopic('small', 3, { 'max.message.bytes': '20000' });
      const processor = await started({ topic: 'small', maxMessageBytes: 16_384 });
      const bodies = Array.from({ length: 100 }, (_, i) => `${i} ${'x'.repeat(1000)}`);
      const whole = await postLogs(processor.httpUrl, record('s', ...bodies));
      expect([whole.status, whole.body.length]).toEqual([200, 0]);
      expect(bodiesOf(await broker.read('small'))).toEqual(bodies);
      const mixed = await postLogs(processor.httpUrl, record('s', 'small', 'y'.repeat(30_000)));
      expect(mixed.status).toBe(200);
      expect(decodeExportResponse(mixed.body)).toMatchObject({ rejected: 1, message: /maxMessageBytes/ });
      expect(bodiesOf(await broker.read('small'))).toEqual([...bodies, 'small']);
    },
  );

  it('refuses for good what the broker never takes, and only that', TIMEOUT, async (context) => {
    context.skip(!kafka, NO_KAFKA);
    await broker.createTopic('tiny', 1, { 'max.message.bytes': '5000' });
    const processor = await started({ topic: 'tiny' });
    const post = (text: string) => postLogs(processor.httpUrl, record('s', text));
    const answers = await Promise.all([post('a'), post('z'.repeat(9000)), post('b'), post('c')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 413, 200, 200]);
    expect(bodiesOf(await broker.read('tiny')).sort()).toEqual(['a', 'b', 'c']);
  });

  for (const compression of ['gzip', 'snappy', 'lz4', 'zstd'])
    it(`can be read when it is packed with ${compression}`, TIMEOUT, async (context) => {
      context.skip(!kafka, NO_KAFKA);
      await broker.createTopic(`packed-${compression}`, 1);
      const processor = await started({ topic: `packed-${compression}`, compression });
      const bodies = Array.from({ length: 500 }, (_, i) => `GET /api/cart took ${i} ms`);
      expect((await postLogs(processor.httpUrl, logsRequest(bodies))).status).toBe(200);
      expect(bodiesOf(await broker.read(`packed-${compression}`))).toEqual(bodies);
    });

  it('speaks TLS with a certificate of its own, and SASL', TIMEOUT, async (context) => {
    context.skip(!kafka, NO_KAFKA);
    await broker.createTopic('secured', 1);
    const secure = await started({ topic: 'secured', brokers: [broker.tls], tls: { enabled: true, ...certificates } });
    expect((await postLogs(secure.httpUrl, record('s', 'tls'))).status).toBe(200);
    const passwordFile = file('password', `${USER.password}\n`);
    for (const mechanism of ['PLAIN', 'SCRAM-SHA-256']) {
      const sasl = { mechanism, username: USER.name, passwordFile };
      const processor = await started({ topic: 'secured', brokers: [broker.sasl], sasl });
      expect((await postLogs(processor.httpUrl, record('s', mechanism))).status).toBe(200);
    }
    expect(bodiesOf(await broker.read('secured'))).toEqual(['tls', 'PLAIN', 'SCRAM-SHA-256']);
    const sasl = { mechanism: 'PLAIN', username: USER.name, passwordFile: file('wrong', 'wrong') };
    const stranger = await started({ topic: 'secured', brokers: [broker.sasl], sasl });
    const { status, body } = await postLogs(stranger.httpUrl, record('s', 'stranger'));
    expect(status).toBe(503);
    expect(decodeStatus(body).message).toMatch(/authentication/i);
  });

  it('answers in time when the broker does not, and takes records again when it does', TIMEOUT, async (context) => {
    context.skip(!kafka, NO_KAFKA);
    await broker.createTopic('frozen', 1);
    const processor = await started({ topic: 'frozen', timeoutMs: 700 });
    expect((await postLogs(processor.httpUrl, record('s', 'before'))).status).toBe(200);
    broker.signal('SIGSTOP');
    try {
      const begin = performance.now();
      expect((await postLogs(processor.httpUrl, record('s', 'meanwhile'))).status).toBe(503);
      expect(performance.now() - begin).toBeLessThan(5000);
    } finally {
      broker.signal('SIGCONT');
    }
    await untilTaken(processor, record('s', 'after'));
    const bodies = bodiesOf(await broker.read('frozen'));
    expect(bodies[0]).toBe('before');
    expect(bodies).toContain('after');
  });

  it('loses nothing when the broker is killed under load and comes back', TIMEOUT, async (context) => {
    context.skip(!kafka, NO_KAFKA);
    await broker.createTopic('killed', 4);
    const processor = await started({ topic: 'killed', breakerPauseMs: 300, timeoutMs: 3000 });
    const sent: string[] = [];
    const refused = new Set<string>();
    let going = true;
    const client = async (name: string): Promise<void> => {
      for (let n = 0; going; n++) {
        const body = `${name} ${n}`;
        const request = Buffer.concat([record(name, body), record('all', body)]);
        while ((await postLogs(processor.httpUrl, request)).status !== 200) {
          refused.add(body);
          await sleep(50);
        }
        sent.push(body);
        await sleep(2);
      }
    };
    const clients = Array.from({ length: 8 }, (_, i) => client(`client-${i}`));
    await sleep(700);
    await broker.stop('SIGKILL');
    await sleep(2000);
    await broker.resume();
    const upTo = sent.length;
    const deadline = Date.now() + 30_000;
    while (sent.length < upTo + 200 && Date.now() < deadline) await sleep(50);
    going = false;
    await Promise.all(clients);

    expect(sent.length).toBeGreaterThan(upTo + 100);
    expect(refused.size).toBeGreaterThan(0);
    const kept = await broker.read('killed');
    const times = new Map<string, number>();
    for (const body of bodiesOf(kept)) times.set(body, (times.get(body) ?? 0) + 1);
    expect(sent.filter((body) => (times.get(body) ?? 0) < 2)).toEqual([]);
    // Only what was refused, and so sent again, may lie there twice.
    for (const [body, count] of times) if (count > 2) expect(refused).toContain(body);
    for (let i = 0; i < 8; i++) {
      const own = bodiesOf(kept.filter(({ key }) => key === `["","","client-${i}",""]`));
      expect([...new Set(own)]).toEqual(sent.filter((body) => body.startsWith(`client-${i} `)));
    }
    expect(await processor.metrics()).toMatch(
      /seismo_exporter_refusals_total\{retryable="true",code="(network|breaker)/,
    );
  });
});

async function untilTaken(processor: Processor, request: Buffer): Promise<void> {
  const deadline = Date.now() + 30_000;
  while ((await postLogs(processor.httpUrl, request)).status !== 200) {
    if (Date.now() > deadline) throw new Error('never taken');
    await sleep(100);
  }
}
