/**
 * The scoring backend's API at the network edge: a small HTTP server that refuses what the real schemas refuse and
 * answers frames of the shapes the real one gives. Knobs turn it into a backend that is broken in some way.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { queryRequestSchema, querySchema } from '@seismo/scoring-backend/api';
import type { Query, QueryResponse, WireFrame } from '@seismo/scoring-backend/api';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers a request instead of the API, or returns false. */
export type Override = (request: IncomingMessage, response: ServerResponse) => boolean;

export interface ApiStandIn {
  readonly url: string;
  /** All requests so far, oldest first. */
  readonly seen: SeenRequest[];
  override: Override | undefined;
  close(): Promise<void>;
}

export const START_MS = Date.UTC(2026, 10, 20, 12);
export const STEP_MS = 60_000;

/** @param tls key and certificate, for https */
export async function startApi(tls?: string): Promise<ApiStandIn> {
  const seen: SeenRequest[] = [];
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    void text(request).then((body) => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers, body });
      if (api.override?.(request, response) === true) return;
      const [status, answer] = answerTo(method, url, body);
      sendJson(response, status, answer);
    });
  };
  const server = tls === undefined ? createServer(handle) : createTlsServer({ key: tls, cert: tls }, handle);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const api: ApiStandIn = {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    seen,
    override: undefined,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return api;
}

export function sendJson(response: ServerResponse, status: number, answer: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(answer));
}

function answerTo(method: string, url: string, body: string): [status: number, answer: unknown] {
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  switch (`${method} ${pathname}`) {
    case 'GET /health':
      return [200, { status: 'ok', version: '0.1.7' }];
    case 'GET /api/v1/services':
    case 'GET /api/v1/templates':
    case 'GET /api/v1/anomalies':
      return [200, { [pathname.split('/')[3]]: [], asked: Object.fromEntries(searchParams), hasMore: false }];
    case 'POST /api/v1/query':
      return queryAnswer(JSON.parse(body));
    default:
      return [404, { error: { code: 'NOT_FOUND', message: `there is nothing at ${pathname}` } }];
  }
}

function queryAnswer(body: unknown): [status: number, answer: unknown] {
  const request = queryRequestSchema.safeParse(body);
  if (!request.success) return [400, { error: { code: 'INVALID_REQUEST', message: request.error.message } }];
  const results: QueryResponse['results'] = {};
  for (const input of request.data.queries) {
    const query = querySchema.safeParse(input);
    results[input.refId] = query.success
      ? { status: 200, frames: framesOf(query.data) }
      : { status: 400, frames: [], error: query.error.issues[0].message, errorSource: 'downstream' };
  }
  return [200, { results } satisfies QueryResponse];
}

/** Two services, and none that is called `nobody`. */
function framesOf(query: Query): WireFrame[] {
  const services = (query.services ?? ['checkout', 'payments']).filter((service) => service !== 'nobody');
  if (services.length === 0) return [];
  if (query.queryType === 'scores') return services.map((service, index) => series(query, service, index));
  return [TABLES[query.queryType](query.refId)];
}

function series({ refId, field }: Query, service: string, index: number): WireFrame {
  const times = [0, 1, 2].map((step) => START_MS + step * STEP_MS);
  return {
    schema: {
      refId,
      name: field,
      meta: { type: 'timeseries-multi', typeVersion: [0, 1], custom: { sizeMs: STEP_MS, field } },
      fields: [
        { name: 'time', type: 'time', typeInfo: { frame: 'time.Time' }, config: { interval: STEP_MS } },
        {
          ...{ name: field, type: 'number', typeInfo: { frame: 'float64', nullable: true } },
          labels: { service, environment: 'production' },
          config: {},
        },
      ],
    },
    data: { values: [times, [-2.5, null, 0.5 + index]] },
  };
}

