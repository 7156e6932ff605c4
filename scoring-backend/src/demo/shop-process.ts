/**
 * The demo shop as a process of its own, started by demo-shop.ts: options as JSON in the first argument, orders as
 * messages. It ends when it is told to or when its parent is gone.
 */
import type { Order, Report } from './orders.ts';
import { faultNamed } from './faults.ts';
import { openShop, type ShopOptions } from './shop.ts';

const report = (message: Report): void => void process.send?.(message);

// Ctrl-C in a terminal reaches all its processes; the parent stops this one when it is ready to.
process.on('SIGINT', () => {});

const shop = await openShop(JSON.parse(process.argv[2]) as ShopOptions);

async function stop(): Promise<void> {
  await shop.close();
  process.exit(0);
}
process.on('disconnect', () => void stop());
process.on('SIGTERM', () => void stop());
process.on('message', (order: Order) => {
  void (async () => {
    if (order.kind === 'stop') return stop();
    const fault = order.kind === 'begin' ? faultNamed(order.fault) : undefined;
    await (fault === undefined ? shop.recover() : shop.begin(fault));
    report({ kind: 'done' });
  })();
});
report({ kind: 'open' });
