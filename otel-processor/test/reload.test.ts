/** Settings that change while the processor runs. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { logsRequest } from './messages.ts';
import { ConstantScorer, Sink, eventually, postLogs } from './neighbours.ts';
import { ProcessorProcess } from './processor-process.ts';
import type { LogLine } from './processor-process.ts';

const stops: (() => Promise<unknown>)[] = [];
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seismo-reload-'));
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Rig {
  readonly processor: ProcessorProcess;
  readonly next: Sink;
  readonly scorer: ConstantScorer;
  /** Writes the file. */
  set(settings: Record<string, unknown>): void;
  /** Sends SIGHUP and waits for what the processor says to it. */
  hangUp(): Promise<LogLine>;
}

async function start(settings: Record<string, unknown>): Promise<Rig> {
  const [next, scorer] = [await new Sink().start(), await new ConstantScorer().start()];
  stops.push(
    () => next.stop(),
    () => scorer.stop(),
  );
  const file = join(folder, 'processor.yaml');
  const set = (changed: Record<string, unknown>): void => writeFileSync(file, stringify(changed));
  set(settings);
  const flags = ['--forward-url', next.url, '--scoring-endpoint', scorer.url, '--config', file];
  const processor = await ProcessorProcess.start(flags);
  stops.push(() => processor.stop('SIGKILL'));
  const answers = (): LogLine[] => processor.log.filter(({ event }) => /^config\.reload/.test(event));
  const hangUp = (): Promise<LogLine> => {
    const before = answers().length;
    processor.signal('SIGHUP');
    return eventually('an answer to SIGHUP', () => answers()[before]);
  };
  return { processor, next, scorer, set, hangUp };
}

const PATIENT = { scoring: { timeoutMs: 5000 } };

describe('a configuration that changes', () => {
  it('comes into force at SIGHUP where that is safe, and the log names each field, old and new', async () => {
    const { processor, next, scorer, set, hangUp } = await start(PATIENT);
    await postLogs(processor.httpUrl, logsRequest(['card 4111 1111 1111 1111 of kennwort=geheim123']));
    expect(scorer.received[0].body.includes('geheim123')).toBe(true);
    set({
      scoring: { timeoutMs: 4000, breakerFailures: 7 },
      redact: { secretWords: ['kennwort'], scope: 'all', hashKey: 'pepper' },
      enrich: { environment: 'staging', scope: 'all' },
      forward: { timeoutMs: 7000 },
    });
    expect(await hangUp()).toMatchObject({
      event: 'config.reloaded',
      changed: [
        'enrich.scope: scoring → all',
        'enrich.environment: none → staging',
        'redact.scope: scoring → all',
        'redact.hashKey: none → (hidden)',
        'redact.secretWords: [] → ["kennwort"]',
        'scoring.timeoutMs: 5000 → 4000',
        'scoring.breakerFailures: 5 → 7',
      ],
      needRestart: ['forward.timeoutMs: 10000 → 7000'],
    });
    await postLogs(processor.httpUrl, logsRequest(['login of kennwort=geheim123']));
    for (const { body } of [scorer.received[1], next.received[1]]) {
      expect(body.includes('geheim123')).toBe(false);
      expect(body.includes('staging')).toBe(true);
    }
    expect(JSON.stringify(processor.log)).not.toContain('pepper');
  });

  it('comes into force by itself when the file changes', async () => {
    const { processor, set } = await start({ tls: { reloadMs: 100 } });
    set({ tls: { reloadMs: 100 }, logLevel: 'debug' });
    const line = await eventually('the reload', () => processor.log.find(({ event }) => event === 'config.reloaded'));
    expect(line.changed).toEqual(['logLevel: info → debug']);
  });

  it('changes nothing at all when it is wrong, and says why', async () => {
    const { processor, scorer, set, hangUp } = await start(PATIENT);
    const cases: readonly [Record<string, unknown>, RegExp][] = [
      [{ scoring: { timeoutMs: 0 } }, /scoring\.timeoutMs must be between/],
      [{ scorng: {} }, /unknown setting "scorng"/],
      [{ redact: { custom: [{ name: 'x', pattern: '(' }] } }, /redact\.custom/],
      [{ auth: { bearerTokenFile: '/nowhere' } }, /auth: .*\/nowhere/],
      [{ enrich: { geoipFile: '/nowhere' } }, /\/nowhere/],
    ];
    for (const [wrong, why] of cases) {
      set({ redact: { enabled: false }, ...wrong });
      const line = await hangUp();
      expect(line.event).toBe('config.reload.failed');
      expect(String(line.problems)).toMatch(why);
    }
    await postLogs(processor.httpUrl, logsRequest(['mail of ann@example.com']));
    expect(scorer.received[0].body.includes('ann@example.com')).toBe(false);
  });

  it('opens and closes the doors: credentials and the limits of tenants', async () => {
    const { processor, set, hangUp } = await start(PATIENT);
    const status = async (headers = {}): Promise<number> =>
      (await postLogs(processor.httpUrl, logsRequest(['a']), headers)).status;
    expect(await status()).toBe(200);
    const tokens = join(folder, 'tokens');
    writeFileSync(tokens, 's3cret\n');
    set({ ...PATIENT, auth: { bearerTokenFile: tokens } });
    await hangUp();
    expect(await status()).toBe(401);
    expect(await status({ authorization: 'Bearer s3cret' })).toBe(200);
    set({ ...PATIENT, tenantLimits: { bytesPerSecond: 1, burstBytes: 1 } });
    await hangUp();
    expect([await status(), await status()]).toEqual([200, 429]);
    set(PATIENT);
    expect(await hangUp()).toMatchObject({ changed: [expect.any(String), expect.any(String)], needRestart: [] });
    expect([await status(), await status()]).toEqual([200, 200]);
  });

  it('loses no request that is in work meanwhile', async () => {
    const { processor, next, set, hangUp } = await start(PATIENT);
    next.answer = () => ({ delayMs: 300 });
    const inWork = Array.from({ length: 20 }, (_, i) =>
      postLogs(processor.httpUrl, logsRequest([`ann${i}@example.com`])),
    );
    set({ ...PATIENT, redact: { action: 'remove' }, enrich: { environment: 'test', scope: 'all' } });
    await hangUp();
    for (const answer of inWork) expect((await answer).status).toBe(200);
    expect(next.records.map(({ body }) => body).sort()).toEqual(
      Array.from({ length: 20 }, (_, i) => `ann${i}@example.com`).sort(),
    );
  });
});
