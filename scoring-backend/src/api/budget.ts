/** GET /api/v1/budget: false episodes promised and episodes that came, per service and week. */
import type { FastifyInstance } from 'fastify';
import { check } from './check.ts';
import type { ApiContext } from './context.ts';
import { tenantOf } from './tenant.ts';
import { budgetQuerySchema } from './types.ts';
import type { BudgetResponse } from './types.ts';

/** What `actual` means, wherever it is shown. */
export const ACTUAL_IS_A_BOUND =
  'actual counts the episodes that were not marked as real: an upper bound of the false ones';

export function budgetRoute(app: FastifyInstance, { store }: ApiContext): void {
  app.get('/api/v1/budget', async (request): Promise<BudgetResponse> => {
    const tenant = tenantOf(request.headers);
    const { from, to, service, limit, ...rest } = check(budgetQuerySchema, request.query);
    const services = service === undefined ? undefined : [service];
    const rows = await store.budgets({ ...rest, tenant, services, fromMs: from, toMs: to, limit: limit + 1 });
    const budgets = rows.slice(0, limit).map(({ stream: { namespace, service: name, environment }, ...row }) => ({
      ...{ namespace, service: name, environment },
      ...row,
    }));
    return { note: ACTUAL_IS_A_BOUND, budgets, hasMore: rows.length > limit };
  });
}
