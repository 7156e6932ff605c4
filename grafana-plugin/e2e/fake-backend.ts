/**
 * Stands where the scoring backend stands: the workbench's files, and an HTTP API that answers from a scenario. Only the
 * network edge is faked; everything in the browser is as built.
 */
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { queryRequestSchema, querySchema, type Query, type WireFrame } from '@seismo/scoring-backend/api';
import type { Scenario, Window } from './scenario.ts';

export const WEB_DIR = path.join(import.meta.dirname, '../workbench/dist');

/** How the API is, beside what it knows. */
export type Mood = 'well' | 'unauthorized' | 'broken' | 'down';

export interface FakeBackend {
  readonly url: string;
  scenario: Scenario;
  mood: Mood;
  /** Bodies of /api/v1/query, as they came. */
  readonly queries: unknown[];
  close(): Promise<void>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
/** No eval, no inline scripts: what a careful operator would set in front of the page. */
const POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:";

export async function startFakeBackend(scenario: Scenario): Promise<FakeBackend> {
  const state = { scenario, mood: 'well' as Mood, queries: [] as unknown[] };
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname.startsWith('/api/') || url.pathname === '/health') answerApi(state, url, request, response);
    else sendFile(url.pathname, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return Object.assign(state, { url, close });
}

function answerApi(
  state: { scenario: Scenario; mood: Mood; queries: unknown[] },
  url: URL,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): void {
  const send = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (state.mood === 'down') return void request.socket.destroy();
  if (state.mood === 'unauthorized') return void send(401, error('UNAUTHORIZED', 'the token is missing or wrong'));
  if (state.mood === 'broken') return void send(500, error('STORE', 'the store cannot be read: disk full'));
  const { scenario } = state;
  const number = (name: string, byDefault: number) => Number(url.searchParams.get(name) ?? byDefault);
  const [from, to, limit] = [number('from', 0), number('to', Infinity), number('limit', 100)];
  if (url.pathname === '/health') return void send(200, { status: 'ok', version: '0.1.0' });
  if (url.pathname === '/api/v1/services') return void send(200, { services: services(scenario, from, to, limit) });
  if (url.pathname === '/api/v1/templates') return void send(200, { templates: [], hasMore: false });
  if (url.pathname === '/api/v1/anomalies') {
    const service = url.searchParams.get('service');
    const found = scenario.anomalies.filter(
      (anomaly) => anomaly.startMs < to && anomaly.endMs > from && (service === null || anomaly.service === service),
    );
    return void send(200, { anomalies: found.slice(0, limit), hasMore: found.length > limit });
  }
  if (url.pathname !== '/api/v1/query') return void send(404, error('NOT_FOUND', `no route ${url.pathname}`));
  let text = '';
  request.on('data', (chunk) => (text += chunk));
  request.on('end', () => {
    const body: unknown = JSON.parse(text);
    state.queries.push(body);
    const envelope = queryRequestSchema.safeParse(body);
    if (!envelope.success) return void send(400, error('INVALID_REQUEST', envelope.error.message));
    const { from: fromMs, to: toMs, queries } = envelope.data;
    const results = queries.map((query) => [query.refId, answerQuery(scenario, query, fromMs, toMs)]);
    send(200, { results: Object.fromEntries(results) });
  });
}

/** The schema is the backend's own: a query that it would refuse is refused here. */
function answerQuery(scenario: Scenario, input: unknown, fromMs: number, toMs: number) {
  const query = querySchema.safeParse(input);
  if (!query.success)
    return { status: 400, frames: [], error: query.error.issues.map(({ message }) => message).join('; ') };
  const { data } = query;
  const wanted = (service: string) => !data.services || data.services.includes(service);
  return { status: 200, frames: framesOf(scenario, data, wanted, fromMs, toMs) };
}

function framesOf(
  scenario: Scenario,
  query: Query,
  wanted: (service: string) => boolean,
  fromMs: number,
  toMs: number,
): WireFrame[] {
  const { refId, queryType, field, limit } = query;
  if (queryType === 'scores')
    return [...scenario.windows]
      .filter(([service]) => wanted(service))
      .slice(0, limit)
      .flatMap(([service, all]) => {
        const windows = all.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
        return windows.length === 0 ? [] : [seriesFrame(refId, service, field, windows, scenario.sizeMs)];
      });
  const rows = scenario.anomalies.filter(
    ({ service, startMs, endMs }) => wanted(service) && startMs < toMs && endMs > fromMs,
  );
  if (rows.length === 0 || queryType === 'templates') return [];
  if (queryType === 'logs') {
    const lines = rows.flatMap(({ examples }) => examples);
    return [
      table(refId, 'logs', [
        ['timestamp', 'time', lines.map(({ timeMs }) => timeMs)],
        ['body', 'string', lines.map(({ text }) => text)],
      ]),
    ];
  }
  const shown = rows.slice(0, limit);
  return [
    table(refId, 'anomalies', [
      ['time', 'time', shown.map(({ startMs }) => startMs)],
      ['timeEnd', 'time', shown.map(({ endMs }) => endMs)],
      ['service', 'string', shown.map(({ service }) => service)],
      ['score', 'number', shown.map(({ score }) => score)],
      ['margin', 'number', shown.map(({ margin }) => margin)],
      ['reason', 'string', shown.map(({ reasons }) => reasons[0].text)],
      ['id', 'string', shown.map(({ id }) => id)],
    ]),
  ];
}

function seriesFrame(
  refId: string,
  service: string,
  field: string,
  windows: readonly Window[],
  sizeMs: number,
): WireFrame {
  const value = (window: Window) => (field === 'confidence' ? 0.9 : (window[field as keyof Window] ?? 0));
  return {
    schema: {
      refId,
      name: field,
      meta: { type: 'timeseries-multi', typeVersion: [0, 1], custom: { sizeMs, field } },
      fields: [
        { name: 'time', type: 'time', typeInfo: { frame: 'time.Time' }, config: { interval: sizeMs } },
        { name: field, type: 'number', typeInfo: { frame: 'float64' }, labels: { service }, config: {} },
      ],
    },
    data: { values: [windows.map(({ startMs }) => startMs), windows.map(value)] },
  };
}

type Column = readonly [name: string, type: 'time' | 'string' | 'number', values: unknown[]];

function table(refId: string, name: string, columns: readonly Column[]): WireFrame {
  const fields = columns.map(([column, type]) => ({ name: column, type, typeInfo: { frame: type }, config: {} }));
  return {
    schema: { refId, name, meta: { type: 'table', typeVersion: [0, 1] }, fields },
    data: { values: columns.map(([, , values]) => values) },
  };
}

function services(scenario: Scenario, from: number, to: number, limit: number) {
  return [...scenario.windows]
    .filter(([, windows]) => windows.some(({ startMs }) => startMs >= from && startMs < to))
    .slice(0, limit)
    .map(([service]) => ({ namespace: '', service, environment: '' }));
}

function sendFile(pathname: string, response: http.ServerResponse): void {
  const wanted = path.join(WEB_DIR, path.normalize(pathname));
  // The page's own paths have no extension: they are views, and the page sorts them out.
  const file = path.extname(wanted) === '' ? path.join(WEB_DIR, 'index.html') : wanted;
  fs.readFile(file, (problem, content) => {
    if (problem) response.writeHead(404).end();
    else
      response
        .writeHead(200, {
          'content-type': TYPES[path.extname(file)] ?? 'application/octet-stream',
          'content-security-policy': POLICY,
        })
        .end(content);
  });
}

function error(code: string, message: string) {
  return { error: { code, message } };
}
