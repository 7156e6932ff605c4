/** The Go sources keep what the catalogue's validator and this repository ask of them. */
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { go } from '../../../otel-processor/test/needs.ts';
import { BUILD_TIMEOUT_MS, NO_GO_FOR_PLUGIN } from './plugin-binary.ts';

const plugin = resolve(import.meta.dirname, '../..');
const sources = globSync('pkg/**/*.go', { cwd: plugin }).map((file) => readFileSync(join(plugin, file), 'utf8'));

describe('the Go backend', () => {
  it('stays a translation: at most 300 lines', () => {
    expect(sources.length).toBeGreaterThan(3);
    expect(sources.join('').split('\n').length - 1).toBeLessThanOrEqual(300);
  });

  it('touches no files, environment, processes or standard output', () => {
    for (const source of sources) {
      const calls = [...source.matchAll(/\b(os\.\w+|syscall\.\w+|exec\.\w+|fmt\.(Print|Fprint)\w*)/g)].map(
        ([call]) => call,
      );
      expect(calls.filter((call) => call !== 'os.Exit')).toEqual([]);
    }
  });

  describe('with Go', () => {
    beforeEach((context) => context.skip(go === undefined, NO_GO_FOR_PLUGIN));

    it('is formatted', () => {
      expect(execFileSync('gofmt', ['-l', 'pkg', 'Magefile.go'], { cwd: plugin }).toString()).toBe('');
    });

    it('is free of what vet complains about, the Magefile included', { timeout: BUILD_TIMEOUT_MS }, () => {
      const options = { cwd: plugin, stdio: 'pipe', env: { ...process.env, CGO_ENABLED: '0' } } as const;
      execFileSync(go ?? 'go', ['vet', '-tags', 'arrow_json_stdlib', './pkg/...'], options);
      execFileSync(go ?? 'go', ['vet', '-tags', 'mage', 'Magefile.go'], options);
    });
  });
});
