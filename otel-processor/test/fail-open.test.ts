/** Scoring never holds logs up: whatever the scorer does, records go on, and say why they have no score. */
import { afterEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config.ts';
import { startProcessor } from '../src/main.ts';
import type { Processor } from '../src/main.ts';
import { logsRequest } from './messages.ts';
import { ConstantScorer, Sink, eventually, postLogs, verdictsFor } from './neighbours.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

interface Rig {
  readonly processor: Processor;
  readonly sink: Sink;
  readonly scorer: ConstantScorer;
}

async function start(scoring: Record<string, unknown> = {}, more: Record<string, unknown> = {}): Promise<Rig> {
  const sink = await new Sink().start();
  const scorer = await new ConstantScorer().start();
  stops.push(
    () => sink.stop(),
    () => scorer.stop(),
  );
  const processor = await startProcessor(
    parseConfig({
      otlpHttpPort: 0,
      otlpGrpcPort: 0,
      logLevel: 'silent',
      forward: { url: sink.url },
      scoring: { endpoint: scorer.url, timeoutMs: 5000, ...scoring },
      ...more,
    }),
  );
  stops.push(() => processor.close());
  return { processor, sink, scorer };
}

describe('a processor', () => {
  it('annotates what was scored', async () => {
    const { processor, sink } = await start();
    expect((await postLogs(processor.httpUrl, logsRequest(['one', 'two']))).status).toBe(200);
    expect(sink.records.map(({ body }) => body)).toEqual(['one', 'two']);
    for (const { attributes } of sink.records) {
      expect(Object.keys(attributes)).toEqual(expect.arrayContaining(['anomaly.score', 'anomaly.template.id']));
      expect(attributes).not.toHaveProperty('anomaly.unscored');
    }
    expect(processor.stats()).toMatchObject({ consumed: 2, scored: 2, unscored: 0, forwarded: 2 });
  });

  it('writes the attribute names it is configured with', async () => {
    const { processor, sink } = await start({}, { attributes: { score: 'acme.oddness' } });
    await postLogs(processor.httpUrl, logsRequest(['one']));
    expect(Object.keys(sink.records[0].attributes)).toContain('acme.oddness');
  });

  it.each([
    ['timeout', 'answers too late', (rig: Rig) => (rig.scorer.answer = () => ({ delayMs: 20_000 }))],
    ['backend_unavailable', 'is away', (rig: Rig) => rig.scorer.stop()],
    ['backend_error', 'answers 500', (rig: Rig) => (rig.scorer.answer = () => ({ status: 500 }))],
    ['overloaded', 'answers 503', (rig: Rig) => (rig.scorer.answer = () => ({ status: 503 }))],
    ['backend_error', 'answers something else', (rig: Rig) => (rig.scorer.answer = () => ({ body: Buffer.from('?') }))],
    [
      'backend_error',
      'gives a wrong number of verdicts',
      (rig: Rig) => (rig.scorer.answer = ({ body }) => verdictsFor(body, 1)),
    ],
  ])('forwards records with the reason %s when the scorer %s', async (reason, _what, spoil) => {
    const rig = await start(reason === 'timeout' ? { timeoutMs: 100 } : {});
    stops.splice(1, 1, async () => undefined);
    await spoil(rig);
    expect((await postLogs(rig.processor.httpUrl, logsRequest(['one', 'two']))).status).toBe(200);
    expect(rig.sink.records.map(({ attributes }) => attributes['anomaly.unscored'])).toEqual([reason, reason]);
    expect(rig.processor.stats()).toMatchObject({ scored: 0, unscored: 2, forwarded: 2 });
    await rig.scorer.stop().catch(() => undefined);
  });

  it('does not wait longer than its time-out, and counts the verdict that comes late', async () => {
    const { processor, scorer } = await start({ timeoutMs: 100 });
    scorer.answer = ({ body }) => ({ ...verdictsFor(body), delayMs: 2500 });
    const begin = performance.now();
    await postLogs(processor.httpUrl, logsRequest(['one']));
    expect(performance.now() - begin).toBeLessThan(2000);
    const late = (): Promise<boolean> =>
      processor.metrics().then((text) => /seismo_scoring_late_total\S* 1\b/.test(text));
    for (let i = 0; i < 500 && !(await late()); i++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await late()).toBe(true);
  });

  it('bounds what is at the scorer: the rest passes on at once as overloaded', async () => {
    const { processor, sink, scorer } = await start({ maxInFlightBytes: 1024, timeoutMs: 2000 });
    let open = false;
    scorer.answer = ({ body }) => ({ ...verdictsFor(body), delayMs: open ? 0 : 300 });
    const bodies = Array.from({ length: 20 }, (_, i) => `${i} ${'x'.repeat(200)}`);
    await Promise.all(bodies.map((body) => postLogs(processor.httpUrl, logsRequest([body]))));
    const reasons = sink.records.map(({ attributes }) => attributes['anomaly.unscored'] ?? 'scored');
    expect(reasons).toHaveLength(20);
    expect(reasons.filter((reason) => reason === 'overloaded').length).toBeGreaterThan(10);
    expect(reasons).toContain('scored');
    open = true;
    await postLogs(processor.httpUrl, logsRequest(['after']));
    expect(sink.records.at(-1)?.attributes).not.toHaveProperty('anomaly.unscored');
  });

  it('leaves a backend alone that fails in a row, and comes back to it by itself', async () => {
    const { processor, sink, scorer } = await start({ breakerFailures: 3, breakerPauseMs: 200 });
    const healthy = scorer.answer;
    let asked = 0;
    scorer.answer = () => {
      asked++;
      return { status: 500 };
    };
    for (let i = 0; i < 20; i++) await postLogs(processor.httpUrl, logsRequest([`line ${i}`]));
    expect(asked).toBeLessThan(6);
    scorer.answer = healthy;
    let i = 0;
    while (sink.records.at(-1)?.attributes['anomaly.unscored'] !== undefined && i++ < 200) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await postLogs(processor.httpUrl, logsRequest([`again ${i}`]));
    }
    expect(sink.records.at(-1)?.attributes).not.toHaveProperty('anomaly.unscored');
    expect(sink.records).toHaveLength(20 + i);
  });

  it('only scores in tap mode: nothing is forwarded and the client is thanked', async () => {
    const { processor, sink, scorer } = await start({}, { mode: 'tap' });
    expect((await postLogs(processor.httpUrl, logsRequest(['one']))).status).toBe(200);
    expect(scorer.received).toHaveLength(1);
    expect(sink.received).toHaveLength(0);
  });

  it('sends tenant, and asks for texts when everything is to be annotated', async () => {
    const { processor, sink, scorer } = await start({}, { annotate: 'full' });
    await postLogs(processor.httpUrl, logsRequest(['one']), { 'x-scope-orgid': 'team-a' });
    expect(scorer.received[0].headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'x-scope-orgid': 'team-a',
      'x-seismo-texts': 'true',
    });
    expect(scorer.received[0].headers).not.toHaveProperty('x-seismo-learn');
    expect(sink.received[0].headers).toMatchObject({ 'x-scope-orgid': 'team-a', 'x-seismo-hops': '1' });
  });

  it('does not call the scorer or the next hop for an empty request', async () => {
    const { processor, sink, scorer } = await start();
    for (const empty of [Buffer.alloc(0), logsRequest([])])
      expect((await postLogs(processor.httpUrl, empty)).status).toBe(200);
    expect(scorer.received).toHaveLength(0);
    expect(sink.received).toHaveLength(0);
  });

  it('gives a scorer in the same process the same request, and closes only its own', async () => {
    const sink = await new Sink().start();
    stops.push(() => sink.stop());
    let closed = false;
    const asked: unknown[] = [];
    const scorer = {
      score: (request: { records: number; tenant: string; learn: boolean }) => {
        asked.push({ records: request.records, tenant: request.tenant, learn: request.learn });
        return Promise.reject(new Error('the engine is busy'));
      },
      close: async () => void (closed = true),
    };
    const config = { otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'silent', forward: { url: sink.url } };
    const processor = await startProcessor(parseConfig(config), scorer);
    await postLogs(processor.httpUrl, logsRequest(['one']));
    await eventually('the record', () => sink.records.length === 1);
    await processor.close();
    expect(sink.records[0].attributes['anomaly.unscored']).toBe('backend_error');
    expect(asked).toEqual([{ records: 1, tenant: '', learn: true }]);
    expect(closed).toBe(false);
  });
});
