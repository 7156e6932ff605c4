/** Who may come in at the API: TLS with client certificates, tokens and passwords, shares of tenants; and no secret gets in. */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { authority, signedBy } from '../../otel-processor/test/certificates.ts';
import { logsRequest } from '../../otel-processor/test/messages.ts';
import type { TemplatesResponse } from '../src/api/types.ts';
import { backendConfig } from '../src/config.ts';
import { startBackend } from '../src/main.ts';
import type { Backend } from '../src/main.ts';

let folder: string;
let backend: Backend | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seismo-api-doors-'));
});
afterEach(async () => {
  await backend?.close();
  backend = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const settings = (more: object): object => ({
  ...{
    port: 0,
    dataDir: join(folder, 'data'),
    logLevel: 'silent',
    engine: { workers: 1, tickMs: 0, checkpointMs: 100 },
  },
  ...more,
});

async function start(more: object): Promise<Backend> {
  return (backend = await startBackend(backendConfig(settings(more))));
}

/** GET over TLS; the status. Rejects when the server hangs up. */
function getOver(tls: https.RequestOptions, url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    https
      .get(url, { ...tls, agent: false }, (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      })
      .on('error', reject);
  });
}

const protobuf = { 'content-type': 'application/x-protobuf' };
const json = { 'content-type': 'application/json' };

