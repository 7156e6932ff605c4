/**
 * telemetrygen, the load generator of the Collector's own project: a client that nobody here wrote. Built once and kept
 * under `.cache/` by its version.
 */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { go } from './needs.ts';

const VERSION = 'v0.157.0';
const MODULE = `github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen@${VERSION}`;
const cache = resolve(import.meta.dirname, '../../.cache');

/** Path of the program; builds it when it is not there. Needs Go and the Go module proxy. */
export function buildTelemetrygen(): string {
  const program = join(cache, `telemetrygen-${VERSION}`);
  if (existsSync(program)) return program;
  if (go === undefined) throw new Error('go is not on the PATH: telemetrygen cannot be built');
  const folder = join(cache, `telemetrygen-build-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-trimpath', GOBIN: folder };
  execFileSync(go, ['install', MODULE], { cwd: cache, env, stdio: 'pipe' });
  renameSync(join(folder, 'telemetrygen'), program);
  rmSync(folder, { recursive: true });
  return program;
}

/** Sends `count` records to an address such as 127.0.0.1:4317. Rejects with what it printed when it fails. */
export async function telemetrygen(address: string, count: number, flags: readonly string[]): Promise<void> {
  const args = ['logs', '--otlp-insecure', '--otlp-endpoint', address, '--logs', `${count}`, '--rate', '0', ...flags];
  await promisify(execFile)(buildTelemetrygen(), args, { timeout: 60_000 });
}
