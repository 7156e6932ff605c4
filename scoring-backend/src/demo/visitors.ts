/** The shop's load: visitors who look, search, fill carts, log in and buy, and, at times, somebody who guesses passwords. */
import { address, customer, product, type ShopContext } from './context.ts';
import { call } from './http-service.ts';

const QUERIES = ['red lamp', 'oak table', 'wool blanket', 'desk', 'garden chair', 'blue vase', 'kettle', 'book shelf'];
const ATTACKER = '203.0.113.66';

/** Lets visitors come, `perSecond` requests on average. */
export function letVisitorsIn(context: ShopContext, storefrontUrl: string, perSecond: number): void {
  const { http, random, clock } = context;
  const send = (method: string, path: string, body?: unknown): void => {
    void call(http, method, storefrontUrl + path, body, 10_000);
  };
  clock.arrivals(perSecond, () => {
    const cart = `c-${random.hex(6)}`;
    const dice = random.next();
    if (dice < 0.42) send('GET', `/products/${product(random)}`);
    else if (dice < 0.57) send('GET', `/search?q=${encodeURIComponent(random.pick(QUERIES))}`);
    else if (dice < 0.72) send('POST', '/cart', { cart, id: product(random), quantity: random.between(1, 4) });
    else if (dice < 0.77) send('DELETE', '/cart', { cart, id: product(random) });
    else if (dice < 0.87) send('POST', '/login', { user: customer(random), from: address(random) });
    else send('POST', '/checkout', { cart, user: customer(random) });
  });
}

/** Guesses passwords, `perSecond` on average, until the returned function is called. */
export function guessPasswords(context: ShopContext, storefrontUrl: string, perSecond: number): () => void {
  const { http, random, clock } = context;
  const names = ['admin', 'root', 'test', 'backup'];
  return clock.arrivals(perSecond, () => {
    const body = { user: random.pick(names), from: ATTACKER, guess: true };
    void call(http, 'POST', `${storefrontUrl}/login`, body);
  });
}
