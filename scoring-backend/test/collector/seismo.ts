/** `seismo start --no-demo` as a real process on free ports, its data in a folder of the test's. */
import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './collector.ts';

const launcher = resolve(import.meta.dirname, '../../bin/seismo.mjs');

export interface RunningSeismo {
  readonly pid: number;
  /** Base URLs. */
  readonly otlpHttp: string;
  readonly otlpGrpc: string;
  readonly api: string;
  /** SIGTERM and wait. */
  stop(): Promise<void>;
}

export async function startSeismo(folder: string, flags: readonly string[]): Promise<RunningSeismo> {
  const [http, grpc, api] = [await freePort(), await freePort(), await freePort()];
  const ports = ['--otlp-http-port', `${http}`, '--otlp-grpc-port', `${grpc}`, '--api-port', `${api}`];
  const args = [launcher, 'start', '--no-demo', ...ports, '--data-dir', join(folder, 'data'), ...flags];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const base = `http://127.0.0.1:${api}`;
  const deadline = Date.now() + 20_000;
  while ((await fetch(`${base}/ready`).catch(() => undefined))?.ok !== true) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error(`seismo did not start:\n${output}`);
    await sleep(100);
  }
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await ended;
  };
  return {
    pid: child.pid ?? 0,
    otlpHttp: `http://127.0.0.1:${http}`,
    otlpGrpc: `http://127.0.0.1:${grpc}`,
    api: base,
    stop,
  };
}
