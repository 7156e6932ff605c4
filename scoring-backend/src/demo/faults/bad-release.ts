/** A release of the catalogue with new messages, some of which are errors. */
import type { Fault } from '../fault.ts';

export const badRelease: Fault = {
  name: 'bad-release',
  title: 'a bad release of the catalogue goes live',
  services: ['catalogue', 'storefront'],
  conditions: { catalogueRelease: 'faulty' },
};
