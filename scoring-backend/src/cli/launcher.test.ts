import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runSeismo } from './seismo-process.ts';

const LAUNCHER = fileURLToPath(new URL('../../bin/seismo.mjs', import.meta.url));
/** Makes Node believe that it is an older one. */
const OLDER =
  'data:text/javascript,Object.defineProperty(process,"versions",{value:{...process.versions,node:"20.9.0"}})';

function launch(launcher: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ['--import', OLDER, launcher, '--version']);
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Uint8Array) => (output.stdout += String(chunk)));
  child.stderr.on('data', (chunk: Uint8Array) => (output.stderr += String(chunk)));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...output })));
}

describe('the launcher', () => {
  it('hands over to the Node that npm installed when its own runs no TypeScript', async () => {
    expect(await launch(LAUNCHER)).toEqual(await runSeismo(['--version']));
  });

  it('says what to do when there is no such Node', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'seismo-launcher-'));
    const alone = join(folder, 'seismo.mjs');
    await copyFile(LAUNCHER, alone);
    const { code, stdout, stderr } = await launch(alone);
    await rm(folder, { recursive: true });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain('needs Node 22.18 or newer and this is 20.9.0');
    expect(stderr).toContain('npm ci');
  });
});