const TABLES: Readonly<Record<Exclude<Query['queryType'], 'scores'>, (refId: string) => WireFrame>> = {
  anomalies: (refId) => ({
    schema: {
      ...{ refId, name: 'anomalies' },
      meta: {
        type: 'table',
        typeVersion: [0, 1],
        notices: [{ severity: 'info', text: 'Only the 1 latest is shown.' }],
      },
      fields: [
        { name: 'time', type: 'time', typeInfo: { frame: 'time.Time' }, config: {} },
        { name: 'service', type: 'string', typeInfo: { frame: 'string' }, config: {} },
        { name: 'score', type: 'number', typeInfo: { frame: 'float64', nullable: true }, config: { min: 0, max: 1 } },
      ],
    },
    data: { values: [[START_MS], ['checkout'], [0.93]] },
  }),
  templates: (refId) => ({
    schema: {
      ...{ refId, name: 'templates', meta: { type: 'table', typeVersion: [0, 1] } },
      fields: [
        { name: 'template', type: 'string', typeInfo: { frame: 'string' }, config: {} },
        { name: 'count', type: 'number', typeInfo: { frame: 'float64', nullable: true }, config: {} },
      ],
    },
    data: { values: [['order <*> paid'], [12]] },
  }),
  logs: (refId) => ({
    schema: {
      ...{ refId, name: 'logs' },
      meta: { type: 'log-lines', typeVersion: [0, 0], preferredVisualisationType: 'logs' },
      fields: [
        { name: 'timestamp', type: 'time', typeInfo: { frame: 'time.Time' }, config: {} },
        { name: 'body', type: 'string', typeInfo: { frame: 'string' }, config: {} },
        { name: 'severity', type: 'string', typeInfo: { frame: 'string' }, config: {} },
        { name: 'id', type: 'string', typeInfo: { frame: 'string' }, config: {} },
        { name: 'labels', type: 'other', typeInfo: { frame: 'json.RawMessage' }, config: {} },
      ],
    },
    data: { values: [[START_MS], ['Zahlung fehlgeschlagen: 💥'], ['error'], ['a-0'], [{ service: 'checkout' }]] },
  }),
  budget: (refId) => ({
    schema: {
      ...{ refId, name: 'budget', meta: { type: 'table', typeVersion: [0, 1] } },
      fields: [
        { name: 'week', type: 'time', typeInfo: { frame: 'time.Time' }, config: {} },
        { name: 'service', type: 'string', typeInfo: { frame: 'string' }, config: {} },
        { name: 'actual', type: 'number', typeInfo: { frame: 'float64', nullable: true }, config: {} },
      ],
    },
    data: { values: [[START_MS], ['checkout'], [1]] },
  }),
  drift: (refId) => ({
    schema: {
      ...{ refId, name: 'drift', meta: { type: 'table', typeVersion: [0, 1] } },
      fields: [
        { name: 'time', type: 'time', typeInfo: { frame: 'time.Time' }, config: {} },
        { name: 'what', type: 'string', typeInfo: { frame: 'string' }, config: {} },
      ],
    },
    data: { values: [[START_MS], ['a release brought 3 new templates']] },
  }),
  windowTemplates: (refId) => ({
    schema: {
      ...{ refId, name: 'windowTemplates', meta: { type: 'table', typeVersion: [0, 1] } },
      fields: [
        { name: 'time', type: 'time', typeInfo: { frame: 'time.Time' }, config: {} },
        { name: 'template', type: 'string', typeInfo: { frame: 'string' }, config: {} },
        { name: 'expected', type: 'number', typeInfo: { frame: 'float64', nullable: true }, config: {} },
      ],
    },
    data: { values: [[START_MS], ['order <*> paid'], [null]] },
  }),
  logVector: (refId) => ({
    schema: {
      ...{ refId, name: 'logVector', meta: { type: 'table', typeVersion: [0, 1] } },
      fields: [
        { name: 'time', type: 'time', typeInfo: { frame: 'time.Time' }, config: {} },
        { name: 'log_vector_0', type: 'number', typeInfo: { frame: 'float64', nullable: true }, config: {} },
      ],
    },
    data: { values: [[START_MS], [-0.25]] },
  }),
};