const post = (
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<Response> => fetch(url, { method: 'POST', body, headers });

describe('the API with TLS', () => {
  it('lets in who presents a certificate of the CA and nobody else', async () => {
    const [ca, stranger] = await Promise.all([authority('ours'), authority('theirs')]);
    const [server, client, other] = await Promise.all([
      signedBy(ca, 'server'),
      signedBy(ca, 'client'),
      signedBy(stranger, 'client'),
    ]);
    const tls = {
      certFile: file('server.pem', server.cert),
      keyFile: file('server.key', server.key),
      clientCaFile: file('ca.pem', ca.cert),
    };
    const { url } = await start({ tls });
    expect(url).toMatch(/^https:/);
    expect(await getOver({ ca: ca.cert, ...client }, `${url}/health`)).toBe(200);
    await expect(getOver({ ca: ca.cert, ...other }, `${url}/health`)).rejects.toThrow();
    await expect(getOver({ ca: ca.cert }, `${url}/health`)).rejects.toThrow();
  });

  it('needs a certificate and its key, and says which is missing', async () => {
    expect(() => backendConfig({ tls: { certFile: 'a.pem' } })).toThrow('tls.keyFile is missing');
    const tls = { certFile: file('a.pem', 'no certificate'), keyFile: file('a.key', 'no key') };
    await expect(start({ tls })).rejects.toThrow(/^tls: /);
  });
});

describe('the API with credentials', () => {
  const auth = (): object => ({
    bearerTokenFile: file('tokens', 'first-token\nsecond-token\n'),
    basicFile: file('users', 'grafana:pass word\n'),
  });
  const basic = (user: string): Record<string, string> => ({
    authorization: `Basic ${Buffer.from(user).toString('base64')}`,
  });
  const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });

  it.each(['/api/v1/services', '/metrics', '/openapi.json'])('opens %s to known ones only', async (path) => {
    const { url } = await start({ auth: auth() });
    const get = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${url}${path}`, { headers })).status;
    expect(await get(bearer('second-token'))).toBe(200);
    expect(await get(basic('grafana:pass word'))).toBe(200);
    expect(await get(bearer('third-token'))).toBe(401);
    expect(await get(basic('grafana:pass'))).toBe(401);
    const refused = await fetch(`${url}${path}`);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="seismo", Basic realm="seismo"');
    expect(await refused.json()).toEqual({
      error: { code: 'UNAUTHENTICATED', message: expect.stringContaining('there are none') as string },
    });
  });

  it('refuses logs of others in the words of OTLP, and scores none of them', async () => {
    const { url, counters } = await start({ auth: auth() });
    const refused = await post(`${url}/v1/logs`, '{"resourceLogs": []}', json);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toContain('Bearer');
    expect(await refused.json()).toMatchObject({ code: 16 });
    for (const path of ['/v1/score', '/v1/logs'])
      expect((await post(`${url}${path}`, new Uint8Array(logsRequest(['a'])), protobuf)).status).toBe(401);
    const known = { ...protobuf, ...bearer('first-token') };
    expect((await post(`${url}/v1/logs`, new Uint8Array(logsRequest(['b'])), known)).status).toBe(200);
    await backend?.settled();
    expect(counters().consumed).toBe(1);
  });

  it('leaves the probes of orchestrators open unless told otherwise', async () => {
    const { url } = await start({ auth: auth() });
    for (const path of ['/health', '/ready']) expect((await fetch(`${url}${path}`)).status).toBe(200);
    await backend?.close();
    const closed = await start({ auth: { ...auth(), probesOpen: false } });
    for (const path of ['/health', '/ready']) expect((await fetch(`${closed.url}${path}`)).status).toBe(401);
  });

  it('takes other credentials when the configuration is read again, and keeps the old when it is wrong', async () => {
    const { url, reload } = await start({ auth: auth() });
    const status = async (token: string): Promise<number> =>
      (await fetch(`${url}/api/v1/services`, { headers: bearer(token) })).status;
    const wrong = reload(() => backendConfig(settings({ auth: { bearerTokenFile: join(folder, 'nowhere') } })));
    expect(wrong).toMatchObject({ now: [], problems: [expect.stringContaining('nowhere')] });
    expect(await status('first-token')).toBe(200);
    const tokens = file('other-tokens', 'new-token\n');
    const done = reload(() => backendConfig(settings({ auth: { bearerTokenFile: tokens }, port: 1 })));
    expect(done).toMatchObject({
      now: [expect.stringContaining('auth.bearerTokenFile'), expect.stringContaining('auth.basicFile')],
      afterRestart: ['port: 0 → 1'],
      problems: [],
    });
    expect([await status('first-token'), await status('new-token')]).toEqual([401, 200]);
  });
});

describe('the shares of tenants', () => {
  it('bound the requests of each, and say when to come again', async () => {
    const { url } = await start({ tenantLimits: { requestsPerSecond: 1, burstRequests: 3 } });
    const get = (tenant: string): Promise<Response> =>
      fetch(`${url}/api/v1/services`, { headers: { 'x-scope-orgid': tenant } });
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await get('loud')).status);
    expect(statuses.slice(0, 3)).toEqual([200, 200, 200]);
    expect(statuses).toContain(429);
    const refused = await get('loud');
    if (refused.status === 429) expect(refused.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    expect((await get('quiet')).status).toBe(200);
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });

  it.each(['/v1/logs', '/v1/score'])('bound the bytes of logs at %s', async (path) => {
    const { url } = await start({ tenantLimits: { bytesPerSecond: 1, burstBytes: 10 } });
    const send = (tenant: string): Promise<Response> =>
      post(`${url}${path}`, new Uint8Array(logsRequest(['one line'])), { ...protobuf, 'x-scope-orgid': tenant });
    expect((await send('loud')).status).toBe(200);
    const refused = await send('loud');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1);
    expect((await send('quiet')).status).toBe(200);
  });
});

describe('logs that no processor has seen', () => {
  const SECRETS = ['kim@example.org', 'hunter2-very-secret', '4111 1111 1111 1111', 'tok-of-the-attribute'];
  const bodies = [
    `mail to ${SECRETS[0]} bounced`,
    `login failed password=${SECRETS[1]}`,
    `charged card ${SECRETS[2]} for order 12`,
  ];

  /** All that is on disk. */
  const stored = (): string =>
    readdirSync(join(folder, 'data'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n');

  it.each([
    [
      '/v1/logs in protobuf',
      (url: string) =>
        post(`${url}/v1/logs`, new Uint8Array(logsRequest(bodies, { 'api.token': SECRETS[3] })), protobuf),
    ],
    [
      '/v1/logs in JSON',
      (url: string) => {
        const attributes = [{ key: 'api.token', value: { stringValue: SECRETS[3] } }];
        const logRecords = bodies.map((body) => ({ body: { stringValue: body }, attributes, severityNumber: 17 }));
        return post(`${url}/v1/logs`, JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] }), json);
      },
    ],
    [
      '/logs',
      (url: string) => {
        const metadata = { 'api.token': SECRETS[3] };
        return post(
          `${url}/logs`,
          JSON.stringify(bodies.map((message) => ({ service: 'shop', message, metadata }))),
          json,
        );
      },
    ],
  ])('have no secret on disk when they came to %s', async (_door, send) => {
    const { url, settled, metrics, close } = await start({});
    for (let i = 0; i < 3; i++) expect((await send(url)).status).toBe(200);
    await settled();
    expect(await metrics()).toMatch(/^seismo_api_redacted_total 18$/m);
    await expect
      .poll(async () => {
        const answer = await fetch(`${url}/api/v1/templates`);
        return ((await answer.json()) as TemplatesResponse).templates;
      })
      .toHaveLength(3);
    await close();
    backend = undefined;
    const everything = stored();
    expect(everything).toContain('bounced');
    for (const secret of SECRETS) expect(everything).not.toContain(secret);
  });

  it('are stored as they came where redaction is switched off, until the configuration says otherwise', async () => {
    const { url, reload, settled, close } = await start({ redact: { enabled: false } });
    const send = async (body: string): Promise<void> => {
      const answer = await post(`${url}/v1/logs`, new Uint8Array(logsRequest([body])), protobuf);
      expect(answer.status).toBe(200);
      await settled();
    };
    await send('mail to early@example.org bounced');
    expect(reload(() => backendConfig(settings({}))).now).toContain('redact.enabled: false → true');
    await send('note to late@example.org returned');
    await close();
    backend = undefined;
    expect(stored()).toContain('early@example.org');
    expect(stored()).not.toContain('late@example.org');
  });
});
