/** "Save & test", as Grafana calls it, against the built binary. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { go } from '../../../otel-processor/test/needs.ts';
import { sendJson, startApi } from './api-stand-in.ts';
import type { ApiStandIn } from './api-stand-in.ts';
import { BUILD_TIMEOUT_MS, buildPlugin, NO_GO_FOR_PLUGIN } from './plugin-binary.ts';
import { startPlugin } from './plugin-process.ts';
import type { RunningPlugin } from './plugin-process.ts';

const SELF_SIGNED = readFileSync(join(import.meta.dirname, 'self-signed.pem'), 'utf8');

let api: ApiStandIn;
let plugin: RunningPlugin;

beforeAll(async () => {
  if (go === undefined) return;
  api = await startApi();
  plugin = await startPlugin(buildPlugin());
}, BUILD_TIMEOUT_MS);
beforeEach((context) => {
  context.skip(go === undefined, NO_GO_FOR_PLUGIN);
  api.override = undefined;
});
afterAll(async () => {
  if (go === undefined) return;
  await plugin.shutdown();
  await api.close();
});

describe('the health check', () => {
  it('shakes hands as go-plugin v2 over a unix socket and says that it serves', async () => {
    expect(plugin.handshake).toMatch(/^1\|2\|unix\|.+\|grpc\|/);
    expect(await plugin.serving()).toBe('SERVING');
  });

  it('is fine with a backend of the same minor version and names its version', async () => {
    expect(await plugin.health({ url: `${api.url}/` })).toEqual({
      status: 'OK',
      message: 'the scoring backend answers, version 0.1.7',
      details: { backendVersion: '0.1.7' },
    });
  });

  it('names the host that DNS does not know', async () => {
    expect(await complaint('http://no-such-host.invalid:7347')).toMatch(/^DNS: the host no-such-host\.invalid/);
  });

  it('says that nothing listens there', async () => {
    const port = await closedPort();
    expect(await complaint(`http://127.0.0.1:${port}`)).toMatch(/^connection refused: nothing listens at .*running\?$/);
  });

  it('says that the other side does not speak TLS', async () => {
    expect(await complaint(api.url.replace('http:', 'https:'))).toMatch(/^TLS: no secure connection/);
  });

  it('does not trust a certificate nobody vouches for, and trusts it when its CA is given', async () => {
    const secure = await startApi(SELF_SIGNED);
    try {
      expect(await complaint(secure.url)).toMatch(/^TLS: the certificate of https:.* is not trusted/);
      const trusting = { jsonData: { tlsAuthWithCACert: true }, secrets: { tlsCACert: SELF_SIGNED } };
      expect(await plugin.health({ url: secure.url, ...trusting })).toMatchObject({ status: 'OK' });
    } finally {
      await secure.close();
    }
  });

  it('tells 401, 403 and 404 apart, and asks a route that needs the credentials', async () => {
    const refuse = async (status: number): Promise<string> => {
      api.override = (request, response) => {
        if (request.url === '/health') return false;
        response.writeHead(status).end('<html>');
        return true;
      };
      return complaint(api.url);
    };
    expect(await refuse(401)).toMatch(/^401 unauthorized: the token or password/);
    expect(await refuse(403)).toMatch(/^403 forbidden/);
    expect(await refuse(404)).toMatch(/^404 not found: .*\/api\/v1\/services.* is not that of a scoring backend$/);
    expect(await refuse(500)).toMatch(/answered 500 Internal Server Error$/);
  });

  it('tells a backend of another version from a working one', async () => {
    const health = await plugin.health({ url: api.url, pluginVersion: '0.2.0' });
    expect(health).toEqual({
      status: 'ERROR',
      message: 'version mismatch: the scoring backend is 0.1.7, this plugin 0.2.0',
      details: { backendVersion: '0.1.7' },
    });
    api.override = (request, response) => {
      if (request.url !== '/health') return false;
      sendJson(response, 200, { status: 'ok', version: '2.0.1' });
      return true;
    };
    expect(await plugin.health({ url: api.url, pluginVersion: '2.9.0' })).toMatchObject({ status: 'OK' });
  });

  it('sees that something else answers there', async () => {
    api.override = (_request, response) => {
      response.end('<h1>It works!</h1>');
      return true;
    };
    expect(await complaint(api.url)).toMatch(/not like a scoring backend/);
  });

  it('waits no longer than the timeout', async () => {
    api.override = () => true;
    const health = await plugin.health({ url: api.url, jsonData: { timeout: 1 } });
    expect(health.message).toMatch(/^timeout: no answer from .* within 1s$/);
  });

  it('refuses settings that contradict themselves or name no address', async () => {
    expect(await complaint('seismo:7347')).toBe(
      'the URL of the datasource must be like http://seismo:7347, got "seismo:7347"',
    );
    expect(await complaint('')).toMatch(/^the URL of the datasource must be/);
    const both = { basicAuthUser: 'u', secrets: { basicAuthPassword: 'p', token: 't' } };
    expect((await plugin.health({ url: api.url, ...both })).message).toMatch(/both basic auth and a bearer token/);
    const noCa = { jsonData: { tlsAuthWithCACert: true }, secrets: { tlsCACert: 'no PEM' } };
    expect((await plugin.health({ url: api.url, ...noCa })).message).toMatch(/^the TLS settings/);
  });

  it('ends with exit code 0 when Grafana shuts it down', async () => {
    const other = await startPlugin(buildPlugin());
    expect(await other.shutdown()).toBe(0);
  });
});

async function complaint(url: string): Promise<string> {
  const { status, message } = await plugin.health({ url });
  expect(status).toBe('ERROR');
  return message;
}

/** A port that nobody listens on. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
