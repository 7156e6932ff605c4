/**
 * The real OpenTelemetry Collector, built from provisioning/collector/builder-config.yaml and run as a child process.
 * A build takes minutes with empty Go caches, so the binary is kept under `.cache/`, named by the manifest's hash.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { go } from '../../../otel-processor/test/needs.ts';

const root = resolve(import.meta.dirname, '../../..');
const manifest = join(root, 'provisioning/collector/builder-config.yaml');
const BUILDER = 'go.opentelemetry.io/collector/cmd/builder@v0.158.0';

/** Path of the binary for today's manifest, built or not. */
export function collectorPath(): string {
  const hash = createHash('sha256').update(readFileSync(manifest)).digest('hex').slice(0, 12);
  return join(root, `.cache/otelcol-seismo-${hash}`);
}

/** Builds the Collector unless its binary is there. Needs Go and the Go module proxy; throws with the builder's output. */
export function buildCollector(): string {
  const binary = collectorPath();
  if (existsSync(binary)) return binary;
  if (go === undefined) throw new Error('go is not on the PATH: the real Collector cannot be built');
  const cache = join(root, '.cache');
  const output = join(cache, `otelcol-build-${process.pid}`);
  mkdirSync(output, { recursive: true });
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-trimpath', GOBIN: join(cache, 'bin') };
  const text = readFileSync(manifest, 'utf8').replace(/output_path: .*/, `output_path: ${output}`);
  writeFileSync(join(output, 'builder-config.yaml'), text);
  execFileSync(go, ['install', BUILDER], { env, stdio: 'pipe' });
  execFileSync(join(cache, 'bin/builder'), [`--config=${join(output, 'builder-config.yaml')}`], { env, stdio: 'pipe' });
  renameSync(join(output, 'otelcol-seismo'), binary);
  rmSync(output, { recursive: true });
  return binary;
}

export interface RunningCollector {
  readonly pid: number;
  /** What it printed so far, standard error included. */
  output(): string;
  /** SIGTERM and wait; a second call does nothing. */
  stop(): Promise<void>;
}

/**
 * Runs the Collector with a configuration file, or several that add to each other, and waits until its health check answers.
 * `env` fills the `${env:…}` places of the files in provisioning/collector.
 */
export async function runCollector(
  config: string | readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<RunningCollector> {
  const configs = [config].flat().flatMap((file) => ['--config', file]);
  const child = spawn(buildCollector(), configs, { env: { ...process.env, ...env }, stdio: 'pipe' });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const health = `http://${env.SEISMO_HEALTH_ENDPOINT}/`;
  const deadline = Date.now() + 20_000;
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the Collector ended with ${child.exitCode}:\n${output}`);
    const answer = await fetch(health).catch(() => undefined);
    if (answer?.ok === true) return { pid: child.pid ?? 0, output: () => output, stop: () => stop(child) };
    if (Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`the Collector is not healthy after 20 s:\n${output}`);
    }
    await sleep(100);
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((done) => child.once('exit', done));
  child.kill('SIGTERM');
  await ended;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
