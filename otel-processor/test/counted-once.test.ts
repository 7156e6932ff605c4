/** A batch that the next hop refused comes again: it is scored again, and learned only once. */
import { afterEach, describe, expect, it } from 'vitest';
import http from 'node:http';
import { parseConfig } from '../src/config.ts';
import { startProcessor } from '../src/main.ts';
import type { Processor } from '../src/main.ts';
import { logsRequest } from './messages.ts';
import { ConstantScorer, Sink, eventually, exportLogs, postLogs, verdictsFor } from './neighbours.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(
  scoring: Record<string, unknown> = {},
): Promise<{ processor: Processor; sink: Sink; scorer: ConstantScorer }> {
  const sink = await new Sink().start();
  const scorer = await new ConstantScorer().start();
  const endpoint = scorer.url;
  const processor = await startProcessor(
    parseConfig({
      ...{ otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'silent', forward: { url: sink.url } },
      scoring: { endpoint, timeoutMs: 5000, ...scoring },
    }),
  );
  stops.push(
    () => sink.stop(),
    () => scorer.stop(),
    () => processor.close(),
  );
  return { processor, sink, scorer };
}

/** Sends a batch; the answer breaks the connection. */
function hangingUp(url: string, batch: Buffer): () => void {
  const headers = { 'content-type': 'application/x-protobuf', 'content-length': batch.length };
  const request = http.request(`${url}/v1/logs`, { method: 'POST', headers });
  request.on('error', () => undefined);
  request.end(batch);
  return () => void request.destroy();
}

const busy = () => ({ status: 503, headers: { 'retry-after': '1' } });
const fine = () => ({});

