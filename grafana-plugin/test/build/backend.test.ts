/** The build of the Go backend: without Go it says so, with it every platform gets its program. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { goProblem } from '../../build-backend.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const run = promisify(execFile);

describe('goProblem', () => {
  it.each(['go1.26.5', 'go1.26.8', 'go1.27', 'go2.0.1'])('takes %s where 1.26.5 is wanted', (found) => {
    expect(goProblem(found, '1.26.5')).toBeUndefined();
  });

  it.each(['go1.26.4', 'go1.26', 'go1.19.8'])('names %s and 1.26.5 when that is wanted', (found) => {
    expect(goProblem(found, '1.26.5')).toBe(`${found} is older than Go 1.26.5`);
  });
});

describe('build-backend.ts', () => {
  it('says that Grafana gets no backend, and why, and ends well where there is no Go', async () => {
    const { stderr } = await run(process.execPath, ['build-backend.ts'], { cwd: ROOT, env: { PATH: '/nowhere' } });
    const wanted = /^go (\S+)$/m.exec(fs.readFileSync(path.join(ROOT, 'go.mod'), 'utf8'))?.[1];
    expect(stderr).toContain(`No backend in dist`);
    expect(stderr).toContain(`go is not on the PATH; Go ${wanted} or newer is needed`);
  });

  // It compiles for five platforms: with empty caches that is minutes.
  if (process.env.SEISMO_SOAK === '1')
    it('builds for Linux and macOS on both processors and for Windows, by the name in plugin.json', async () => {
      await run(process.execPath, ['build-backend.ts'], { cwd: ROOT });
      const { executable } = JSON.parse(fs.readFileSync(path.join(ROOT, 'src/datasource/plugin.json'), 'utf8')) as {
        executable: string;
      };
      const made = fs.readdirSync(path.join(ROOT, 'dist/datasource')).filter((name) => name.startsWith('gpx_'));
      expect(made.toSorted()).toEqual(
        ['darwin_amd64', 'darwin_arm64', 'linux_amd64', 'linux_arm64', 'windows_amd64.exe'].map(
          (platform) => `${executable}_${platform}`,
        ),
      );
    }, 900_000);
});
