import { afterEach, describe, expect, it } from 'vitest';
import {
  byIdentity,
  closeEngines,
  LEARN,
  MemoryKeeper,
  minute,
  SERVICES,
  start,
  T0,
} from '../../../test/engine-threads.ts';
import { engineSettings } from '../settings.ts';

afterEach(closeEngines);

describe('engine threads and their checkpoints', () => {
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
});
