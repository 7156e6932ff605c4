/** GET /api/v1/templates: the template catalogue. */
import type { FastifyInstance } from 'fastify';
import { check } from './check.ts';
import type { ApiContext } from './context.ts';
import { tenantOf } from './tenant.ts';
import { templatesQuerySchema } from './types.ts';
import type { TemplatesResponse } from './types.ts';

export function templatesRoute(app: FastifyInstance, { store }: ApiContext): void {
  app.get('/api/v1/templates', async (request): Promise<TemplatesResponse> => {
    const tenant = tenantOf(request.headers);
    const { from, to, service, limit, ...rest } = check(templatesQuerySchema, request.query);
    const services = service === undefined ? undefined : [service];
    const rows = await store.templates({ ...rest, tenant, services, fromMs: from, toMs: to, limit: limit + 1 });
    const templates = rows.slice(0, limit).map(({ stream, ...row }) => ({
      namespace: stream.namespace,
      service: stream.service,
      environment: stream.environment,
      ...row,
    }));
    return { templates, hasMore: rows.length > limit };
  });
}
