/**
 * Builds the Go backend of the datasource into `dist/datasource`, with mage as Grafana's plugins do: for all platforms,
 * or with `--this-machine` only for this one. Where there is no Go that is new enough it says so and ends with 0: page
 * and workbench do without, Grafana does not.
 *
 * @example node grafana-plugin/build-backend.ts --this-machine
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const ROOT = import.meta.dirname;

/**
 * @param found what `go env GOVERSION` says, such as "go1.26.8"; undefined when there is no Go
 * @param wanted the version in go.mod, such as "1.26.5"
 * @returns why the backend cannot be built, or undefined when it can
 */
export function goProblem(found: string | undefined, wanted: string): string | undefined {
  if (found === undefined) return `go is not on the PATH; Go ${wanted} or newer is needed`;
  const [have, need] = [found, wanted].map((version) => (version.match(/\d+/g) ?? []).map(Number));
  const differs = need.findIndex((part, index) => part !== (have[index] ?? 0));
  return differs >= 0 && (have[differs] ?? 0) < need[differs] ? `${found} is older than Go ${wanted}` : undefined;
}

/** @returns whether `dist` has the backend now: false only when there is no fitting Go, with the reason on stderr */
export function buildBackend(thisMachineOnly: boolean): boolean {
  const wanted = /^go (\S+)$/m.exec(fs.readFileSync(path.join(ROOT, 'go.mod'), 'utf8'))?.[1] ?? '';
  const { status, stdout } = spawnSync('go', ['env', 'GOVERSION'], { cwd: ROOT, encoding: 'utf8' });
  const problem = goProblem(status === 0 ? stdout.trim() : undefined, wanted);
  if (problem !== undefined) {
    process.stderr.write(`No backend in dist, so Grafana cannot query with it: ${problem}.\n`);
    return false;
  }
  const mage = spawnSync('go', ['tool', 'mage', ...(thisMachineOnly ? ['backend'] : [])], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (mage.status !== 0) throw new Error('the backend does not build: see above; --no-backend builds only the pages');
  return true;
}

if (import.meta.main) buildBackend(process.argv.includes('--this-machine'));
