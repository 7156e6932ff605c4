/** `seismo start --no-demo` as a child process, with some minutes of logs in which one service falls ill at the end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { LogLine } from '@seismo/scoring-backend/api';

const MINUTE = 60_000;
const MINUTES = 40;

export interface RunningSeismo {
  /** Base URL of the HTTP API. */
  readonly url: string;
  /** First and last minute of the logs it has read. */
  readonly fromMs: number;
  readonly toMs: number;
  stop(): Promise<void>;
}

export async function startSeismo(): Promise<RunningSeismo> {
  const dataDir = mkdtempSync(join(tmpdir(), 'seismo-'));
  const command = resolve(import.meta.dirname, '../../../scoring-backend/bin/seismo.mjs');
  const ports = ['--api-port=0', '--otlp-http-port=0', '--otlp-grpc-port=0'];
  const child = spawn(process.execPath, [command, 'start', '--no-demo', '--json', '--data-dir', dataDir, ...ports], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) child.kill('SIGTERM');
    await ended;
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const started = await Promise.race([
      startedEvent(createInterface({ input: child.stdout })),
      ended.then(([code]) => Promise.reject(new Error(`seismo ended with ${code}`))),
    ]);
    const toMs = Math.floor(Date.now() / MINUTE) * MINUTE - 5 * MINUTE;
    const fromMs = toMs - MINUTES * MINUTE;
    // One minute more than is told: the time of a stream goes on with its records, and that closes its last window.
    for (let minute = 0; minute <= MINUTES; minute++) await send(started, linesOf(minute, fromMs + minute * MINUTE));
    return { url: started, fromMs, toMs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startedEvent(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) {
    const event = JSON.parse(line) as { event?: string; apiUrl?: string };
    if (event.event === 'started' && event.apiUrl !== undefined) return event.apiUrl;
  }
  throw new Error('seismo said nothing of having started');
}

async function send(url: string, lines: readonly LogLine[]): Promise<void> {
  const body = JSON.stringify(lines);
  const answer = await fetch(`${url}/logs`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (!answer.ok) throw new Error(`POST /logs: ${answer.status} ${await answer.text()}`);
}

function linesOf(minute: number, startMs: number): LogLine[] {
  const ill = minute >= MINUTES - 4;
  return Array.from({ length: 60 }, (_, second) => second).flatMap((second) => {
    const timestamp = startMs + second * 1000;
    const failing = { severity: 'error', message: `card ${second} was declined by the bank: limit of 500 reached` };
    const paying = { severity: 'info', message: `payment ${minute}${second} took ${second + 3} ms` };
    const metadata = { environment: 'production' };
    return [
      { timestamp, service: 'payments', metadata, ...(ill ? failing : paying) },
      { timestamp, service: 'cart', metadata, severity: 'info', message: `cart ${second} has ${minute} items` },
    ];
  });
}
