/** The catalogue: products and search. Its faulty release answers every fourth product page with an error. */
import type { ShopContext } from '../context.ts';
import { type Answer, type HttpService, serve } from '../http-service.ts';

const VERSIONS = { stable: '4.1.3', faulty: '4.2.0' } as const;
const FAULTY_SHARE = 0.25;

export interface Catalogue extends HttpService {
  /** Deploys the release that the conditions name. */
  deploy(): Promise<void>;
}

export async function startCatalogue({ http, random, clock, conditions, log: open }: ShopContext): Promise<Catalogue> {
  let live = conditions.catalogueRelease;
  const log = open('catalogue', VERSIONS[live]);

  const view = async (id: string): Promise<Answer> => {
    const cached = random.chance(0.85);
    const ms = await clock.work(cached ? 3 : 24);
    if (live === 'faulty') {
      if (random.chance(FAULTY_SHARE)) {
        log.error(`Cannot render price of ${id}: TypeError: Cannot read properties of undefined (reading 'currency')`);
        return { status: 500 };
      }
      log.info(`Rendered ${id} with layout grid-b for segment ${random.between(1, 6)} in ${ms} ms`);
    } else if (cached) log.info(`Product ${id} served from cache in ${ms} ms`);
    else log.info(`Product ${id} loaded from database in ${ms} ms, cache updated`);
    return { status: 200, body: { id, price: random.between(900, 15_000) / 100 } };
  };

  const search = async (query: string): Promise<Answer> => {
    const slow = random.chance(0.06);
    const ms = await clock.work(slow ? 400 : 22);
    const found = random.between(0, 60);
    if (slow) log.warn(`Slow search for "${query}": ${ms} ms, ${found} results`);
    else log.info(`Search for "${query}" returned ${found} results in ${ms} ms`);
    return { status: 200, body: { found } };
  };

  const service = await serve(http, (_method, target) =>
    target.pathname === '/search'
      ? search(target.searchParams.get('q') ?? '')
      : view(target.pathname.slice('/products/'.length)),
  );
  log.info(`Catalogue ${VERSIONS[live]} listening on port ${service.port}`);
  return {
    ...service,
    async deploy() {
      if (live === conditions.catalogueRelease) return;
      log.info('Received SIGTERM, draining connections');
      live = conditions.catalogueRelease;
      await log.release(VERSIONS[live]);
      log.info(`Catalogue ${VERSIONS[live]} listening on port ${service.port}`);
    },
  };
}
