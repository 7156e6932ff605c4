/** The Go backend, built from `pkg/` as Magefile.go builds it. Kept under `.cache/`, named by the hash of its sources. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, globSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { go } from '../../../otel-processor/test/needs.ts';

const plugin = resolve(import.meta.dirname, '../..');
const cache = join(plugin, '../.cache');

export const NO_GO_FOR_PLUGIN = "go is not on the PATH: the plugin's backend cannot be built";

/** With empty Go caches the SDK alone takes minutes, in ms. */
export const BUILD_TIMEOUT_MS = 600_000;

/**
 * Builds unless today's binary is there.
 * @returns its path
 * @throws when there is no Go, or with the compiler's output
 */
export function buildPlugin(): string {
  const hash = createHash('sha256');
  for (const file of globSync(['pkg/**/*.go', 'go.mod', 'go.sum'], { cwd: plugin }).toSorted())
    hash.update(readFileSync(join(plugin, file)));
  const binary = join(cache, `gpx_seismo-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(binary)) return binary;
  if (go === undefined) throw new Error('go is not on the PATH');
  mkdirSync(cache, { recursive: true });
  const unfinished = `${binary}.${process.pid}`;
  execFileSync(go, ['build', '-tags', 'arrow_json_stdlib', '-ldflags', '-w -s', '-o', unfinished, './pkg'], {
    cwd: plugin,
    env: { ...process.env, CGO_ENABLED: '0' },
    stdio: 'pipe',
  });
  renameSync(unfinished, binary);
  return binary;
}