describe('counted once', () => {
  it('asks the scorer not to learn a batch that was refused and comes again, until it is taken', async () => {
    const { processor, sink, scorer } = await start();
    const batch = logsRequest(['one', 'two']);
    sink.answer = busy;
    for (let i = 0; i < 3; i++) expect((await postLogs(processor.httpUrl, batch)).status).toBe(503);
    sink.answer = fine;
    expect((await postLogs(processor.httpUrl, batch)).status).toBe(200);
    expect(scorer.received.map(({ headers }) => headers['x-seismo-learn'] ?? 'true')).toEqual([
      'true',
      'false',
      'false',
      'false',
    ]);
    expect(sink.records.map(({ attributes }) => 'anomaly.score' in attributes)).toEqual([true, true]);
    expect(processor.stats().repeated).toBe(6);
    // Taken: the same bytes are now a batch like any other.
    await postLogs(processor.httpUrl, batch);
    expect(scorer.learned).toBe(2);
  });

  it('learns other batches meanwhile, and the same bytes of another tenant', async () => {
    const { processor, sink, scorer } = await start();
    const batch = logsRequest(['one']);
    sink.answer = busy;
    await postLogs(processor.httpUrl, batch);
    await postLogs(processor.httpUrl, logsRequest(['other']));
    await postLogs(processor.httpUrl, batch, { 'x-scope-orgid': 'b' });
    expect(scorer.learned).toBe(3);
  });

  it('holds over both doors: refused over gRPC, sent again over HTTP', async () => {
    const { processor, sink, scorer } = await start();
    const batch = logsRequest(['one']);
    sink.answer = busy;
    expect((await exportLogs(processor.grpcUrl, batch)).code).toBe(14);
    await postLogs(processor.httpUrl, batch);
    expect(scorer.learned).toBe(1);
  });

  it('forgets a batch that was refused for good: it will not come again', async () => {
    const { processor, sink, scorer } = await start();
    const batch = logsRequest(['one']);
    sink.answer = () => ({ status: 400 });
    await postLogs(processor.httpUrl, batch);
    await postLogs(processor.httpUrl, batch);
    expect(scorer.learned).toBe(2);
  });

  it('learns the retry of a batch that the backend surely did not learn', async () => {
    const { processor, sink, scorer } = await start();
    const batch = logsRequest(['one']);
    const healthy = scorer.answer;
    sink.answer = busy;
    scorer.answer = () => ({ status: 500 });
    await postLogs(processor.httpUrl, batch);
    scorer.answer = healthy;
    await postLogs(processor.httpUrl, batch);
    expect(scorer.received.map(({ headers }) => headers['x-seismo-learn'] ?? 'true')).toEqual(['true']);
  });

  it('does not learn the retry of a batch whose verdicts came too late: they came, so it was learned', async () => {
    const { processor, sink, scorer } = await start({ timeoutMs: 50 });
    const batch = logsRequest(['one']);
    const healthy = scorer.answer;
    sink.answer = busy;
    scorer.answer = ({ body }) => ({ ...verdictsFor(body), delayMs: 200 });
    await postLogs(processor.httpUrl, batch);
    scorer.answer = healthy;
    await postLogs(processor.httpUrl, batch);
    expect(scorer.received.map(({ headers }) => headers['x-seismo-learn'] ?? 'true')).toEqual(['true', 'false']);
  });

  it('learns the retry when it turns out late that the backend refused the first try', async () => {
    const { processor, sink, scorer } = await start({ timeoutMs: 50 });
    const batch = logsRequest(['one']);
    const healthy = scorer.answer;
    sink.answer = busy;
    scorer.answer = () => ({ status: 500, delayMs: 150 });
    await postLogs(processor.httpUrl, batch);
    await new Promise((resolve) => setTimeout(resolve, 400));
    scorer.answer = healthy;
    await postLogs(processor.httpUrl, batch);
    expect(scorer.learned).toBe(1);
  });

  it('does not learn again what a client sends again because it hung up before the answer', async () => {
    const { processor, sink, scorer } = await start();
    const batch = logsRequest(['one']);
    sink.answer = () => ({ delayMs: 300 });
    const hangUp = hangingUp(processor.httpUrl, batch);
    await eventually('the batch downstream', () => sink.received.length === 1);
    hangUp();
    await eventually('the end of the request', () => processor.stats().forwarded === 1);
    sink.answer = fine;
    await postLogs(processor.httpUrl, batch);
    expect(scorer.received.map(({ headers }) => headers['x-seismo-learn'] ?? 'true')).toEqual(['true', 'false']);
  });

  it('learns again what comes with the same bytes after its retry was taken, also when nothing is forwarded', async () => {
    const scorer = await new ConstantScorer().start();
    stops.push(() => scorer.stop());
    const ports = { otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'silent' };
    const scoring = { endpoint: scorer.url, timeoutMs: 5000 };
    const processor = await startProcessor(parseConfig({ ...ports, mode: 'tap', scoring }));
    stops.push(() => processor.close());
    const batch = logsRequest(['one']);
    const healthy = scorer.answer;
    scorer.answer = ({ body }) => ({ ...verdictsFor(body), delayMs: 300 });
    const hangUp = hangingUp(processor.httpUrl, batch);
    await eventually('the batch at the scorer', () => scorer.received.length === 1);
    hangUp();
    await eventually('its end', () => processor.stats().consumed === 1);
    scorer.answer = healthy;
    for (let i = 0; i < 2; i++) await postLogs(processor.httpUrl, batch);
    expect(scorer.received.map(({ headers }) => headers['x-seismo-learn'] ?? 'true')).toEqual([
      'true',
      'false',
      'true',
    ]);
  });

  it('keeps a bounded number of fingerprints and counts what it forgets', async () => {
    const { processor, sink, scorer } = await start({ rememberedRefusals: 2 });
    const batches = ['one', 'two', 'three'].map((body) => logsRequest([body]));
    sink.answer = busy;
    for (const batch of batches) await postLogs(processor.httpUrl, batch);
    await postLogs(processor.httpUrl, batches[2]);
    expect(scorer.learned).toBe(3);
    await postLogs(processor.httpUrl, batches[0]);
    expect(scorer.learned).toBe(4);
    expect(await processor.metrics()).toMatch(/seismo_scoring_forgotten_total\S* [12]\b/);
  });
});
