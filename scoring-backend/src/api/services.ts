/** GET /api/v1/services: the streams of a tenant, and how they are. */
import type { FastifyInstance } from 'fastify';
import { check } from './check.ts';
import type { ApiContext } from './context.ts';
import { tenantOf } from './tenant.ts';
import { servicesQuerySchema } from './types.ts';
import type { ServicesResponse } from './types.ts';

const DAY_MS = 86_400_000;
/** The size that is kept longest: a summary of weeks reads no more rows than it must. */
const SUMMARY_SIZE_MS = 300_000;
/** Up to here the finer windows are there, and tell of a service a minute old. */
const FINE_RANGE_MS = DAY_MS;
const FINE_SIZE_MS = 60_000;

export function servicesRoute(app: FastifyInstance, { store }: ApiContext): void {
  app.get('/api/v1/services', async (request): Promise<ServicesResponse> => {
    const tenant = tenantOf(request.headers);
    const { from, to, limit, offset } = check(servicesQuerySchema, request.query);
    const toMs = to ?? (from === undefined ? Date.now() : Math.max(Date.now(), from + DAY_MS));
    const fromMs = from ?? toMs - DAY_MS;
    const asked = { tenant, fromMs, toMs, limit: limit + 1, offset };
    const isLong = toMs - fromMs > FINE_RANGE_MS;
    let services = await store.services({ ...asked, sizeMs: isLong ? SUMMARY_SIZE_MS : FINE_SIZE_MS });
    // Nobody has been known for five minutes.
    if (isLong && services.length === 0) services = await store.services({ ...asked, sizeMs: FINE_SIZE_MS });
    return { services: services.slice(0, limit), hasMore: services.length > limit };
  });
}
