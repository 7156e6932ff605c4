/** Payments, authorised by a bank ("acquirer") that is only played here. */
import type { ShopContext } from '../context.ts';
import { type HttpService, serve } from '../http-service.ts';

/** How long the service waits for the acquirer, in ms. */
const ACQUIRER_TIMEOUT_MS = 1_500;

export async function startPayment(context: ShopContext): Promise<HttpService> {
  const { http, random, clock, conditions, log: open } = context;
  const log = open('payment', '3.4.2');
  let number = random.between(70_000, 80_000);
  const service = await serve(http, async (_method, _target, { order, amount }) => {
    const payment = `p-${number++}`;
    const card = random.pick(['visa', 'mastercard', 'amex']);
    log.info(`Authorising payment ${payment} of ${amount} EUR for order ${order}`);
    if (random.chance(conditions.acquirerTimeouts)) {
      await clock.pause(ACQUIRER_TIMEOUT_MS);
      log.error(`Payment ${payment} timed out after ${ACQUIRER_TIMEOUT_MS} ms waiting for acquirer`);
      return { status: 504, body: { reason: 'acquirer timed out' } };
    }
    const ms = await clock.work(80);
    if (random.chance(0.06)) log.warn(`Connection to acquirer reset, retrying payment ${payment}`);
    if (random.chance(0.06)) {
      log.warn(`Payment ${payment} declined by issuer: insufficient funds`);
      return { status: 402, body: { reason: 'card declined' } };
    }
    log.info(`Payment ${payment} authorised by ${card} in ${ms} ms`);
    return { status: 200, body: { payment } };
  });
  log.info(`Payment listening on port ${service.port}`);
  return service;
}
