/** Who may come in: TLS with client certificates, tokens and passwords, and how much each tenant may bring. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config.ts';
import { startProcessor } from '../src/main.ts';
import type { Processor } from '../src/main.ts';
import { decodeStatus, GRPC } from '../src/otlp/status.ts';
import { authority, signedBy } from './certificates.ts';
import { logsRequest, thousandRecords } from './messages.ts';
import { ConstantScorer, eventually, exportLogs, postLogs, Sink } from './neighbours.ts';

let folder: string;
let sink: Sink;
let scorer: ConstantScorer;
const stops: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seismo-doors-'));
  sink = await new Sink().start();
  scorer = await new ConstantScorer().start();
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await sink.stop();
  await scorer.stop();
  rmSync(folder, { recursive: true });
});

async function start(settings: Record<string, unknown>): Promise<Processor> {
  const config = parseConfig({
    ...{ otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'silent', forward: { url: sink.url } },
    ...settings,
    scoring: { endpoint: scorer.url, timeoutMs: 5000, ...(settings.scoring as object | undefined) },
  });
  const processor = await startProcessor(config);
  stops.push(() => processor.close());
  return processor;
}

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The common name in the certificate that a server shows. */
function nameShownBy(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const { hostname: host, port } = new URL(url);
    const socket = connect({ host, port: Number(port), ca }, () => {
      const { CN } = socket.getPeerCertificate().subject;
      socket.destroy();
      resolve(String(CN));
    });
    socket.on('error', reject);
  });
}

describe('doors with TLS', () => {
  it('take logs from those who present a certificate of the CA, over HTTP and gRPC, and from nobody else', async () => {
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
    const { httpUrl, grpcUrl, metricsUrl } = await start({ tls, metricsPort: 0 });
    expect([httpUrl, grpcUrl, metricsUrl]).toEqual([
      expect.stringMatching(/^https:/),
      expect.stringMatching(/^https:/),
      undefined,
    ]);
    const known = { ca: ca.cert, ...client };
    expect((await postLogs(httpUrl, logsRequest(['by http']), {}, known)).status).toBe(200);
    expect((await exportLogs(grpcUrl, logsRequest(['by grpc']), { tls: known })).code).toBe(0);
    for (const unknown of [{ ca: ca.cert }, { ca: ca.cert, ...other }]) {
      await expect(postLogs(httpUrl, logsRequest(['no']), {}, unknown)).rejects.toThrow();
      const answer = await exportLogs(grpcUrl, logsRequest(['no']), { tls: unknown }).catch(() => undefined);
      expect(answer?.code).not.toBe(0);
    }
    await expect(postLogs(httpUrl.replace('https', 'http'), logsRequest(['no']))).rejects.toThrow();
    expect(sink.records.map(({ body }) => body)).toEqual(['by http', 'by grpc']);
  });

  it('show a renewed certificate without a restart, and keep the old one when the new one does not fit', async () => {
    const ca = await authority('ours');
    const [first, second, third] = await Promise.all(['first', 'second', 'third'].map((name) => signedBy(ca, name)));
    const tls = { certFile: file('cert.pem', first.cert), keyFile: file('cert.key', first.key), reloadMs: 100 };
    const { httpUrl, grpcUrl } = await start({ tls });
    expect(await nameShownBy(httpUrl, ca.cert)).toBe('first');
    let shown = 'first';
    const look = setInterval(() => void nameShownBy(grpcUrl, ca.cert).then((name) => (shown = name)), 50);
    stops.push(async () => clearInterval(look));
    // Replaced one after the other: between the two steps they do not fit.
    renameSync(file('next', second.cert), tls.certFile);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await nameShownBy(httpUrl, ca.cert)).toBe('first');
    renameSync(file('next', second.key), tls.keyFile);
    await eventually('the second certificate', () => shown === 'second');
    expect(await nameShownBy(httpUrl, ca.cert)).toBe('second');
    renameSync(file('next', third.key), tls.keyFile);
    renameSync(file('next', third.cert), tls.certFile);
    await eventually('the third certificate', () => shown === 'third');
  });

  it('reach a next hop and a backend that ask for a certificate and a token', async () => {
    const ca = await authority('ours');
    const [server, client] = await Promise.all([signedBy(ca, 'server'), signedBy(ca, 'client')]);
    const serverTls = {
      certFile: file('server.pem', server.cert),
      keyFile: file('server.key', server.key),
      clientCaFile: file('ca.pem', ca.cert),
    };
    const bearerTokenFile = file('token', 'open-sesame\n');
    const next = await start({ tls: serverTls, auth: { bearerTokenFile } });
    const clientTls = {
      caFile: serverTls.clientCaFile,
      certFile: file('client.pem', client.cert),
      keyFile: file('client.key', client.key),
    };
    const near = await start({ forward: { url: next.httpUrl, tls: clientTls, bearerTokenFile } });
    expect((await postLogs(near.httpUrl, logsRequest(['through both']))).status).toBe(200);
    expect(sink.records.map(({ body }) => body)).toEqual(['through both']);
    const nobody = await start({ forward: { url: next.httpUrl, tls: clientTls } });
    const answer = await postLogs(nobody.httpUrl, logsRequest(['without a token']));
    expect([answer.status, decodeStatus(answer.body).message]).toEqual([400, expect.stringContaining('answered 401')]);
  });

  it('say at the start which setting is wrong', async () => {
    const ca = await authority('ours');
    const [one, another] = await Promise.all([signedBy(ca, 'one'), signedBy(ca, 'another')]);
    const certFile = file('one.pem', one.cert);
    await expect(start({ tls: { certFile, keyFile: file('another.key', another.key) } })).rejects.toThrow(/^tls: /);
    await expect(start({ tls: { certFile, keyFile: join(folder, 'none') } })).rejects.toThrow(/^tls: .*ENOENT/);
    await expect(start({ auth: { basicFile: file('users', 'nobody\n') } })).rejects.toThrow(/^auth: .*user:password/);
    await expect(start({ auth: { bearerTokenFile: file('empty', '\n') } })).rejects.toThrow(/^auth: .*found none/);
    expect(() => parseConfig({ tls: { certFile } })).toThrow(
      'tls.certFile and tls.keyFile belong together: tls.keyFile is missing',
    );
  });
});

