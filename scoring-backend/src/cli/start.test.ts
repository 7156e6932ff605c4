import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, runSeismo, startSeismo } from './seismo-process.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seismo-start-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const ANY_PORTS = ['--otlp-http-port', '0', '--otlp-grpc-port', '0', '--api-port', '0'];

interface Event {
  readonly event: string;
  readonly httpUrl?: string;
  readonly grpcUrl?: string;
  readonly apiUrl?: string;
  readonly pageUrl?: string | null;
  readonly pageMissing?: string;
  readonly moved?: readonly { readonly purpose: string; readonly wanted: number; readonly got: number }[];
  readonly calmAnomalies?: number;
  readonly afterSeconds?: number;
  readonly services?: readonly string[];
  readonly changed?: readonly string[];
  readonly needRestart?: readonly string[];
  readonly problems?: readonly string[];
  readonly anomaly?: { readonly stream: { readonly service: string }; readonly reasons: readonly object[] };
}

function eventsOf({ stdout }: Ended): Event[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Event);
}

interface Started {
  readonly first: Event;
  /** SIGHUP; what it says next. */
  hangUp(): Promise<Event>;
  stop(): Promise<Ended>;
}

/** Starts `seismo start` and waits until it has said that it started. */
async function started(args: readonly string[]): Promise<Started> {
  const { process: child, ended } = startSeismo(['start', '--json', ...args]);
  const first = await new Promise<Event>((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: string) => {
      text += chunk;
      if (text.includes('\n')) resolve(JSON.parse(text.slice(0, text.indexOf('\n'))) as Event);
    });
    void ended.then(({ stderr }) => reject(new Error(`it ended: ${stderr}`)));
  });
  return {
    first,
    hangUp() {
      const next = new Promise<Event>((resolve) =>
        child.stdout?.once('data', (chunk: string) => resolve(JSON.parse(chunk.split('\n', 1)[0]) as Event)),
      );
      child.kill('SIGHUP');
      return next;
    },
    stop() {
      child.kill('SIGINT');
      return ended;
    },
  };
}

async function taken(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

describe('seismo start --no-demo', () => {
  it.each([
    ['--otlp-http-port', 'OTLP/HTTP'],
    ['--otlp-grpc-port', 'OTLP/gRPC'],
    ['--api-port', 'API'],
  ])('names a port that is taken and the flag that changes it: %s', async (flag, purpose) => {
    const { server, port } = await taken();
    const args = [...ANY_PORTS, flag, String(port)];
    const { code, stdout, stderr } = await runSeismo([
      'start',
      '--no-demo',
      '--data-dir',
      join(folder, 'taken'),
      ...args,
    ]);
    server.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`port ${port} (${purpose}) is taken`);
    expect(stderr).toContain(flag);
    expect(stdout).toBe('');
  });

  it('takes logs, answers its API and stops cleanly on Ctrl-C', async () => {
    const dataDir = join(folder, 'data');
    const { first, stop } = await started(['--no-demo', '--data-dir', dataDir, ...ANY_PORTS]);
    expect(first).toMatchObject({ event: 'started', dataDir, forwardUrl: null, moved: [] });
    const record = { body: { stringValue: 'hello' }, timeUnixNano: `${Date.now()}000000` };
    const body = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [record] }] }] });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`${first.httpUrl}/v1/logs`, { method: 'POST', headers, body });
    expect(answer.status).toBe(200);
    expect((await fetch(`${first.apiUrl}/health`)).status).toBe(200);
    // Both halves of the process on the one door.
    const metrics = await (await fetch(`${first.apiUrl}/metrics`)).text();
    expect(metrics).toMatch(/^seismo_receiver_consumed_items_total\{.*outcome="success"\} 1$/m);
    expect(metrics).toMatch(/^seismo_record_status_total\{status="scored"\} 1$/m);
    expect(metrics).toMatch(/^seismo_engine_threads \d+$/m);
    const end = await stop();
    expect(end.code).toBe(0);
    expect(end.stderr).not.toContain('Error');
    expect(eventsOf(end).at(-1)?.event).toBe('stopping');
  });

  it('serves the page of --web-dir at the address of the API and says where, or why there is none', async () => {
    const webDir = join(folder, 'page');
    const args = ['--no-demo', '--data-dir', join(folder, 'with-page'), ...ANY_PORTS, '--web-dir', webDir];
    const without = await started(args);
    expect(without.first).toMatchObject({ pageUrl: null, pageMissing: expect.stringContaining(webDir) });
    expect((await without.stop()).code).toBe(0);

    await mkdir(webDir);
    await writeFile(join(webDir, 'index.html'), '<title>the page</title>');
    const { first, stop } = await started(args);
    expect(first.pageUrl).toBe(`${first.apiUrl}/`);
    expect(await (await fetch(first.pageUrl ?? '')).text()).toContain('the page');
    expect((await stop()).code).toBe(0);
  });

  it('reads its settings again on SIGHUP: tells what changed, and keeps what it has when they are wrong', async () => {
    const file = join(folder, 'reloaded.yaml');
    const tokens = join(folder, 'tokens');
    await writeFile(tokens, 'a-token\n');
    const dataDir = join(folder, 'reloaded');
    const write = (processor: string, backend: string): Promise<void> =>
      writeFile(
        file,
        `processor: { otlpHttpPort: 0, otlpGrpcPort: 0, ${processor} }\nbackend: { port: 0, dataDir: ${dataDir}, ${backend} }\n`,
      );
    await write('scoring: { timeoutMs: 300 }', 'auth: {}');
    const { first, hangUp, stop } = await started(['--no-demo', '--config', file]);
    const status = async (): Promise<number> => (await fetch(`${first.apiUrl}/api/v1/services`)).status;
    expect(await status()).toBe(200);

    await write('scoring: { timeoutMs: 400 }, annotate: full', `auth: { bearerTokenFile: ${tokens} }`);
    expect(await hangUp()).toMatchObject({
      event: 'reloaded',
      changed: ['processor.scoring.timeoutMs: 300 → 400', `backend.auth.bearerTokenFile: none → ${tokens}`],
      needRestart: ['processor.annotate: brief → full'],
    });
    expect(await status()).toBe(401);

    await write('scoring: { timeoutMs: 0 }', 'auth: {}');
    expect(await hangUp()).toMatchObject({
      event: 'reload_failed',
      problems: ['scoring.timeoutMs must be between 1 and 10000, got 0'],
    });
    expect(await status()).toBe(401);
    expect((await stop()).code).toBe(0);
  });

  it('reads both sections of a config file, and refuses what it does not know', async () => {
    const file = join(folder, 'seismo.yaml');
    const dataDir = join(folder, 'configured');
    const ports = 'processor:\n  otlpHttpPort: 0\n  otlpGrpcPort: 0\n';
    await writeFile(file, `${ports}backend:\n  port: 0\n  dataDir: ${dataDir}\n`);
    const { first, stop } = await started(['--no-demo', '--config', file]);
    expect(first).toMatchObject({ dataDir });
    expect((await stop()).code).toBe(0);

    await writeFile(file, `${ports}bakend: {}\n`);
    const wrong = await runSeismo(['start', '--no-demo', '--config', file]);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('unknown section "bakend"');
  });
});

