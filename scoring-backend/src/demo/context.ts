/** What every service of the shop is built from. */
import type * as Http from 'node:http';
import type { Clockwork } from './clockwork.ts';
import type { Conditions } from './conditions.ts';
import type { Random } from './random.ts';
import type { ServiceLog } from './service-log.ts';

export interface ShopContext {
  readonly http: typeof Http;
  readonly random: Random;
  readonly clock: Clockwork;
  /** What is wrong right now. */
  readonly conditions: Conditions;
  /** Opens the log of a service; the shop closes it. */
  log(service: string, version: string): ServiceLog;
}

export const PRODUCTS = 240;

/** A product number as the shop writes it: A-1043. */
export function product(random: Random): string {
  return `A-${1000 + random.between(1, PRODUCTS)}`;
}

export function customer(random: Random): string {
  return `u-${random.between(20_000, 39_999)}`;
}

/** An address of a customer, from a documentation range (RFC 5737). */
export function address(random: Random): string {
  return `198.51.100.${random.between(1, 254)}`;
}