describe('doors with credentials', () => {
  const basic = (user: string): string => `Basic ${Buffer.from(user).toString('base64')}`;

  it('open to a known token or password and to nothing else, and lose nothing they have refused', async () => {
    const auth = {
      bearerTokenFile: file('tokens', '# of the agents\nfirst-token\nsecond-token\n'),
      basicFile: file('users', 'collector:pass:word\n'),
    };
    const { httpUrl, grpcUrl } = await start({ auth });
    for (const authorization of ['Bearer first-token', 'bearer second-token', basic('collector:pass:word')]) {
      expect((await postLogs(httpUrl, logsRequest(['in']), { authorization })).status).toBe(200);
      expect((await exportLogs(grpcUrl, logsRequest(['in']), { headers: { authorization } })).code).toBe(0);
    }
    const wrong = ['Bearer third-token', 'Bearer ', 'Bearer # of the agents', basic('collector:word'), 'first-token'];
    for (const authorization of [undefined, ...wrong]) {
      const headers = authorization === undefined ? {} : { authorization };
      const answer = await postLogs(httpUrl, thousandRecords('out'), headers);
      expect(answer.status).toBe(401);
      expect(answer.headers['www-authenticate']).toBe('Bearer realm="seismo", Basic realm="seismo"');
      expect(decodeStatus(answer.body).code).toBe(GRPC.UNAUTHENTICATED);
      expect((await exportLogs(grpcUrl, logsRequest(['out']), { headers })).code).toBe(GRPC.UNAUTHENTICATED);
    }
    expect(sink.records.map(({ body }) => body)).toEqual(Array.from({ length: 6 }, () => 'in'));
  });

  it('take a new token without a restart, and the old one no longer', async () => {
    const bearerTokenFile = file('tokens', 'old\n');
    const { httpUrl } = await start({ auth: { bearerTokenFile }, tls: { reloadMs: 100 } });
    const status = async (token: string): Promise<number> =>
      (await postLogs(httpUrl, logsRequest([token]), { authorization: `Bearer ${token}` })).status;
    expect(await status('old')).toBe(200);
    renameSync(file('next', 'newer\n'), bearerTokenFile);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect([await status('old'), await status('newer')]).toEqual([401, 200]);
  });
});

describe('the share of a tenant', () => {
  it('is refused beyond its bytes per second with the time to wait, and other tenants do not notice', async () => {
    const request = thousandRecords('batch');
    // One request, and four seconds of debt.
    const tenantLimits = { bytesPerSecond: Math.floor(request.length / 4), burstBytes: 1 };
    const { httpUrl, grpcUrl } = await start({ tenantLimits });
    const send = (tenant: string) => postLogs(httpUrl, request, { 'x-scope-orgid': tenant });
    expect((await send('noisy')).status).toBe(200);
    const refused = await send('noisy');
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toMatch(/^[1-5]$/);
    expect(decodeStatus(refused.body).message).toContain('tenant noisy sends more than');
    const overGrpc = await exportLogs(grpcUrl, request, { headers: { 'x-scope-orgid': 'noisy' } });
    // With RetryInfo, which makes RESOURCE_EXHAUSTED one to be sent again.
    expect(overGrpc.code).toBe(GRPC.RESOURCE_EXHAUSTED);
    expect(decodeStatus(overGrpc.details ?? Buffer.alloc(0)).retryDelayMs).toBeGreaterThan(0);
    expect((await send('quiet')).status).toBe(200);
    await expect.poll(async () => (await send('noisy')).status, { timeout: 15_000, interval: 500 }).toBe(200);
  });
});
