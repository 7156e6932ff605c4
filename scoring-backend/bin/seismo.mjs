#!/usr/bin/env node
// Launcher of the command line. The sources are TypeScript, which Node runs by itself from 22.18 on; npm brings a Node
// that can beside this package, so that any Node from 18 on is enough to get here.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OLDEST = [22, 18];
const here = dirname(fileURLToPath(import.meta.url));

/** Does a Node of this version run TypeScript as it is? */
function stripsTypes(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** The node that npm installed: in the nearest `node_modules/.bin` upwards. */
function installedNode() {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = here; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', '.bin', name);
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}

if (stripsTypes(process.versions.node)) {
  const { main } = await import('../src/cli/main.ts');
  const code = await main(process.argv.slice(2));
  // All that was said is out, then it ends: a thread that is slow to go must not keep a terminal waiting.
  process.stdout.write('', () => process.exit(code));
} else {
  const node = process.env.SEISMO_RELAUNCHED === '1' ? undefined : installedNode();
  if (node === undefined) {
    process.stderr.write(
      `seismo needs Node ${OLDEST.join('.')} or newer and this is ${process.versions.node}. ` +
        'Run `npm ci` in the clone: it brings one (an optional dependency, so not with --omit=optional).\n',
    );
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
    env: { ...process.env, SEISMO_RELAUNCHED: '1' },
  });
  // The child alone decides when to end. From a terminal it gets Ctrl-C twice, and takes the two for one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    process.stderr.write(`seismo could not start ${node}: ${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
