/** GET /api/v1/drift: what streams are like has changed, latest first. */
import type { FastifyInstance } from 'fastify';
import { driftText } from '../explain/drift-text.ts';
import { check } from './check.ts';
import type { ApiContext } from './context.ts';
import { tenantOf } from './tenant.ts';
import { driftQuerySchema } from './types.ts';
import type { DriftResponse } from './types.ts';

export function driftRoute(app: FastifyInstance, { store }: ApiContext): void {
  app.get('/api/v1/drift', async (request): Promise<DriftResponse> => {
    const tenant = tenantOf(request.headers);
    const { from, to, service, limit, ...rest } = check(driftQuerySchema, request.query);
    const services = service === undefined ? undefined : [service];
    const rows = await store.drifts({ ...rest, tenant, services, fromMs: from, toMs: to, limit: limit + 1 });
    const drifts = rows.slice(0, limit).map((drift) => {
      const { stream, ...row } = drift;
      const { namespace, service: name, environment } = stream;
      return { namespace, service: name, environment, ...row, text: driftText(drift) };
    });
    return { drifts, hasMore: rows.length > limit };
  });
}
