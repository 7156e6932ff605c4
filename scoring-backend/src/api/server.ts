/** The HTTP server: routes, and what all of them share: limits, raw bodies, errors as JSON. */
import type { Server } from 'node:https';
import { Admission } from '@seismo/otel-processor/admission';
import { Unauthenticated } from '@seismo/otel-processor/errors';
import Fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SeismoError } from '../errors.ts';
import { anomaliesRoute } from './anomalies.ts';
import { budgetRoute } from './budget.ts';
import type { ApiContext } from './context.ts';
import { driftRoute } from './drift.ts';
import { healthRoutes } from './health.ts';
import { logsRoute } from './logs.ts';
import { openapiRoute } from './openapi.ts';
import { otlpLogsRoute } from './otlp-logs.ts';
import { queryRoute } from './query.ts';
import { scoreRoute } from './score.ts';
import { errorBody, knownError } from './server-errors.ts';
import { servicesRoute } from './services.ts';
import { templatesRoute } from './templates.ts';
import { answerView, webPageRoutes } from './web-page.ts';

/** Headers must be here within this time, ms: a slow client holds a socket, never a thread. */
const HEADERS_TIMEOUT_MS = 60_000;

export function apiServer(context: ApiContext): FastifyInstance {
  const { doors } = context;
  const http = { headersTimeout: HEADERS_TIMEOUT_MS };
  const app: FastifyInstance = Fastify({
    bodyLimit: context.maxRequestBytes,
    logger: false,
    routerOptions: { maxParamLength: 256 },
    ...(doors.tls === undefined ? { http } : { https: { ...http, ...doors.tls.options } }),
    forceCloseConnections: true,
  });
  doors.tls?.keep(app.server as Server);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, context));
  app.setNotFoundHandler((request, reply) => answerNotFound(app, request, reply, context));
  const admission = new Admission(context.maxQueuedBytes);
  app.addHook('onRequest', async (request, reply) => {
    enter(context, request, reply);
    admit(admission, request, reply);
  });
  const routes = [
    ...[scoreRoute, otlpLogsRoute, logsRoute, healthRoutes, openapiRoute],
    ...[queryRoute, servicesRoute, templatesRoute, anomaliesRoute, budgetRoute, driftRoute],
  ];
  for (const route of routes) route(app, context);
  if (context.pageFolder !== undefined) webPageRoutes(app, context.pageFolder);
  return app;
}

/** Before anything else is done for a request. @throws Unauthenticated, RateLimited */
function enter({ doors }: ApiContext, request: FastifyRequest, reply: FastifyReply): void {
  try {
    doors.enter(request.url.split('?', 1)[0], request.headers);
  } catch (error) {
    // On the raw answer: OTLP's route writes it by itself.
    if (error instanceof Unauthenticated) reply.raw.setHeader('www-authenticate', doors.challenge);
    throw error;
  }
}

/** What is assumed of a body that does not say its length. */
const UNKNOWN_LENGTH = 1024 * 1024;

/** Bodies are held in memory: more of them than the limit are turned away before they are read. */
function admit(admission: Admission, request: FastifyRequest, reply: FastifyReply): void {
  const { 'content-length': announced, 'transfer-encoding': chunked } = request.headers;
  const bytes = announced === undefined ? (chunked === undefined ? 0 : UNKNOWN_LENGTH) : Number(announced);
  if (bytes === 0) return;
  if (!admission.tryTake(bytes))
    throw new SeismoError(
      'ENGINE_BUSY',
      `${admission.used} bytes of requests are in work; with ${bytes} more it would be above ${admission.limit}`,
    );
  reply.raw.once('close', () => admission.give(bytes));
}

/** The one place that turns errors into HTTP, but for OTLP's own form of them (otlp-logs.ts). */
function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply, { log }: ApiContext): void {
  const known = knownError(error);
  if (known.code === 'INTERNAL' || known.code === 'STORE_UNAVAILABLE')
    log.error({ event: 'api.request.failed', route: request.routeOptions.url, err: error }, 'a request failed');
  if (known.retryable) reply.header('retry-after', String(Math.ceil(known.retryMs / 1000)));
  void reply.code(known.status).send(errorBody(known));
}

const METHODS = ['GET', 'POST'] as const;

function answerNotFound(
  app: FastifyInstance,
  request: FastifyRequest,
  reply: FastifyReply,
  { pageFolder }: ApiContext,
): void {
  const path = request.url.split('?', 1)[0];
  const allowed = METHODS.filter((method) => app.hasRoute({ method, url: path }));
  if (allowed.length === 0 && pageFolder !== undefined && answerView(path, request, reply)) return;
  const error =
    allowed.length === 0
      ? new SeismoError('NOT_FOUND', `there is nothing at ${path}; /openapi.json lists what there is`)
      : new SeismoError('METHOD_NOT_ALLOWED', `expected ${allowed.join(' or ')} ${path}, got ${request.method}`);
  if (allowed.length > 0) reply.header('allow', allowed.join(', '));
  void reply.code(error.status).send(errorBody(error));
}
