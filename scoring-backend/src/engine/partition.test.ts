import { afterEach, describe, expect, it } from 'vitest';
import { SCORED } from '@seismo/otel-processor/forward/verdict-batch';
import { jsonToProtobuf } from '@seismo/otel-processor/otlp/json';
import { MalformedRequest } from '@seismo/otel-processor/otlp/request-errors';
import { byIdentity, closeEngines, LEARN, minute, SERVICES, start, T0 } from '../../test/engine-threads.ts';

afterEach(closeEngines);

describe('engine threads', () => {
  it('give the same verdicts and windows whether one thread has all streams or three share them', async () => {
    const one = await start();
    const three = await start({ workers: 3 });
    for (let i = 0; i < 10; i++) {
      const request = { ...minute(i), ...LEARN, texts: true };
      const [a, b] = await Promise.all([one, three].map(({ engine }) => engine.score(request)));
      for (const column of ['score', 'confidence', 'margin', 'templateHigh', 'templateLow', 'flags'] as const)
        expect([...b[column]], column).toEqual([...a[column]]);
      for (let record = 0; record < a.records; record++) expect(b.reasons(record)).toEqual(a.reasons(record));
      expect(b.trailer.texts).toEqual(a.trailer.texts);
      for (const { engine } of [one, three]) engine.tick(T0 + (i + 1) * 60_000);
    }
    await Promise.all([one, three].map(({ engine }) => engine.settled()));
    expect(byIdentity(three.heard.windows)).toEqual(byIdentity(one.heard.windows));
    expect(one.heard.windows.length).toBeGreaterThan(SERVICES.length * 20);
    expect(three.engine.counters()).toEqual(one.engine.counters());
    expect(three.engine.state()).toMatchObject({ workers: 3, running: 3, streams: SERVICES.length });
  });

  it('score every record of a request once, however large it is and however many come at the same time', async () => {
    const { engine } = await start({ workers: 2 });
    const sizes = [1, 60, 2000];
    const requests = Array.from({ length: 30 }, (_, i) => minute(i, sizes[i % 3]));
    const answers = await Promise.all(requests.map((request) => engine.score({ ...request, ...LEARN })));
    for (const [i, answer] of answers.entries()) {
      expect(answer.records).toBe(requests[i].records);
      expect(answer.flags.every((flags) => (flags & SCORED) !== 0)).toBe(true);
    }
    await engine.settled();
    expect(engine.counters().consumed).toBe(requests.reduce((sum, { records }) => sum + records, 0));
    expect(engine.state()).toMatchObject({ queuedBytes: 0, waiting: 0, requests: 30 });
  });

  it('count a batch that comes again as repeated and learn nothing from it', async () => {
    const { engine } = await start();
    await engine.score({ ...minute(0), ...LEARN });
    await engine.score({ ...minute(0), ...LEARN, learn: false });
    await engine.settled();
    expect(engine.counters()).toMatchObject({ consumed: 300, repeated: 300 });
  });

  it('refuse malformed bytes with the reason and go on', async () => {
    const { engine, heard } = await start({ workers: 2 });
    const bytes = new Uint8Array([0x0a, 0x7f, 1]);
    await expect(engine.scoreEncoded({ bytes, ...LEARN })).rejects.toThrow(MalformedRequest);
    await expect(engine.score({ bytes, records: 1, ...LEARN })).rejects.toMatchObject({
      reason: 'backend_error',
      learned: false,
    });
    expect((await engine.score({ ...minute(0), ...LEARN })).records).toBe(300);
    expect(heard.trouble).toEqual([]);
  });

  it('answer an empty request with an empty batch', async () => {
    const { engine } = await start({ workers: 2 });
    const answer = await engine.score({ bytes: new Uint8Array(0), records: 0, ...LEARN });
    expect(answer.records).toBe(0);
  });

  it('say when a request does not hold what its sender said', async () => {
    const { engine } = await start();
    await expect(engine.score({ bytes: minute(0).bytes, records: 7, ...LEARN })).rejects.toThrow(/7 records.*300/);
  });

  it('refuse more bytes than may be queued, but never a single request', async () => {
    const { engine } = await start({ maxQueuedBytes: 1024 * 1024 });
    const large = minute(0, 4000);
    expect(large.bytes.length).toBeGreaterThan(1024 * 1024);
    const first = engine.score({ ...large, ...LEARN });
    await expect(engine.scoreEncoded({ ...minute(1), ...LEARN })).rejects.toMatchObject({
      code: 'ENGINE_BUSY',
      retryable: true,
    });
    // As a processor has to see it: the batch was not learned, so its retry is to be.
    await expect(engine.score({ ...minute(1), ...LEARN })).rejects.toMatchObject({
      name: 'ScoringFailed',
      reason: 'overloaded',
      learned: false,
    });
    expect((await first).records).toBe(large.records);
    expect(engine.state()).toMatchObject({ refused: 2, queuedBytes: 0 });
  });

  it('finish what was taken before they close, and refuse what comes after', async () => {
    const { engine } = await start();
    const taken = engine.score({ ...minute(0), ...LEARN });
    const closed = engine.close();
    expect((await taken).records).toBe(300);
    await closed;
    await expect(engine.scoreEncoded({ ...minute(1), ...LEARN })).rejects.toMatchObject({ code: 'ENGINE_DOWN' });
    await expect(engine.score({ ...minute(1), ...LEARN })).rejects.toMatchObject({ learned: false });
  });

  it('leave records out that carry the mark under the names they were given', async () => {
    const { engine } = await start({ names: { score: 'my.score' } });
    const marked = (name: string): Uint8Array =>
      jsonToProtobuf(
        Buffer.from(
          JSON.stringify({
            resourceLogs: [
              {
                scopeLogs: [
                  {
                    logRecords: [
                      { body: { stringValue: 'a' }, attributes: [{ key: name, value: { doubleValue: 0.1 } }] },
                    ],
                  },
                ],
              },
            ],
          }),
        ),
      );
    const flags: number[] = [];
    for (const name of ['my.score', 'anomaly.score'])
      flags.push((await engine.score({ bytes: marked(name), records: 1, ...LEARN })).flags[0] & SCORED);
    expect(flags).toEqual([0, SCORED]);
  });
});