describe('seismo start, the demo', () => {
  it('takes another port where one is taken, says so, and leaves nothing behind', async () => {
    const { server, port } = await taken();
    const args = ['--otlp-grpc-port', '0', '--api-port', '0', '--otlp-http-port', String(port)];
    const { first, stop } = await started(args);
    expect(first.moved).toEqual([
      { purpose: 'OTLP/HTTP', wanted: port, got: Number(new URL(first.httpUrl ?? '').port) },
    ]);
    const end = await stop();
    server.close();
    expect(end.code).toBe(0);
    expect(end.stderr).toBe('');
    await expect(fetch(`${first.apiUrl}/health`)).rejects.toThrow();
  });

  it('finds payment time-outs, explains them, and raised no alarm before', { timeout: 360_000 }, async () => {
    // After the calm that a newcomer has: with a single whole window behind it, a fault may begin too slowly to be told.
    const args = ['--fault', 'payment-timeouts', '--exit-after-found'];
    const end = await runSeismo(['start', '--json', ...ANY_PORTS, ...args]);
    expect(end.code).toBe(0);
    const events = eventsOf(end);
    const injected = events.findIndex(({ event }) => event === 'fault_injected');
    expect(events.slice(0, injected).filter(({ event }) => event === 'anomaly')).toEqual([]);
    const found = events.find(({ event }) => event === 'fault_found');
    expect(found?.calmAnomalies).toBe(0);
    expect(found?.afterSeconds).toBeLessThan(180);
    const shown = events.filter(({ event }) => event === 'anomaly').map(({ anomaly }) => anomaly);
    expect(shown.every((anomaly) => (anomaly?.reasons.length ?? 0) > 0)).toBe(true);
    expect(['payment', 'checkout', 'storefront']).toContain(found?.services?.[0]);
  });

  // Each of the others takes two to five minutes as well.
  const others = ['bad-release', 'stuck-queue', 'silent-cron', 'login-brute-force'];
  it.each(process.env.SEISMO_SOAK === '1' ? others : [])(
    'finds %s, and raised no alarm before',
    { timeout: 420_000 },
    async (fault) => {
      const args = ['--fault', fault, '--fault-after', '100', '--exit-after-found'];
      const end = await runSeismo(['start', '--json', ...ANY_PORTS, ...args]);
      expect(end.code).toBe(0);
      expect(eventsOf(end).find(({ event }) => event === 'fault_found')?.calmAnomalies).toBe(0);
    },
  );
});
