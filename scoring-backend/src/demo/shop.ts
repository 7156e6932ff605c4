/** The demo shop: nine small services on loopback under a mild steady load, and what can go wrong in them. */
import { Clockwork } from './clockwork.ts';
import { calm } from './conditions.ts';
import type { ShopContext } from './context.ts';
import type { Fault } from './fault.ts';
import { Random } from './random.ts';
import { ServiceLog } from './service-log.ts';
import { startCart } from './services/cart.ts';
import { startCatalogue } from './services/catalogue.ts';
import { startCheckout } from './services/checkout.ts';
import { startLogin } from './services/login.ts';
import { startOrderQueue } from './services/order-queue.ts';
import { startPayment } from './services/payment.ts';
import { startPriceImport } from './services/price-import.ts';
import { startShippingWorker } from './services/shipping-worker.ts';
import { startStorefront } from './services/storefront.ts';
import { startTracing } from './tracing.ts';
import { guessPasswords, letVisitorsIn } from './visitors.ts';

export interface ShopOptions {
  /** Where its logs go, for example `http://127.0.0.1:4318/v1/logs`. */
  readonly logsUrl: string;
  readonly seed: number;
  /** Requests of visitors per second; each makes two to eight log records, 2.7 on average. */
  readonly visitsPerSecond: number;
}

export interface Shop {
  begin(fault: Fault): Promise<void>;
  /** Ends whatever fault is on. */
  recover(): Promise<void>;
  /** Stops the load and the services, and sends the last records. */
  close(): Promise<void>;
}

/** Opens the shop. Once per process: tracing is global. */
export async function openShop({ logsUrl, seed, visitsPerSecond }: ShopOptions): Promise<Shop> {
  const tracing = startTracing();
  const random = new Random(seed);
  const conditions = calm();
  const logs: ServiceLog[] = [];
  const context: ShopContext = {
    http: tracing.http,
    random,
    clock: new Clockwork(random),
    conditions,
    log(service, version) {
      const log = new ServiceLog(service, version, logsUrl);
      logs.push(log);
      return log;
    },
  };

  const catalogue = await startCatalogue(context);
  const cart = await startCart(context);
  const login = await startLogin(context);
  const payment = await startPayment(context);
  const queue = await startOrderQueue(context);
  const checkout = await startCheckout(context, payment.url, queue.url);
  const storefront = await startStorefront(context, {
    products: catalogue.url,
    search: catalogue.url,
    cart: cart.url,
    login: login.url,
    checkout: checkout.url,
  });
  startShippingWorker(context, queue.url);
  startPriceImport(context);
  letVisitorsIn(context, storefront.url, visitsPerSecond);

  let stopGuessing = (): void => {};
  const apply = async (): Promise<void> => {
    stopGuessing();
    if (conditions.guessesPerSecond > 0)
      stopGuessing = guessPasswords(context, storefront.url, conditions.guessesPerSecond);
    await catalogue.deploy();
  };
  return {
    async begin(fault) {
      Object.assign(conditions, calm(), fault.conditions);
      await apply();
    },
    async recover() {
      Object.assign(conditions, calm());
      await apply();
    },
    async close() {
      context.clock.stop();
      for (const service of [storefront, checkout, payment, queue, login, cart, catalogue]) await service.close();
      await Promise.all(logs.map((log) => log.close()));
      await tracing.stop();
    },
  };
}
