/** The bank behind the payment service answers too late: payments time out, checkouts fail, the storefront answers 502. */
import type { Fault } from '../fault.ts';

export const paymentTimeouts: Fault = {
  name: 'payment-timeouts',
  title: 'the bank behind the payment service stops answering in time',
  services: ['payment', 'checkout', 'storefront'],
  conditions: { acquirerTimeouts: 0.8 },
};
