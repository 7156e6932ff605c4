import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testBackend, type TestBackend } from '../../test/recovery/running-backend.ts';

const SECRET = 'nobody reads this';

let outside: string;
let webDir: string;
let backend: TestBackend;

beforeAll(async () => {
  outside = mkdtempSync(join(tmpdir(), 'seismo-page-'));
  webDir = join(outside, 'dist');
  mkdirSync(join(webDir, 'assets'), { recursive: true });
  mkdirSync(join(outside, 'dist-beside'));
  const files = {
    'index.html': '<title>the page</title>',
    'assets/main.js': 'let main;',
    'assets/chunk-DUS4IWUE.js': '',
  };
  for (const [file, content] of Object.entries(files)) writeFileSync(join(webDir, file), content);
  for (const file of ['secret.txt', 'dist/.env', 'dist-beside/secret.txt']) writeFileSync(join(outside, file), SECRET);
  backend = await testBackend({ webDir });
});
afterAll(async () => {
  await backend.close();
  rmSync(outside, { recursive: true, force: true });
});

const get = (path: string, init?: RequestInit): Promise<Response> => fetch(backend.url + path, init);

/** An answer to exactly this path: `fetch` would tidy it first. */
function exactly(path: string): Promise<string> {
  const { hostname, port } = new URL(backend.url);
  const socket = connect(Number(port), hostname);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`, 'latin1');
  return text(socket);
}

describe('the web page', () => {
  it('is at / and at every path of a view, and its files are where they lie', async () => {
    for (const path of ['/', '/explore?left=1', '/d/seismograph', '/a/seismo-loganomaly-app/', '/no/such/view']) {
      const response = await get(path);
      expect([path, response.status, response.headers.get('content-type')]).toEqual([
        path,
        200,
        'text/html; charset=utf-8',
      ]);
      expect(await response.text()).toContain('the page');
    }
    const script = await get('/assets/main.js');
    expect(script.headers.get('content-type')).toContain('javascript');
    expect(await script.text()).toBe('let main;');
  });

  it('leaves the API what is its own', async () => {
    expect(await (await get('/health')).json()).toMatchObject({ status: 'ok' });
    for (const path of ['/api/v1/nothing', '/api', '/v1/nothing', '/assets/nothing.js', '/favicon.ico']) {
      const response = await get(path);
      expect([path, response.status]).toEqual([path, 404]);
      expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
    }
    expect((await get('/v1/score')).status).toBe(405);
    expect((await get('/explore', { method: 'POST' })).status).toBe(404);
  });

  it('allows no scripts but its own, no frames around it and no guessed types', async () => {
    for (const path of ['/', '/explore', '/assets/main.js']) {
      const { headers } = await get(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect(headers.get('content-security-policy')).not.toMatch(/unsafe-eval|script-src/);
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });

  it('is kept by the browser for as long as it is the same', async () => {
    expect((await get('/assets/chunk-DUS4IWUE.js')).headers.get('cache-control')).toContain('immutable');
    for (const path of ['/', '/explore', '/assets/main.js']) {
      const { headers } = await get(path);
      expect(headers.get('cache-control')).toBe('no-cache');
      const etag = headers.get('etag') ?? 'none';
      // Left to itself, fetch says that it wants no cache.
      const again = { 'if-none-match': etag, 'cache-control': 'max-age=0' };
      expect((await get(path, { headers: again })).status).toBe(304);
    }
  });

  it.each([
    ...['/../secret.txt', '/assets/../../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/%2e%2e%2fsecret.txt'],
    ...[
      '/..\\secret.txt',
      '/..%5csecret.txt',
      '//../secret.txt',
      '/assets/..;/..;/secret.txt',
      '/%252e%252e/secret.txt',
    ],
    ...['/../dist-beside/secret.txt', '/secret.txt%00.js', '/.env', '/assets/%00', '/%ff', '/%'],
  ])('gives nothing from outside of its folder: %s', async (path) => {
    const answer = await exactly(path);
    expect(answer).toMatch(/^HTTP\/1\.1 (400|403|404) /);
    expect(answer).not.toContain(SECRET);
  });

  it('gives nothing from outside of its folder by whatever path', { timeout: 60_000 }, async () => {
    const part = fc.constantFrom(
      '..',
      '.',
      '%2e',
      '%2E%2e',
      '/',
      '%2f',
      '\\',
      '%5c',
      '//',
      'assets',
      '%00',
      '...',
      ';',
    );
    const target = fc.constantFrom('secret.txt', 'dist-beside/secret.txt', '.env', '%2eenv', 'dist/.env');
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), target, async (parts, file) => {
        expect(await exactly(`/${parts.join('')}/${file}`)).not.toContain(SECRET);
      }),
      { numRuns: 200 },
    );
  });
});

describe('without a page', () => {
  it('the backend runs all the same, and says why there is none', async () => {
    const other = await testBackend({ webDir: join(outside, 'dist-beside') });
    expect(other.page).toEqual({ missing: expect.stringContaining('there is no index.html in') });
    expect((await fetch(`${other.url}/health`)).status).toBe(200);
    expect((await fetch(`${other.url}/`)).status).toBe(404);
    await other.close();
  });
});
