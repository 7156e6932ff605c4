/**
 * Builds plugins and workbench when a source is newer than what was built; takes no time when it is not. The plugins'
 * backend in Go is not part of it: a page needs none.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const ROOT = import.meta.dirname;
const SOURCES = [
  ...['src', 'workbench', '.config', 'build.ts', 'build-workbench.ts', 'webpack.config.ts', 'package.json'],
  ...['../package-lock.json'],
];
/** There once everything else is: build-workbench.ts moves the finished folder into place. */
const RESULT = path.join(ROOT, 'workbench/dist/index.html');

const STEPS = [
  // The page talks to the scoring backend itself: the Go backend is for Grafana.
  { command: ['build.ts', '--no-backend'], what: 'plugins' },
  { command: ['build-workbench.ts'], what: 'page' },
] as const;

/** True when there is no build, or one older than its sources. */
export function isStale(): boolean {
  if (!fs.existsSync(RESULT)) return true;
  const built = fs.statSync(RESULT).mtimeMs;
  return SOURCES.some((name) => newest(path.join(ROOT, name)) > built);
}

/**
 * @param say is told what goes on, in pieces of text that make whole lines
 * @throws Error with what the build said when it fails; a page built before stays
 */
export async function buildIfOlder(say: (text: string) => void = () => undefined): Promise<void> {
  if (!isStale()) return;
  say('Building the web page: once, and again when its sources change.\n');
  for (const { command, what } of STEPS) {
    say(`  ${what} … `);
    const started = performance.now();
    await run(command);
    say(`${((performance.now() - started) / 1000).toFixed(0)} s\n`);
  }
}

function run(command: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...command], { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-20_000)));
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(reasonIn(said) ?? `${command.join(' ')} failed`)),
    );
  });
}

/** The first line with an error in it: stacks and warnings are for those who run the build itself. */
function reasonIn(said: string): string | undefined {
  const lines = said.split('\n').map((line) => line.trim());
  return (lines.find((line) => /error/i.test(line)) ?? lines.find((line) => line !== ''))?.slice(0, 300);
}

function newest(file: string): number {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (!stat?.isDirectory()) return stat?.mtimeMs ?? 0;
  const inside = fs.readdirSync(file).filter((name) => !/^(dist$|\.)/.test(name) && !/\.test\.tsx?$/.test(name));
  return Math.max(0, ...inside.map((name) => newest(path.join(file, name))));
}
