/** The black-box checks of an OTLP relay, run from outside against the real process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { NO_ACCEPTANCE, acceptance } from './needs.ts';
import { ConstantScorer } from './neighbours.ts';
import { ProcessorProcess } from './processor-process.ts';

/** Of the checks' own count. */
const PROMISES = 36;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('the acceptance checks of a relay', () => {
  const stops: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const stop of stops.splice(0)) await stop();
  });

  async function failures(flags: readonly string[]): Promise<{ names: string[]; count: number }> {
    const sinkPort = await freePort();
    const processor = await ProcessorProcess.start(['--forward-url', `http://127.0.0.1:${sinkPort}`, ...flags]);
    stops.push(() => processor.stop());
    const { httpUrl, grpcUrl } = processor;
    const checks = [join(acceptance ?? '', 'otlp-relay.mjs'), '--json', '--http', httpUrl, '--grpc', grpcUrl];
    const child = spawn(process.execPath, [...checks, '--sink', String(sinkPort)]);
    let output = '';
    child.stdout.on('data', (part: Buffer) => (output += part.toString()));
    await once(child, 'close');
    const results = JSON.parse(output) as { name: string; error: string | null }[];
    const failed = results.filter(({ error }) => error !== null);
    return { names: failed.map(({ name, error }) => `${name}: ${error}`), count: results.length };
  }

  it('are all kept while records are scored', { timeout: 90_000 }, async (context) => {
    context.skip(acceptance === undefined, NO_ACCEPTANCE);
    const scorer = await new ConstantScorer().start();
    stops.push(() => scorer.stop());
    // The checks run beside other tests on few cores: a slow moment must not turn into an unscored record here.
    const flags = ['--scoring-endpoint', scorer.url, '--scoring-timeout-ms', '5000'];
    expect(await failures(flags)).toEqual({ names: [], count: PROMISES });
    expect(scorer.received.length).toBeGreaterThan(300);
  });

  it('are all kept while the scoring backend is down', { timeout: 90_000 }, async (context) => {
    context.skip(acceptance === undefined, NO_ACCEPTANCE);
    const nobody = await freePort();
    // What is forwarded is redacted here as well: records without secrets must not notice.
    const flags = ['--scoring-endpoint', `http://127.0.0.1:${nobody}`, '--redact-scope', 'all'];
    expect(await failures(flags)).toEqual({
      names: [],
      count: PROMISES,
    });
  });
});
