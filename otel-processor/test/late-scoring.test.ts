/** Records that went on without a score are scored late: all of them, once, in the order of their streams. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config.ts';
import { startProcessor } from '../src/main.ts';
import type { Processor } from '../src/main.ts';
import { logsRequest, readRecords } from './messages.ts';
import { ConstantScorer, eventually, postLogs, Sink, verdictsFor } from './neighbours.ts';

let dir: string;
let sink: Sink;
let scorer: ConstantScorer;
const stops: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'seismo-late-'));
  sink = await new Sink().start();
  scorer = await new ConstantScorer().start();
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await sink.stop();
  await scorer.stop();
  rmSync(dir, { recursive: true });
});

async function start(scoring: Record<string, unknown> = {}): Promise<Processor> {
  const processor = await startProcessor(
    parseConfig({
      ...{ otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'silent', forward: { url: sink.url } },
      scoring: { endpoint: scorer.url, timeoutMs: 1000, breakerPauseMs: 50, spool: { dir }, ...scoring },
    }),
  );
  stops.push(() => processor.close());
  return processor;
}

/** Bodies that the scorer has learned, in order. */
function learned(): string[] {
  return scorer.received
    .filter(({ headers }) => headers['x-seismo-learn'] !== 'false')
    .flatMap(({ body }) => readRecords(body).map((record) => record.body));
}

async function send(processor: Processor, body: string): Promise<void> {
  expect((await postLogs(processor.httpUrl, logsRequest([body]))).status).toBe(200);
}

function unscoredOf(body: string): string | undefined {
  return sink.records.find((record) => record.body === body)?.attributes['anomaly.unscored'];
}

describe('a processor with a spool', () => {
  it('has everything scored once the backend is back, in order, newer records behind older ones', async () => {
    const processor = await start();
    scorer.answer = () => ({ status: 503 });
    const bodies = Array.from({ length: 30 }, (_, i) => `record ${i}`);
    for (const body of bodies.slice(0, 20)) await send(processor, body);
    expect(learned()).toEqual([]);
    scorer.answer = ({ body }) => verdictsFor(body);
    for (const body of bodies.slice(20)) await send(processor, body);
    await eventually('all records at the scorer', () => learned().length >= bodies.length);
    expect(learned()).toEqual(bodies);
    // Forwarded at once all the same, and each says why it has no score.
    expect(sink.records.map(({ body }) => body)).toEqual(bodies);
    expect(unscoredOf('record 0')).toMatch(/overloaded|backend_unavailable/);
    expect(unscoredOf('record 19')).toMatch(/overloaded|backend_unavailable|spooled/);
    let metrics = '';
    while (!/^seismo_spool_items 0$/m.test(metrics)) {
      // Metrics come without a turn of the event loop: without this pause nothing else would ever happen.
      await new Promise((resolve) => setTimeout(resolve, 10));
      metrics = await processor.metrics();
    }
    const appended = /^seismo_spool_appended_items_total (\d+)$/m.exec(metrics)?.[1];
    const scored = /^seismo_spool_scored_items_total (\d+)$/m.exec(metrics)?.[1];
    expect([scored, Number(appended) >= 20, metrics.includes('spool_lost_items_total{')]).toEqual([
      appended,
      true,
      false,
    ]);
    await send(processor, 'and one that is on time');
    expect(unscoredOf('and one that is on time')).toBeUndefined();
  });

  it('scores after a restart what was left before it', async () => {
    scorer.answer = () => ({ status: 503 });
    const first = await start();
    for (const body of ['a', 'b', 'c']) await send(first, body);
    await stops.pop()?.();
    scorer.answer = ({ body }) => verdictsFor(body);
    const second = await start();
    await send(second, 'd');
    await eventually('all four at the scorer', () => learned().length === 4);
    expect(learned()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('does not score twice what comes again because the next hop refused it', async () => {
    const processor = await start();
    scorer.answer = () => ({ status: 503 });
    sink.answer = () => ({ status: 503 });
    expect((await postLogs(processor.httpUrl, logsRequest(['again']))).status).toBe(503);
    sink.answer = () => ({});
    await send(processor, 'again');
    scorer.answer = ({ body }) => verdictsFor(body);
    await send(processor, 'last');
    await eventually('both at the scorer', () => learned().includes('last'));
    expect(learned()).toEqual(['again', 'last']);
  });

  it('gives up a batch that the backend will never take, counts it, and goes on', async () => {
    const processor = await start();
    scorer.answer = () => ({ status: 503 });
    await send(processor, 'poison');
    await send(processor, 'fine');
    scorer.answer = ({ body }) => (readRecords(body)[0].body === 'poison' ? { status: 400 } : verdictsFor(body));
    await eventually('the other one at the scorer', () => learned().includes('fine'));
    expect(await processor.metrics()).toMatch(/^seismo_spool_lost_items_total\{reason="backend_error"\} 1$/m);
  });

  it('does not spool what a slow backend has learned after all', async () => {
    const processor = await start({ timeoutMs: 50 });
    scorer.answer = ({ body }) => ({ ...verdictsFor(body), delayMs: 300 });
    await send(processor, 'slow');
    expect(unscoredOf('slow')).toBe('timeout');
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(learned()).toEqual(['slow']);
  });
});
