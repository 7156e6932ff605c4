/** GET /health (the process lives), /ready (it can do its work), /metrics (Prometheus text). */
import type { FastifyInstance } from 'fastify';
import type { ApiContext } from './context.ts';
import type { HealthResponse } from './types.ts';
import { VERSION } from '../version.ts';

export function healthRoutes(app: FastifyInstance, { ready, metrics }: ApiContext): void {
  app.get('/health', async (): Promise<HealthResponse> => ({ status: 'ok', version: VERSION }));
  app.get('/ready', async (_request, reply) => {
    const state = ready();
    return reply.code(state.ready ? 200 : 503).send(state);
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics()),
  );
}
