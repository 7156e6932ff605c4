/** Takes orders from the queue, books the parcel and sends the confirmation. */
import { context, trace } from '@opentelemetry/api';
import type { ShopContext } from '../context.ts';
import { call } from '../http-service.ts';

const POLL_EVERY_MS = 200;

export function startShippingWorker(
  { http, random, clock, conditions, log: open }: ShopContext,
  queueUrl: string,
): void {
  const log = open('shipping-worker', '1.9.5');
  const tracer = trace.getTracer('demo-shop');

  const take = async (): Promise<void> => {
    const { status, body } = await call(http, 'GET', `${queueUrl}/orders`);
    if (status !== 200) return;
    const ms = await clock.work(45);
    const depot = random.pick(['Lyon', 'Leipzig', 'Gdansk', 'Porto']);
    log.info(`Parcel booked for order ${body.order} from depot ${depot} in ${ms} ms`);
    if (random.chance(0.05)) log.error(`Confirmation of order ${body.order} bounced: mailbox of ${body.user} is full`);
    else log.info(`Confirmation of order ${body.order} sent to ${body.user}`);
  };

  let busy = false;
  clock.beat(POLL_EVERY_MS, () => {
    if (busy || !conditions.workerConsumes) return;
    busy = true;
    const span = tracer.startSpan('ship');
    void context.with(trace.setSpan(context.active(), span), take).finally(() => {
      span.end();
      busy = false;
    });
  });
  log.info('Worker subscribed to queue orders');
}
