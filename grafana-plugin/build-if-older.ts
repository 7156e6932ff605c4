/**
 * Builds plugins and workbench when a source is newer than what was built; takes no time when it is not.
 *
 * @example node grafana-plugin/build-if-older.ts && seismo start --web-dir grafana-plugin/workbench/dist
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const ROOT = import.meta.dirname;
const SOURCES = ['src', 'workbench', '.config', 'build.ts', 'build-workbench.ts', 'webpack.config.ts', 'package.json'];
const RESULT = path.join(ROOT, 'workbench/dist/index.html');

/** True when there is no build, or one older than its sources. */
export function isStale(): boolean {
  if (!fs.existsSync(RESULT)) return true;
  const built = fs.statSync(RESULT).mtimeMs;
  return SOURCES.some((name) => newest(path.join(ROOT, name)) > built);
}

export async function buildIfOlder(): Promise<void> {
  if (!isStale()) return;
  for (const script of ['build.ts', 'build-workbench.ts']) await run(script);
}

function run(script: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script], { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => (said += chunk));
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`${script} failed: ${said.slice(-2000)}`)),
    );
  });
}

function newest(file: string): number {
  const stat = fs.statSync(file);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const inside = fs.readdirSync(file).filter((name) => name !== 'dist' && !/\.test\.tsx?$/.test(name));
  return Math.max(0, ...inside.map((name) => newest(path.join(file, name))));
}

if (import.meta.main && isStale()) {
  process.stderr.write('Building the page (about 20 seconds, once) …\n');
  await buildIfOlder();
}
