/** The carts of customers, kept in memory. */
import type { ShopContext } from '../context.ts';
import { type HttpService, serve } from '../http-service.ts';

export async function startCart({ http, random, clock, log: open }: ShopContext): Promise<HttpService> {
  const log = open('cart', '2.7.1');
  const service = await serve(http, async (method, _target, body) => {
    const ms = await clock.work(4);
    const { cart, id, quantity } = body;
    if (method === 'DELETE') log.info(`Removed ${id} from cart ${cart}`);
    else log.info(`Added ${quantity} x ${id} to cart ${cart} in ${ms} ms`);
    if (random.chance(0.08)) log.warn(`Stock of ${id} is low: ${random.between(1, 5)} left`);
    return { status: 200 };
  });
  clock.beat(15_000, () => log.info(`Expired ${random.between(2, 9)} idle carts, ${random.between(180, 260)} open`));
  log.info(`Cart listening on port ${service.port}`);
  return service;
}
