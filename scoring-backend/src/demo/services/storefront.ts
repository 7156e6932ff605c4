/** The shop's front door: passes each request to the service behind it and writes an access line. */
import type { ShopContext } from '../context.ts';
import { call, type HttpService, serve } from '../http-service.ts';

/** Where requests go: first part of the path → base URL. */
export type Upstreams = Readonly<Record<string, string>>;

export async function startStorefront({ http, log: open }: ShopContext, upstreams: Upstreams): Promise<HttpService> {
  const log = open('storefront', '6.2.0');
  const service = await serve(http, async (method, target, body) => {
    const begin = performance.now();
    const room = target.pathname.split('/')[1];
    const upstream = upstreams[room];
    if (upstream === undefined) return { status: 404 };
    const sent = method === 'GET' ? undefined : body;
    const answer = await call(http, method, `${upstream}${target.pathname}${target.search}`, sent);
    const took = Math.round(performance.now() - begin);
    log.info(`${method} ${target.pathname} ${answer.status} ${took} ms`);
    if (answer.status >= 500) log.error(`Upstream ${room} answered ${answer.status} to ${method} ${target.pathname}`);
    return answer;
  });
  log.info(`Storefront listening on port ${service.port}`);
  return service;
}
