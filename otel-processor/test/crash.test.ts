/** What was acknowledged upstream is downstream, however the processor ends. */
import { afterEach, describe, expect, it } from 'vitest';
import { logsRequest } from './messages.ts';
import { ConstantScorer, Sink, eventually, exportLogs, postLogs } from './neighbours.ts';
import { ProcessorProcess } from './processor-process.ts';

const KILLS = process.env.SEISMO_SOAK === '1' ? 20 : 3;
const CLIENTS = 8;
const RECORDS_PER_REQUEST = 50;

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

async function neighbours(): Promise<{ sink: Sink; scorer: ConstantScorer; flags: string[] }> {
  const sink = await new Sink().start();
  const scorer = await new ConstantScorer().start();
  stops.push(
    () => sink.stop(),
    () => scorer.stop(),
  );
  return { sink, scorer, flags: ['--forward-url', sink.url, '--scoring-endpoint', scorer.url] };
}

/** Sends without pause over both doors; keeps the ids of what was acknowledged. */
class Load {
  readonly acknowledged = new Set<string>();
  refused = 0;
  broken = 0;
  #next = 0;
  #going = true;
  readonly #clients: Promise<void>[] = [];

  constructor(processor: ProcessorProcess) {
    for (let i = 0; i < CLIENTS; i++) this.#clients.push(this.#send(processor, i % 4 === 3));
  }

  async stop(): Promise<void> {
    this.#going = false;
    await Promise.all(this.#clients);
  }

  async #send(processor: ProcessorProcess, grpc: boolean): Promise<void> {
    while (this.#going) {
      const ids = Array.from({ length: RECORDS_PER_REQUEST }, () => `${processor.pid}-${this.#next++}`);
      try {
        const batch = logsRequest(ids);
        const taken = grpc
          ? (await exportLogs(processor.grpcUrl, batch)).code === 0
          : (await postLogs(processor.httpUrl, batch)).status === 200;
        if (taken) for (const id of ids) this.acknowledged.add(id);
        else this.refused++;
      } catch {
        // The other side is gone: nothing was acknowledged, the client would send again.
        this.broken++;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  }
}

function missing(load: Load, sink: Sink): string[] {
  const arrived = new Set(sink.records.map(({ body }) => body));
  return [...load.acknowledged].filter((id) => !arrived.has(id));
}

describe('nothing acknowledged is lost', () => {
  it(`when the processor is killed under load, ${KILLS} times`, { timeout: 10_000 * KILLS }, async () => {
    const { sink, flags } = await neighbours();
    // A next hop that is slow and refuses some, over few connections: at any moment batches wait inside the processor.
    let n = 0;
    sink.answer = () => ({ status: ++n % 5 === 0 ? 503 : 200, delayMs: n % 7 });
    for (let i = 0; i < KILLS; i++) {
      const processor = await ProcessorProcess.start([...flags, '--forward-connections', '2']);
      const load = new Load(processor);
      await eventually('some load', () => load.acknowledged.size > 2000);
      await processor.stop('SIGKILL');
      await eventually('the clients to notice', () => load.broken > 0);
      await load.stop();
      expect(load.refused).toBeGreaterThan(0);
      expect(missing(load, sink)).toEqual([]);
      sink.received.length = 0;
    }
  });

  it('when it is told to stop: requests in work are finished and answered', { timeout: 30_000 }, async () => {
    const { sink, flags } = await neighbours();
    sink.answer = () => ({ delayMs: 300 });
    const processor = await ProcessorProcess.start(flags);
    const inWork = [
      postLogs(processor.httpUrl, logsRequest(['a'])).then(({ status }) => status === 200),
      exportLogs(processor.grpcUrl, logsRequest(['b'])).then(({ code }) => code === 0),
    ];
    await eventually('both downstream', () => sink.received.length === 2);
    const begin = performance.now();
    expect(await processor.stop('SIGTERM')).toBe(0);
    // It ended because it was done, well before its grace of 10 s.
    expect(performance.now() - begin).toBeLessThan(5000);
    expect(await Promise.all(inWork)).toEqual([true, true]);
    await expect(postLogs(processor.httpUrl, logsRequest(['c']))).rejects.toThrow();
  });

  it(`when it is told to stop under load, ${KILLS} times`, { timeout: 20_000 * KILLS }, async () => {
    const { sink, flags } = await neighbours();
    let n = 0;
    sink.answer = () => ({ delayMs: n++ % 7 });
    for (let i = 0; i < KILLS; i++) {
      const processor = await ProcessorProcess.start(flags);
      const load = new Load(processor);
      await eventually('some load', () => load.acknowledged.size > 2000);
      expect(await processor.stop('SIGTERM')).toBe(0);
      await load.stop();
      expect(missing(load, sink)).toEqual([]);
      sink.received.length = 0;
    }
  });

  it('and a next hop that hangs does not hold the end up beyond the grace period', { timeout: 30_000 }, async () => {
    const { sink, flags } = await neighbours();
    sink.answer = () => ({ delayMs: 60_000 });
    const processor = await ProcessorProcess.start([...flags, '--shutdown-grace-ms', '300']);
    const answer = postLogs(processor.httpUrl, logsRequest(['a'])).catch(() => 'broken');
    const call = exportLogs(processor.grpcUrl, logsRequest(['b'])).catch(() => 'broken');
    await eventually('both downstream', () => sink.received.length === 2);
    const begin = performance.now();
    expect(await processor.stop('SIGTERM')).toBe(0);
    expect(performance.now() - begin).toBeLessThan(5000);
    expect(await answer).toBe('broken');
    await call;
  });
});
