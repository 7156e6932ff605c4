/**
 * The scoring backend as a process of its own, serving the built page, with logs of our choice in it. Its time is that of
 * the logs: without ticks of the clock the same lines give the same verdicts.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { anomaliesResponseSchema, type LogLine, type WireAnomaly } from '@seismo/scoring-backend/api';

const ROOT = resolve(import.meta.dirname, '../..');
const LINES_PER_REQUEST = 2000;

export interface RealBackend {
  /** Address of the page and of the API. */
  readonly url: string;
  /** Scores the lines, in their order; resolves when their windows can be asked for. */
  take(lines: readonly LogLine[]): Promise<void>;
  /** The latest anomalies, as the API tells them. */
  anomalies(): Promise<WireAnomaly[]>;
  /** Ends it; harmless when it has ended. */
  stop(): Promise<void>;
}

export async function startRealBackend(): Promise<RealBackend> {
  const dataDir = mkdtempSync(join(tmpdir(), 'seismo-e2e-'));
  const settings = ['--port=0', '--engine-tick-ms=0', '--engine-max-streams=2000', '--log-level=info'];
  const folders = ['--data-dir', dataDir, '--web-dir', join(ROOT, 'grafana-plugin/workbench/dist')];
  const child = spawn(process.execPath, [join(ROOT, 'scoring-backend/src/main.ts'), ...settings, ...folders], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
  const url = await Promise.race([listening(createInterface({ input: child.stderr })), ended.then(() => '')]);
  if (url === '') throw new Error('the backend has ended before it listened');
  const get = async (path: string): Promise<string> => (await fetch(url + path)).text();
  let sent = 0;
  const take = async (lines: readonly LogLine[]): Promise<void> => {
    for (let at = 0; at < lines.length; at += LINES_PER_REQUEST) {
      const body = JSON.stringify(lines.slice(at, at + LINES_PER_REQUEST));
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${url}/logs`, { method: 'POST', headers, body });
      if (!answer.ok) throw new Error(`POST /logs: ${answer.status} ${await answer.text()}`);
    }
    sent += lines.length;
    await settled(async () => {
      const metrics = await get('/metrics');
      const learned = /^seismo_engine_consumed_items_total (\d+)$/m.exec(metrics)?.[1];
      const queued = /^seismo_store_queue_usage (\d+)$/m.exec(metrics)?.[1];
      // Never the same while there is work: the time is another each time.
      if (learned !== String(sent) || queued !== '0') return `${performance.now()}`;
      return /^seismo_store_written_total .*$/m.exec(metrics)?.[0] ?? '';
    });
  };
  const anomalies = async () =>
    anomaliesResponseSchema.parse(JSON.parse(await get('/api/v1/anomalies?limit=1000'))).anomalies;
  return { url, take, anomalies, stop };
}

/** Windows are written a moment after their last record: all are there when nothing has changed for a while. */
async function settled(state: () => Promise<string>): Promise<void> {
  let before = '';
  for (let same = 0; same < 5;) {
    await sleep(200);
    const now = await state();
    same = now === before ? same + 1 : 0;
    before = now;
  }
}

async function listening(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const { event, url } = JSON.parse(line) as { event?: string; url?: string };
    if (event === 'backend.started' && url !== undefined) return url;
  }
  return '';
}
