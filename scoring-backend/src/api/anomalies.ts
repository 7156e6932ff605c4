/** GET /api/v1/anomalies: anomalies with their evidence, latest first. */
import type { FastifyInstance } from 'fastify';
import type { Anomaly } from '../engine/outputs.ts';
import { check } from './check.ts';
import type { ApiContext } from './context.ts';
import { tenantOf } from './tenant.ts';
import { anomaliesQuerySchema } from './types.ts';
import type { AnomaliesResponse, WireAnomaly } from './types.ts';

export function anomaliesRoute(app: FastifyInstance, { store }: ApiContext): void {
  app.get('/api/v1/anomalies', async (request): Promise<AnomaliesResponse> => {
    const tenant = tenantOf(request.headers);
    const { from, to, service, limit, ...rest } = check(anomaliesQuerySchema, request.query);
    const services = service === undefined ? undefined : [service];
    const rows = await store.anomalies({ ...rest, tenant, services, fromMs: from, toMs: to, limit: limit + 1 });
    return { anomalies: rows.slice(0, limit).map(wireAnomaly), hasMore: rows.length > limit };
  });
}

function wireAnomaly({ stream, reasons, examples, ...rest }: Anomaly): WireAnomaly {
  const { namespace, service, environment } = stream;
  return { ...rest, namespace, service, environment, reasons: [...reasons], examples: [...examples] };
}
