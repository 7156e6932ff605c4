/** A small message queue between checkout and shipping. It reports its depth, and complains when nobody takes orders. */
import type { ShopContext } from '../context.ts';
import { type HttpService, serve } from '../http-service.ts';

const REPORT_EVERY_MS = 5_000;
const HIGH_WATER = 12;

interface Waiting {
  readonly order: string;
  readonly user: string;
  readonly since: number;
}

export async function startOrderQueue({ http, clock, log: open }: ShopContext): Promise<HttpService> {
  const log = open('order-queue', '3.13.1');
  const waiting: Waiting[] = [];
  let taken = 0;
  const service = await serve(http, async (method, _target, { order, user }) => {
    if (method === 'POST') {
      waiting.push({ order: String(order), user: String(user), since: performance.now() });
      return { status: 202 };
    }
    const next = waiting.shift();
    if (next === undefined) return { status: 204 };
    taken++;
    return { status: 200, body: { order: next.order, user: next.user } };
  });
  clock.beat(REPORT_EVERY_MS, () => {
    const oldest = waiting.length === 0 ? 0 : Math.round((performance.now() - waiting[0].since) / 1000);
    log.info(`Queue orders: depth ${waiting.length}, oldest message ${oldest} s, ${taken} delivered`);
    taken = 0;
    if (waiting.length < HIGH_WATER) return;
    log.warn(`Queue orders is above its high-water mark: ${waiting.length} messages, limit ${HIGH_WATER}`);
    log.error(`Consumer shipping-worker has not acknowledged any message of queue orders for ${oldest} s`);
  });
  log.info(`Queue listening on port ${service.port}`);
  return service;
}
