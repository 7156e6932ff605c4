/** Customers log in; some mistype. While somebody guesses passwords, their attempts come here too. */
import type { ShopContext } from '../context.ts';
import { type HttpService, serve } from '../http-service.ts';

const LOCKED_AFTER = 5;

export async function startLogin({ http, random, clock, log: open }: ShopContext): Promise<HttpService> {
  const log = open('login', '1.12.0');
  let guesses = 0;
  const service = await serve(http, async (_method, _target, { user, from, guess }) => {
    const ms = await clock.work(35);
    if (guess === true) {
      guesses++;
      log.warn(`Login of ${user} from ${from} failed: wrong password`);
      if (guesses % LOCKED_AFTER === 0) log.error(`Account ${user} locked after ${LOCKED_AFTER} failed attempts`);
      return { status: 401 };
    }
    if (random.chance(0.07)) {
      log.warn(`Login of ${user} from ${from} failed: wrong password`);
      return { status: 401 };
    }
    log.info(`User ${user} logged in from ${from}, password checked in ${ms} ms`);
    return { status: 200 };
  });
  clock.beat(10_000, () => log.info(`Session store holds ${random.between(410, 470)} sessions`));
  log.info(`Login listening on port ${service.port}`);
  return service;
}
