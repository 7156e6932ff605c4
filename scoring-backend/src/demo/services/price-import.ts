/** A scheduled job: every 10 s it imports prices and writes one line. */
import type { ShopContext } from '../context.ts';

const EVERY_MS = 10_000;

export function startPriceImport({ random, clock, conditions, log: open }: ShopContext): void {
  const log = open('price-import', '0.8.2');
  const run = (): void => {
    if (!conditions.priceImportRuns) return;
    const ms = Math.round(random.latency(380));
    log.info(`Price import finished: 1204 prices checked, ${random.between(0, 14)} changed, took ${ms} ms`);
  };
  run();
  clock.beat(EVERY_MS, run);
}
