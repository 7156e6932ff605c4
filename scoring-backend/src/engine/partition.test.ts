import { afterEach, describe, expect, it } from 'vitest';
import { SCORED } from '@seismo/otel-processor/forward/verdict-batch';
import { jsonToProtobuf } from '@seismo/otel-processor/otlp/json';
import { MalformedRequest } from '@seismo/otel-processor/otlp/request-errors';
import { linesToOtlp } from '../sources/json-logs.ts';
import type { Checkpoint, CheckpointKeeper } from './checkpoint.ts';
import type { Anomaly, CatalogueChange, Gap, WindowVerdict } from './outputs.ts';
import { EngineThreads } from './partition.ts';
import type { EngineThreadsOptions } from './partition.ts';
import { engineSettings } from './settings.ts';

const T0 = Date.UTC(2026, 0, 5, 10);
const SERVICES = ['cart', 'pay', 'ship', 'mail', 'auth'];

/** Keeps checkpoints in memory, as the store keeps them on disk. */
class MemoryKeeper implements CheckpointKeeper {
  readonly checkpoints = new Map<number, Checkpoint>();
  readonly catalogue: CatalogueChange[] = [];

  async save(checkpoint: Checkpoint, catalogue: readonly CatalogueChange[]): Promise<void> {
    this.checkpoints.set(checkpoint.partition, { ...checkpoint, snapshot: checkpoint.snapshot.slice() });
    this.catalogue.push(...catalogue);
  }

  async load(): Promise<Checkpoint[]> {
    return [...this.checkpoints.values()];
  }
}

interface Heard {
  readonly windows: WindowVerdict[];
  readonly anomalies: Anomaly[];
  readonly gaps: Gap[];
  readonly trouble: string[];
}

const started: EngineThreads[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((engine) => engine.close()));
});

async function start(changes: Partial<EngineThreadsOptions> = {}): Promise<{ engine: EngineThreads; heard: Heard }> {
  const heard: Heard = { windows: [], anomalies: [], gaps: [], trouble: [] };
  const engine = await EngineThreads.start({
    ...{ workers: 1, settings: engineSettings(), tickMs: 0, checkpointMs: 3_600_000, slots: 4, slotBytes: 65_536 },
    ...{ maxQueuedBytes: 64 * 1024 * 1024, maxHeapMib: 512 },
    keeper: new MemoryKeeper(),
    onOutputs: ({ windows, anomalies, gaps }) => {
      heard.windows.push(...windows);
      heard.anomalies.push(...anomalies);
      heard.gaps.push(...gaps);
    },
    onTrouble: (event) => heard.trouble.push(event),
    ...changes,
  });
  started.push(engine);
  return { engine, heard };
}

/** One minute of all services; the templates differ by service. */
function minute(index: number, linesPerService = 60): { bytes: Uint8Array; records: number } {
  const lines = Array.from({ length: linesPerService }, (_, second) =>
    SERVICES.map((service) => ({
      ...{ service, timestamp: T0 + index * 60_000 + Math.floor((second * 60_000) / linesPerService) },
      message: `${service} handled request ${index * 1000 + second} in ${second} ms`,
    })),
  ).flat();
  // Observed later than written, as real lines are.
  return { bytes: linesToOtlp(lines, T0 + 86_400_000), records: lines.length };
}

const LEARN = { tenant: '', learn: true, texts: false };

