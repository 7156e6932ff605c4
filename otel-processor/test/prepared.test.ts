/** What the scorer and the next hop get of records with secrets, by the settings of redaction and enrichment. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseConfig } from '../src/config.ts';
import { startProcessor } from '../src/main.ts';
import { logsRequest, readRecords } from './messages.ts';
import { ConstantScorer, postLogs, Sink } from './neighbours.ts';

const BODIES = ['mail to bob@example.org', 'nothing here', 'GET /login?password=hunter2 from 203.0.113.9'];
let folder: string;
let sink: Sink;
let scorer: ConstantScorer;
const stops: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'seismo-prepared-'));
  sink = await new Sink().start();
  scorer = await new ConstantScorer().start();
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  await sink.stop();
  await scorer.stop();
  rmSync(folder, { recursive: true });
});

async function pass(settings: Record<string, unknown>): Promise<{ scored: string[]; forwarded: string[] }> {
  const scoring = { endpoint: scorer.url, timeoutMs: 5000 };
  const doors = { otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'silent', forward: { url: sink.url } };
  const processor = await startProcessor(parseConfig({ ...doors, scoring, ...settings }));
  stops.push(() => processor.close());
  expect((await postLogs(processor.httpUrl, logsRequest(BODIES))).status).toBe(200);
  expect(processor.stats()).toMatchObject({ consumed: 3, scored: 3, forwarded: 3 });
  expect(sink.records.every(({ attributes }) => 'anomaly.score' in attributes)).toBe(true);
  return {
    scored: readRecords(scorer.received[0].body).map(({ body }) => body),
    forwarded: sink.records.map(({ body }) => body),
  };
}

const MASKED = ['mail to <EMAIL>', 'nothing here', 'GET /login?password=<SECRET> from 203.0.113.9'];

describe('a processor', () => {
  it('has only redacted records scored, and forwards them as they came', async () => {
    expect(await pass({})).toEqual({ scored: MASKED, forwarded: BODIES });
  });

  it('forwards redacted records with scope all, and tells how much it took out', async () => {
    expect(await pass({ redact: { scope: 'all', summary: 'debug' } })).toEqual({ scored: MASKED, forwarded: MASKED });
    expect(sink.records.map(({ attributes }) => attributes['redaction.body.masked.keys'])).toEqual([
      'body',
      undefined,
      'body',
    ]);
  });

  it('leaves everything as it is when redaction is off', async () => {
    expect(await pass({ redact: { enabled: false } })).toEqual({ scored: BODIES, forwarded: BODIES });
  });

  it('looks addresses up before it hashes them, and keeps what it found from the next hop unless told otherwise', async () => {
    const reputationFile = join(folder, 'list.txt');
    writeFileSync(reputationFile, '203.0.113.9 scanner\n');
    const redact = { rules: ['ipv4'], action: 'hash', hashKey: 'secret of this test' };
    const { scored, forwarded } = await pass({ redact, enrich: { reputationFile } });
    expect(scored[2]).toMatch(/from <IP:[0-9a-f]{16}>$/);
    expect(forwarded).toEqual(BODIES);
    const told = readRecords(scorer.received[0].body)[2].attributes;
    expect(told['seismo.ip.reputation']).toBe('scanner');
    expect(sink.records[2].attributes).not.toHaveProperty('seismo.ip.reputation');
  });

  it('counts what it took out by rule, and never says what it was', async () => {
    const scoring = { endpoint: scorer.url, timeoutMs: 5000 };
    const processor = await startProcessor(
      parseConfig({ otlpHttpPort: 0, otlpGrpcPort: 0, logLevel: 'silent', scoring }),
    );
    stops.push(() => processor.close());
    await postLogs(processor.httpUrl, logsRequest(BODIES));
    const metrics = await processor.metrics();
    expect(metrics).toMatch(/^seismo_redaction_matches_total\{rule="email"\} 1$/m);
    expect(metrics).toMatch(/^seismo_redaction_matches_total\{rule="keyValue"\} 1$/m);
    expect(metrics).not.toMatch(/hunter2|bob@/);
  });
});
