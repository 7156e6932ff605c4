import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { decodeStatus } from '@seismo/otel-processor/otlp/status';
import { T0, testBackend } from '../../test/recovery/running-backend.ts';
import type { TestBackend } from '../../test/recovery/running-backend.ts';
import { linesToOtlp } from '../sources/json-logs.ts';

let backend: TestBackend;

beforeAll(async () => {
  backend = await testBackend({ maxRequestBytes: 8 * 1024 * 1024 });
});
afterAll(() => backend.close());

async function get(path: string, headers: Record<string, string> = {}): Promise<{ status: number; body: unknown }> {
  const response = await fetch(backend.url + path, { headers });
  return { status: response.status, body: await response.json() };
}

async function post(path: string, body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string>) {
  return fetch(backend.url + path, { method: 'POST', body, headers });
}

const JSON_TYPE = { 'content-type': 'application/json' };
const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const TENANT_B = { 'x-scope-orgid': 'team-b' };

function refusal(code: string, message: RegExp, field?: string) {
  return { error: { code, message: expect.stringMatching(message), ...(field === undefined ? {} : { field }) } };
}

describe('health', () => {
  it('says that it lives, that it is ready, and what it counts', async () => {
    expect(await get('/health')).toEqual({ status: 200, body: { status: 'ok', version: '0.1.0' } });
    expect(await get('/ready')).toEqual({
      status: 200,
      body: {
        ready: true,
        store: true,
        workers: { running: backend.scorer.state().workers, expected: backend.scorer.state().workers },
      },
    });
    const response = await fetch(`${backend.url}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    const metrics = await response.text();
    expect(metrics).toMatch(new RegExp(`^seismo_engine_consumed_items_total ${backend.counters().consumed}$`, 'm'));
    expect(metrics).toMatch(/^# TYPE seismo_store_queue_usage gauge$/m);
  });

  it('lists all its routes in /openapi.json, and no others', async () => {
    const { body } = await get('/openapi.json');
    const { openapi, paths } = body as { openapi: string; paths: Record<string, Record<string, unknown>> };
    expect(openapi).toBe('3.1.0');
    for (const [path, methods] of Object.entries(paths))
      for (const method of Object.keys(methods)) {
        const { status } = await fetch(backend.url + path, { method: method.toUpperCase() });
        expect(`${path} ${status}`).not.toMatch(/ (404|405)$/);
      }
    expect(Object.keys(paths).sort()).toEqual([
      ...[
        '/api/v1/anomalies',
        '/api/v1/budget',
        '/api/v1/drift',
        '/api/v1/query',
        '/api/v1/services',
        '/api/v1/templates',
        '/health',
        '/logs',
        '/metrics',
      ],
      ...['/openapi.json', '/ready', '/v1/logs', '/v1/score'],
    ]);
  });

  it('names what there is when a route or a method is not there', async () => {
    expect(await get('/nothing')).toEqual({ status: 404, body: refusal('NOT_FOUND', /openapi/) });
    const response = await fetch(`${backend.url}/v1/score`);
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await response.json()).toEqual(refusal('METHOD_NOT_ALLOWED', /POST \/v1\/score, got GET/));
  });

  it('refuses a tenant that is none', async () => {
    for (const tenant of ['a|b', 'a b', '..', 'x'.repeat(151)])
      expect(await get('/api/v1/services', { 'x-scope-orgid': tenant })).toEqual({
        status: 400,
        body: refusal('INVALID_TENANT', /X-Scope-OrgID/, 'X-Scope-OrgID'),
      });
  });
});

describe('POST /v1/score', () => {
  const lines = Array.from({ length: 5 }, (_, i) => ({ service: 'score', timestamp: T0, message: `ping ${i} done` }));
  const bytes = new Uint8Array(linesToOtlp(lines, T0));

  it('answers verdicts as columns, and texts when they are asked for', async () => {
    const response = await post('/v1/score', bytes, { ...PROTOBUF, 'x-seismo-texts': 'true', ...TENANT_B });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/octet-stream');
    const verdicts = VerdictBatch.decode(new Uint8Array(await response.arrayBuffer()));
    expect(verdicts.records).toBe(5);
    expect(Object.values(verdicts.trailer.texts ?? {})).toEqual(['ping <*> done']);
    expect(new Set(verdicts.templateLow).size).toBe(1);
  });

  it('does not learn when told not to', async () => {
    await backend.settled();
    const before = backend.counters();
    await post('/v1/score', bytes, { ...PROTOBUF, 'x-seismo-learn': 'false', ...TENANT_B });
    await backend.settled();
    expect(backend.counters()).toEqual({ ...before, repeated: before.repeated + 5 });
  });

  it('reads gzip', async () => {
    const response = await post('/v1/score', new Uint8Array(gzipSync(bytes)), {
      ...PROTOBUF,
      'content-encoding': 'gzip',
    });
    expect(VerdictBatch.decode(new Uint8Array(await response.arrayBuffer())).records).toBe(5);
  });

  const bad: [string, Uint8Array<ArrayBuffer>, Record<string, string>, number, object][] = [
    ['bytes that are no request', new Uint8Array([10, 127, 1]), PROTOBUF, 400, refusal('INVALID_REQUEST', /./)],
    ['another content type', bytes, JSON_TYPE, 415, refusal('UNSUPPORTED_MEDIA_TYPE', /json/, 'content-type')],
    [
      'an unknown encoding',
      bytes,
      { ...PROTOBUF, 'content-encoding': 'br' },
      415,
      refusal('UNSUPPORTED_MEDIA_TYPE', /br/),
    ],
    ['gzip that is none', bytes, { ...PROTOBUF, 'content-encoding': 'gzip' }, 400, refusal('INVALID_REQUEST', /gzip/)],
    ['a body above the limit', new Uint8Array(9 * 1024 * 1024), PROTOBUF, 413, refusal('TOO_LARGE', /limit/)],
    [
      'a zip bomb',
      new Uint8Array(gzipSync(new Uint8Array(9 * 1024 * 1024))),
      { ...PROTOBUF, 'content-encoding': 'gzip' },
      413,
      refusal('TOO_LARGE', /8388608/),
    ],
    [
      'a flag that is none',
      bytes,
      { ...PROTOBUF, 'x-seismo-learn': 'no' },
      400,
      refusal('INVALID_REQUEST', /x-seismo-learn/, 'x-seismo-learn'),
    ],
  ];
  it.each(bad)('refuses %s', async (_what, body, headers, status, answer) => {
    const response = await post('/v1/score', body, headers);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual(answer);
  });
});

describe('bodies', () => {
  it('are turned away before they are read when too many bytes are in work', async () => {
    const small = await testBackend({ engine: { maxQueuedBytes: 1024 * 1024 } });
    const { hostname, port } = new URL(small.url);
    const held = request({ hostname, port, path: '/v1/score', method: 'POST', headers: { 'content-length': 900_000 } });
    held.on('error', () => undefined);
    held.write('a');
    const send = () =>
      fetch(`${small.url}/v1/score`, { method: 'POST', headers: PROTOBUF, body: new Uint8Array(500_000) });
    await expect.poll(async () => (await send()).status).toBe(503);
    const refused = await send();
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(await refused.json()).toEqual(refusal('ENGINE_BUSY', /900000 bytes/));
    held.destroy();
    await expect.poll(async () => (await send()).status).toBe(400);
    await small.close();
  });
});

describe('POST /v1/logs', () => {
  const otlpJson = JSON.stringify({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'json' } }] },
        scopeLogs: [{ logRecords: [{ timeUnixNano: `${T0}000000`, body: { stringValue: 'hello 1 world' } }] }],
      },
    ],
  });

  it('takes OTLP as JSON and as protobuf and answers in kind', async () => {
    await backend.settled();
    const before = backend.counters().consumed;
    const json = await post('/v1/logs', otlpJson, { ...JSON_TYPE, 'x-scope-orgid': 'team-c' });
    expect([json.status, json.headers.get('content-type'), await json.text()]).toEqual([200, 'application/json', '{}']);
    const bytes = new Uint8Array(linesToOtlp([{ service: 'pb', message: 'hello 2 world' }], T0));
    const protobuf = await post('/v1/logs', bytes, { ...PROTOBUF, 'x-scope-orgid': 'team-c' });
    expect([protobuf.status, protobuf.headers.get('content-type')]).toEqual([200, 'application/x-protobuf']);
    expect((await protobuf.arrayBuffer()).byteLength).toBe(0);
    await backend.settled();
    expect(backend.counters().consumed).toBe(before + 2);
  });

  it('takes an empty request', async () => {
    expect((await post('/v1/logs', new Uint8Array(0), PROTOBUF)).status).toBe(200);
    expect((await post('/v1/logs', '{}', JSON_TYPE)).status).toBe(200);
  });

  it('refuses what is wrong with google.rpc.Status in the encoding of the request', async () => {
    const json = await post('/v1/logs', '{"resourceLogs": 5}', JSON_TYPE);
    expect(json.status).toBe(400);
    expect(await json.json()).toMatchObject({ code: 3, message: expect.stringContaining('resourceLogs') });
    const protobuf = await post('/v1/logs', new Uint8Array([10, 127, 1]), PROTOBUF);
    expect(protobuf.status).toBe(400);
    expect(decodeStatus(new Uint8Array(await protobuf.arrayBuffer())).code).toBe(3);
    const type = await post('/v1/logs', 'x', { 'content-type': 'text/plain' });
    expect(type.status).toBe(415);
  });
});

describe('POST /logs', () => {
  const LINE = { timestamp: new Date(T0).toISOString(), service: 'lines', message: 'job 7 ended', severity: 'warn' };

  async function send(body: string, headers: Record<string, string> = JSON_TYPE) {
    const response = await post('/logs', body, { ...headers, 'x-scope-orgid': 'lines' });
    return { status: response.status, body: await response.json() };
  }

  it('takes one object, an array, and an object per line', async () => {
    const taken = (accepted: number) => ({ status: 200, body: { accepted, rejected: 0, errors: [] } });
    const metadata = { environment: 'prod', namespace: 'shop', pod: 'a', n: 1, deep: { x: [1] } };
    expect(await send(JSON.stringify({ ...LINE, source: 'host-1', metadata }))).toEqual(taken(1));
    expect(await send(JSON.stringify([LINE, { message: 'only a message' }]))).toEqual(taken(2));
    expect(await send('[]')).toEqual(taken(0));
    const ndjson = `${JSON.stringify(LINE)}\n\n${JSON.stringify({ ...LINE, severity: 17 })}\n`;
    expect(await send(ndjson, { 'content-type': 'application/x-ndjson' })).toEqual(taken(2));
    await backend.scorer.checkpoint();
    const { body } = await get('/api/v1/templates', { 'x-scope-orgid': 'lines' });
    const { templates } = body as {
      templates: { service: string; environment: string; text: string; count: number }[];
    };
    expect(templates).toContainEqual(expect.objectContaining({ service: 'lines', text: 'job <*> ended', count: 3 }));
    expect(templates).toContainEqual(
      expect.objectContaining({ service: 'lines', environment: 'prod', namespace: 'shop' }),
    );
  });

  it('takes the good lines and says of each bad one which field is wrong', async () => {
    const lines = [LINE, { ...LINE, message: 5 }, { ...LINE, timestamp: 'yesterday' }, { ...LINE, sevrity: 'x' }, 7];
    expect(await send(JSON.stringify(lines))).toEqual({
      status: 200,
      body: {
        accepted: 1,
        rejected: 4,
        errors: [
          { index: 1, field: 'message', message: 'message: expected string, received number' },
          { index: 2, field: 'timestamp', message: expect.stringMatching(/ISO 8601.*yesterday/) },
          { index: 3, field: 'sevrity', message: 'sevrity is no field of this request' },
          { index: 4, field: '', message: 'the request: expected object, received number' },
        ],
      },
    });
    const ndjson = await send(`${JSON.stringify(LINE)}\n{"message":\n`, { 'content-type': 'application/x-ndjson' });
    expect(ndjson.body).toEqual({
      ...{ accepted: 1, rejected: 1 },
      errors: [{ index: 1, field: '', message: expect.stringContaining('not JSON') }],
    });
  });

  it('answers 400 when nothing can be used', async () => {
    expect(await send('{"message":')).toEqual({ status: 400, body: refusal('INVALID_REQUEST', /must be JSON/) });
    expect(await send('{"text":"a"}')).toMatchObject({ status: 400, body: { accepted: 0, rejected: 1 } });
    expect(await send('a', { 'content-type': 'text/plain' })).toEqual({
      status: 415,
      body: refusal('UNSUPPORTED_MEDIA_TYPE', /text\/plain/, 'content-type'),
    });
  });
});