function byIdentity<T extends { stream: { service: string } }>(rows: readonly T[]): Record<string, T[]> {
  return Object.fromEntries(
    SERVICES.map((service) => [service, rows.filter(({ stream }) => stream.service === service)]),
  );
}

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

  it('continue from a clean checkpoint as if nothing had been', async () => {
    const whole = await start({ workers: 2 });
    const keeper = new MemoryKeeper();
    const before = await start({ workers: 2, keeper });
    for (let i = 0; i < 6; i++) {
      await whole.engine.score({ ...minute(i), ...LEARN });
      await before.engine.score({ ...minute(i), ...LEARN });
    }
    await before.engine.close();
    const after = await start({ workers: 2, keeper });
    const expected = await whole.engine.score({ ...minute(6), ...LEARN });
    const answer = await after.engine.score({ ...minute(6), ...LEARN });
    expect([...answer.score]).toEqual([...expected.score]);
    expect([...answer.templateLow]).toEqual([...expected.templateLow]);
    await Promise.all([whole.engine.settled(), after.engine.settled()]);
    expect(after.engine.counters()).toEqual(whole.engine.counters());
    expect(after.heard.gaps).toEqual([]);
    const counted = new Map(
      keeper.catalogue.flatMap(({ stream, rows }) => rows.map((row) => [stream.service + row.id, row])),
    );
    expect([...counted.values()].reduce((sum, { count }) => sum + count, 0)).toBe(6 * 300);
  });

  it('go on giving verdicts while a checkpoint is written, and keep in it what came before it only', async () => {
    const keeper = new MemoryKeeper();
    const before = await start({ keeper, settings: engineSettings({ sessionIdleMs: 3_600_000 }) });
    for (let i = 0; i < 20; i++) await before.engine.score({ ...minute(i, 200), ...LEARN });
    const happened: string[] = [];
    const checkpoint = before.engine.checkpoint().then(() => happened.push('checkpoint kept'));
    const verdicts = before.engine.score({ ...minute(20), ...LEARN }).then(() => happened.push('verdicts given'));
    await Promise.all([checkpoint, verdicts]);
    expect(happened).toEqual(['verdicts given', 'checkpoint kept']);
    const after = await start({ keeper });
    await after.engine.settled();
    expect(after.engine.counters().consumed).toBe(20 * 5 * 200);
  });

  it('claim no silence for the time in which nobody was there to hear, and report it as a gap', async () => {
    const MINUTES = 180;
    const keeper = new MemoryKeeper();
    const before = await start({ keeper });
    for (let i = 0; i < MINUTES; i++) await before.engine.score({ ...minute(i, 12), ...LEARN });
    await before.engine.close();
    for (const [partition, checkpoint] of keeper.checkpoints)
      keeper.checkpoints.set(partition, { ...checkpoint, atMs: checkpoint.atMs - 1_800_000 });
    const after = await start({ keeper });
    // Half an hour later by the clock: first only ticks, then the services are heard again.
    after.engine.tick(T0 + (MINUTES + 30) * 60_000);
    for (let i = MINUTES + 30; i < MINUTES + 33; i++) await after.engine.score({ ...minute(i, 12), ...LEARN });
    await after.engine.settled();
    expect(after.heard.anomalies).toEqual([]);
    expect(Object.keys(byIdentity(after.heard.gaps)).sort()).toEqual([...SERVICES].sort());
  });

  it('start again after a thread died: the request is refused, the checkpoint restored, the gap reported', async () => {
    const { engine, heard } = await start();
    for (let i = 0; i < 3; i++) await engine.score({ ...minute(i), ...LEARN });
    await engine.checkpoint();
    await engine.score({ ...minute(3), ...LEARN });
    // No tenant can be this: the source fails on it as it would on a fault of its own.
    const tenant = { toString: 1, valueOf: 1 } as unknown as string;
    await expect(engine.score({ ...minute(4), ...LEARN, tenant })).rejects.toMatchObject({
      reason: 'backend_unavailable',
      learned: false,
    });
    expect(heard.trouble).toEqual(['engine-thread-died']);
    await expect.poll(() => engine.state().running, { timeout: 5000 }).toBe(1);
    await engine.score({ ...minute(5), ...LEARN });
    await engine.settled();
    expect(engine.counters().consumed).toBe(4 * 300);
    expect(engine.state().restarts).toBe(1);
    const gaps = byIdentity(heard.gaps);
    for (const service of SERVICES)
      expect(gaps[service]).toEqual([
        { stream: expect.objectContaining({ service }), fromMs: T0 + 179_000, toMs: T0 + 300_000 },
      ]);
  });

  it('take what comes from a source once, also when one of two threads died and the source goes back', async () => {
    const { engine, heard } = await start({ workers: 2, replays: true });
    const consume = (i: number): Promise<void> =>
      engine.consume({ ...minute(i), tenant: '' }, { source: 't/0', from: i, next: i + 1 });
    for (let i = 0; i < 3; i++) await consume(i);
    await engine.checkpoint();
    expect([engine.position('t/0'), engine.savedPosition('t/0')]).toEqual([3, 3]);
    await Promise.all([consume(3), consume(4)]);
    // A request that ends threads: they come back as they were at the checkpoint.
    const tenant = { toString: 1, valueOf: 1 } as unknown as string;
    await expect(engine.score({ ...minute(9), ...LEARN, tenant })).rejects.toThrow('died');
    await expect.poll(() => engine.state().running, { timeout: 5000 }).toBe(2);
    await expect(consume(5)).rejects.toMatchObject({ code: 'OUT_OF_STEP' });
    expect([engine.position('t/0'), engine.savedPosition('t/0')]).toEqual([3, 3]);
    for (let i = 1; i < 7; i++) await consume(i);
    await engine.settled();
    expect(engine.counters().consumed).toBe(7 * 300);
    expect(heard.gaps).toEqual([]);
    expect(engine.skipTo('t/0', 10)).toBe(3);
    await expect(consume(8)).resolves.toBeUndefined();
    expect(engine.counters().consumed).toBe(7 * 300);
  });

  it('begin anew and say so when a checkpoint cannot be read', async () => {
    const keeper = new MemoryKeeper();
    const first = await start({ keeper });
    await first.engine.close();
    const [checkpoint] = await keeper.load();
    keeper.checkpoints.set(0, { ...checkpoint, snapshot: new Uint8Array(100).fill(3) });
    const { engine, heard } = await start({ keeper });
    expect(heard.trouble).toEqual(['checkpoint-unreadable']);
    expect((await engine.score({ ...minute(0), ...LEARN })).records).toBe(300);
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

  it('keep a first checkpoint soon after the first records, without waiting for the interval', async () => {
    const keeper = new MemoryKeeper();
    const { engine } = await start({ keeper });
    await engine.score({ ...minute(0), ...LEARN });
    await expect.poll(() => keeper.checkpoints.size, { timeout: 5000 }).toBe(1);
  });

  it('end after a while when their last checkpoint cannot be kept', async () => {
    const keeper = new MemoryKeeper();
    const { engine } = await start({ keeper });
    keeper.save = () => new Promise(() => undefined);
    const began = performance.now();
    await engine.close(200);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(engine.state().running).toBe(0);
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
