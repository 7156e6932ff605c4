/** Turns carts into orders: takes the money, then queues the order for shipping. */
import type { ShopContext } from '../context.ts';
import { call, type HttpService, serve } from '../http-service.ts';

const REASONS: Readonly<Record<number, string>> = { 402: 'card declined', 504: 'payment did not answer in time' };

export async function startCheckout(context: ShopContext, paymentUrl: string, queueUrl: string): Promise<HttpService> {
  const { http, random, clock, log: open } = context;
  const log = open('checkout', '5.0.8');
  let number = random.between(410_000, 420_000);
  const service = await serve(http, async (_method, _target, { cart, user }) => {
    const order = String(number++);
    const amount = (random.between(900, 29_000) / 100).toFixed(2);
    log.info(
      `Order ${order} of customer ${user} created from cart ${cart}: ${random.between(1, 6)} items, ${amount} EUR`,
    );
    await clock.work(6);
    const paid = await call(http, 'POST', `${paymentUrl}/payments`, { order, amount });
    if (paid.status === 200) {
      await call(http, 'POST', `${queueUrl}/orders`, { order, user });
      log.info(`Order ${order} paid and queued for shipping`);
      return { status: 201, body: { order } };
    }
    if (paid.status === 402) log.warn(`Order ${order} refused: ${REASONS[402]}`);
    else log.error(`Order ${order} failed: ${REASONS[paid.status] ?? `payment answered ${paid.status}`}`);
    return { status: paid.status === 402 ? 402 : 502 };
  });
  log.info(`Checkout listening on port ${service.port}`);
  return service;
}
