/** Messages between the demo and the shop's process. */

/** To the shop. Each but `stop` is answered with `done`. */
export type Order =
  { readonly kind: 'begin'; readonly fault: string } | { readonly kind: 'recover' } | { readonly kind: 'stop' };

/** From the shop: it is open; the last order is done. */
export interface Report {
  readonly kind: 'open' | 'done';
}
