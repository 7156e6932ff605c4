/**
 * POST /api/v1/query: Grafana data frames as JSON. The body is like that of Grafana's own /api/ds/query; every query is
 * answered or refused on its own.
 */
import type { FastifyInstance } from 'fastify';
import { SeismoError } from '../errors.ts';
import { check } from './check.ts';
import type { ApiContext } from './context.ts';
import { anomaliesFrames } from './query-anomalies.ts';
import { budgetFrames, driftFrames } from './query-budget.ts';
import { logsFrames } from './query-logs.ts';
import type { Asked } from './query-range.ts';
import { scoresFrames } from './query-scores.ts';
import { templatesFrames } from './query-templates.ts';
import { logVectorFrames, windowTemplatesFrames } from './query-windows.ts';
import { knownError } from './server-errors.ts';
import { tenantOf } from './tenant.ts';
import { queryRequestSchema, querySchema } from './types.ts';
import type { Query, QueryResponse, WireFrame } from './types.ts';

type Answer = (context: ApiContext, query: Query, asked: Asked) => Promise<WireFrame[]>;

const ANSWERS: Readonly<Record<Query['queryType'], Answer>> = {
  scores: scoresFrames,
  anomalies: anomaliesFrames,
  templates: templatesFrames,
  logs: logsFrames,
  budget: budgetFrames,
  drift: driftFrames,
  windowTemplates: windowTemplatesFrames,
  logVector: logVectorFrames,
};

export function queryRoute(app: FastifyInstance, context: ApiContext): void {
  app.post('/api/v1/query', async (request): Promise<QueryResponse> => {
    const tenant = tenantOf(request.headers);
    const body = check(queryRequestSchema, jsonOf(request.body as Buffer | undefined));
    if (body.from >= body.to)
      throw new SeismoError('INVALID_REQUEST', `from must be before to, got from ${body.from} and to ${body.to}`, {
        field: 'from',
      });
    const results: QueryResponse['results'] = {};
    for (const [index, query] of body.queries.entries()) {
      if (Object.hasOwn(results, query.refId))
        throw new SeismoError('INVALID_REQUEST', `queries[${index}].refId: "${query.refId}" is there twice`, {
          field: `queries[${index}].refId`,
        });
      results[query.refId] = await answer(context, query, `queries[${index}]`, {
        tenant,
        fromMs: body.from,
        toMs: body.to,
      });
    }
    return { results };
  });
}

async function answer(
  context: ApiContext,
  input: unknown,
  at: string,
  asked: Asked,
): Promise<QueryResponse['results'][string]> {
  try {
    const query = check(querySchema, input, at);
    return { status: 200, frames: await ANSWERS[query.queryType](context, query, asked) };
  } catch (error) {
    const known = knownError(error);
    if (known.status >= 500) context.log.error({ event: 'api.query.failed', err: error }, 'a query failed');
    // Grafana's alerting tells faults of the data source (downstream) from those of the plugin.
    return { status: known.status, frames: [], error: known.message, errorSource: 'downstream' };
  }
}

function jsonOf(body: Buffer | undefined): unknown {
  try {
    return JSON.parse((body ?? Buffer.alloc(0)).toString('utf8'));
  } catch (cause) {
    throw new SeismoError('INVALID_REQUEST', `the body must be JSON: ${(cause as Error).message}`, { cause });
  }
}
