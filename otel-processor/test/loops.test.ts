/** Records do not go round in circles. */
import { afterEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config.ts';
import { StartError } from '../src/errors.ts';
import { startProcessor } from '../src/main.ts';
import type { Processor } from '../src/main.ts';
import { decodeStatus } from '../src/otlp/status.ts';
import { logsRequest } from './messages.ts';
import { ConstantScorer, Sink, exportLogs, postLogs } from './neighbours.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function start(settings: Record<string, unknown> = {}): Promise<Processor> {
  const ports = { otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'silent' };
  const processor = await startProcessor(parseConfig({ ...ports, ...settings }));
  stops.push(() => processor.close());
  return processor;
}

async function rig(): Promise<{ processor: Processor; sink: Sink; scorer: ConstantScorer }> {
  const sink = await new Sink().start();
  const scorer = await new ConstantScorer().start();
  stops.push(
    () => sink.stop(),
    () => scorer.stop(),
  );
  const scoring = { endpoint: scorer.url, timeoutMs: 5000 };
  return { processor: await start({ forward: { url: sink.url }, scoring }), sink, scorer };
}

describe('the loop guard', () => {
  it('passes records that carry our mark on as they are, unscored, and counts them', async () => {
    const { processor, sink, scorer } = await rig();
    for (const mark of ['anomaly.unscored', 'anomaly.score']) {
      const marked = logsRequest(['one', 'two'], { [mark]: 'before' });
      expect((await postLogs(processor.httpUrl, marked)).status).toBe(200);
      expect(sink.received.at(-1)?.body.equals(marked)).toBe(true);
    }
    expect(scorer.received).toHaveLength(0);
    expect(processor.stats()).toMatchObject({ looped: 4, scored: 0, forwarded: 4 });
  });

  it('leaves the marked records of a mixed batch as they are', async () => {
    const { processor, sink } = await rig();
    const mixed = Buffer.concat([logsRequest(['old'], { 'anomaly.unscored': 'timeout' }), logsRequest(['new'])]);
    await postLogs(processor.httpUrl, mixed);
    expect(sink.records.map(({ body, attributes }) => [body, Object.keys(attributes)])).toEqual([
      ['old', ['anomaly.unscored']],
      ['new', ['anomaly.score', 'anomaly.template.id']],
    ]);
    expect(processor.stats()).toMatchObject({ looped: 1, scored: 1 });
  });

  it('counts hops in a header and refuses for good what has gone too far, saying so', async () => {
    const { processor, sink } = await rig();
    expect((await postLogs(processor.httpUrl, logsRequest(['one']), { 'x-seismo-hops': '3' })).status).toBe(200);
    expect(sink.received[0].headers['x-seismo-hops']).toBe('4');
    const refused = await postLogs(processor.httpUrl, logsRequest(['one']), { 'x-seismo-hops': '4' });
    expect(refused.status).toBe(400);
    expect(decodeStatus(refused.body).message).toContain('x-seismo-hops is 4, more than 3');
    const called = await exportLogs(processor.grpcUrl, logsRequest(['one']), { headers: { 'x-seismo-hops': '9' } });
    expect(called.code).toBe(3);
    expect(sink.received).toHaveLength(1);
  });

  it('ends a real circle of processors', async () => {
    // Unmarked all the way round: each writes a mark of its own name, as differently configured processors would.
    const first = await start({ attributes: { unscored: 'first.unscored', score: 'first.score' } });
    const { port } = new URL(first.httpUrl);
    await first.close();
    const closing = { scoring: { timeoutMs: 50 } };
    const second = await start({
      ...{ ...closing, forward: { url: `http://127.0.0.1:${port}` } },
      attributes: { unscored: 'second.unscored', score: 'second.score' },
    });
    await start({
      ...{ ...closing, otlpHttpPort: Number(port), forward: { url: second.httpUrl } },
      attributes: { unscored: 'first.unscored', score: 'first.score' },
    });
    const answer = await postLogs(second.httpUrl, logsRequest(['round and round']));
    // The second meeting of the same processor finds its own mark; either net may be the one that holds, but one does.
    expect(answer.status).toBe(400);
  });

  it.each([
    ['http://127.0.0.1', '127.0.0.1'],
    ['http://localhost', '127.0.0.1'],
    ['http://0.0.0.0', '127.0.0.1'],
    ['http://127.0.0.1', '0.0.0.0'],
    ['http://[::1]', '::'],
  ])('refuses at start to forward to itself: %s while listening on %s', async (origin, host) => {
    const before = await start({ host }).catch((error: Error) => error);
    // A machine without IPv6 has no such listener to loop into.
    if (before instanceof Error) return;
    const { port } = new URL(before.httpUrl);
    await before.close();
    const circle = start({ host, otlpHttpPort: Number(port), forward: { url: `${origin}:${port}` } });
    await expect(circle).rejects.toThrow(StartError);
    await expect(circle).rejects.toThrow(`own listener (otlpHttpPort ${port})`);
  });

  it('lets the same port of another machine pass', async () => {
    const before = await start();
    const { port } = new URL(before.httpUrl);
    await before.close();
    await start({ otlpHttpPort: Number(port), forward: { url: `http://192.0.2.1:${port}` } });
  });
});
