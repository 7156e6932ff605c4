/** A scheduled job that wrote one line every 10 s stops, without a word. */
import type { Fault } from '../fault.ts';

export const silentCron: Fault = {
  name: 'silent-cron',
  title: 'the price import, due every 10 s, stops without a word',
  services: ['price-import'],
  conditions: { priceImportRuns: false },
};
