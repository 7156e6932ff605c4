/**
 * Grafana's protocol of datasources (queries, resources, health) on one side, the HTTP API of the scoring backend on the
 * other. In Grafana the Go backend of the datasource does this; here there is no server between.
 */

/** An answer as Grafana's server would give it. */
export interface Answer {
  readonly status: number;
  readonly data: unknown;
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly body: unknown;
  readonly signal: AbortSignal;
}

/** What Grafana adds to a query for itself, and the backend would refuse. */
const GRAFANA_FIELDS = ['datasource', 'datasourceId', 'hide', 'key', 'queryCachingTTL', 'scenario'];
const MAX_POINTS = 20_000;

/** Answers a request of @grafana/runtime from the backend at `base` (empty for where this page comes from). */
export async function answerFor(request: Request, base: string): Promise<Answer> {
  const { path, search, signal } = request;
  if (path === '/api/ds/query') return askQueries(request.body as QueryBody, base, signal);
  const [, action, rest] = /^\/api\/datasources\/uid\/[^/]+\/(health|resources)\/?(.*)$/.exec(path) ?? [];
  if (action === 'health') return health(base, signal);
  if (action === 'resources') return ask(`${base}/api/v1/${rest}${search}`, { signal });
  return { status: 404, data: { message: `not part of the workbench: ${path}` } };
}

interface QueryBody {
  readonly from: string;
  readonly to: string;
  readonly queries: readonly Record<string, unknown>[];
}

async function askQueries({ from, to, queries }: QueryBody, base: string, signal: AbortSignal): Promise<Answer> {
  const body = JSON.stringify({ from: Number(from), to: Number(to), queries: queries.map(forApi) });
  const answer = await ask(`${base}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal,
  });
  if (answer.status === 200) return answer;
  // Grafana tells a failure of the whole request once per query, with the words of the backend.
  const message = messageOf(answer);
  const results = queries.map(({ refId }) => [refId, { status: answer.status, error: message, frames: [] }]);
  return { status: answer.status, data: { results: Object.fromEntries(results), message } };
}

function forApi(query: Record<string, unknown>): Record<string, unknown> {
  const known = Object.entries(query).filter(([name]) => !GRAFANA_FIELDS.includes(name));
  const { maxDataPoints, ...rest } = Object.fromEntries(known);
  return typeof maxDataPoints === 'number' ? { ...rest, maxDataPoints: Math.min(maxDataPoints, MAX_POINTS) } : rest;
}

async function health(base: string, signal: AbortSignal): Promise<Answer> {
  const alive = await ask(`${base}/health`, { signal });
  const { version } = (alive.data ?? {}) as { version?: unknown };
  if (alive.status !== 200) return unhealthy(messageOf(alive));
  if (typeof version !== 'string') return unhealthy('something answers there, but not a scoring backend');
  const readable = await ask(`${base}/api/v1/services?limit=1`, { signal });
  if (readable.status !== 200) return unhealthy(messageOf(readable));
  return { status: 200, data: { status: 'OK', message: `the scoring backend answers (version ${version})` } };
}

function unhealthy(message: string): Answer {
  return { status: 400, data: { status: 'ERROR', message } };
}

async function ask(url: string, init: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(url, init);
    const text = await response.text();
    return { status: response.status, data: parsed(text) };
  } catch (error) {
    if (init.signal?.aborted) throw error;
    const where = new URL(url, location.origin).origin;
    return { status: 502, data: { message: `no answer from ${where}: is the scoring backend running?` } };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 200) };
  }
}

function messageOf({ status, data }: Answer): string {
  const { error, message } = (data ?? {}) as { error?: { message?: string }; message?: string };
  return error?.message ?? (message !== undefined && message !== '' ? message : `the backend answered ${status}`);
}
