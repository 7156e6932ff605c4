/** However many connections bring large batches at once: the processor's memory stays small, and every batch is taken. */
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { logsRequest } from './messages.ts';
import { postLogs, Sink } from './neighbours.ts';
import { ProcessorProcess } from './processor-process.ts';

const CONNECTIONS = 64;
const RECORDS = 8192;
const REQUESTS = process.env.SEISMO_SOAK === '1' ? 6000 : 400;
const MOST_BYTES = 300_000_000;
/** Nobody listens there: records go on without a score. */
const NO_SCORER = ['--scoring-endpoint', 'http://127.0.0.1:9', '--scoring-timeout-ms', '100'];

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

describe('memory', () => {
  it(
    `stays under 300 MB with ${CONNECTIONS} connections that send ${RECORDS} records at a time`,
    { timeout: 120_000 + REQUESTS * 200 },
    async (context) => {
      context.skip(process.platform !== 'linux', 'the resident set of a process is read from /proc');
      const sink = await new Sink().start();
      sink.answer = () => {
        sink.received.length = 0;
        return { delayMs: 10 };
      };
      const processor = await ProcessorProcess.start(['--forward-url', sink.url, ...NO_SCORER]);
      stops.push(
        () => sink.stop(),
        () => processor.stop('SIGKILL'),
      );
      let most = 0;
      const watch = setInterval(() => {
        const status = readFileSync(`/proc/${processor.pid}/status`, 'latin1');
        most = Math.max(most, Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024);
      }, 50);
      stops.push(async () => clearInterval(watch));
      const filler = 'GET /api/cart took 12 ms, status 200, user 4711, session 5f3a9c, upstream 10.0.0.7:8080';
      const attributes = { 'http.request.method': 'POST', 'code.function.name': 'checkout', 'thread.name': 'worker-7' };
      const batch = logsRequest(
        Array.from({ length: RECORDS }, (_, i) => `${i} ${filler}`),
        attributes,
      );
      const statuses = new Map<number, number>();
      let next = 0;
      const connection = async (): Promise<void> => {
        while (next++ < REQUESTS) {
          const { status } = await postLogs(processor.httpUrl, batch);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: CONNECTIONS }, connection));
      // On a busy machine some wait too long for their turn; they are told to come again.
      expect([...statuses.keys()].every((status) => status === 200 || status === 503)).toBe(true);
      expect(statuses.get(200)).toBeGreaterThan(REQUESTS / 2);
      expect(most).toBeGreaterThan(50_000_000);
      expect(most).toBeLessThan(MOST_BYTES);
    },
  );
});
