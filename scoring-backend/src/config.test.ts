import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { configTable, familiesTable, helpText, metricsTable } from './config-show.ts';
import { backendConfig } from './config.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
const folder = mkdtempSync(join(tmpdir(), 'seismo-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Run {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[], environment: Record<string, string> = {}): Promise<Run> {
  const options = { env: { ...process.env, ...environment } };
  return new Promise((resolve) =>
    execFile(process.execPath, [MAIN, ...args], options, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, stdout, stderr }),
    ),
  );
}

describe('the configuration', () => {
  it('has a default for everything', () => {
    expect(backendConfig()).toMatchObject({ host: '127.0.0.1', port: 7347, engine: { workers: 0, tickMs: 1000 } });
  });

  it.each([
    [{ prot: 7347 }, 'unknown setting "prot"; did you mean "port"?'],
    [{ engine: { tickms: 5 } }, 'unknown setting "engine.tickms"; did you mean "engine.tickMs"?'],
    [
      { attributes: { score: 'a', unscored: 'a' } },
      'attributes.score and attributes.unscored must differ, both are "a"',
    ],
    [{ attributes: { score: 'x'.repeat(128) } }, 'attributes.score must be at most 127 bytes'],
    [{ port: 70_000 }, 'port must be between 0 and 65535, got 70000'],
    [
      { engine: { windowModels: ['one-class-svn'] } },
      `engine.windowModels.0 must be one of 'isolation-forest', 'local-outlier-factor', 'half-space-trees', 'one-class-svm', 'dbscan', got "one-class-svn"; did you mean "one-class-svm"?`,
    ],
    [{ engine: { windowModels: [] } }, 'to have none, put unusual-windows into engine.detectorsOff'],
    [
      { engine: { detectorsOff: ['securty'] } },
      `engine.detectorsOff.0 must be one of 'novelty', 'rate', 'template-rate', 'error-rate', 'silence', 'figures', 'parameter-values', 'value-shift', 'sessions', 'unusual-windows', 'security', 'drift', 'correlation', got "securty"; did you mean "security"?`,
    ],
    [
      { store: { keepAnomaliesMs: 'a year' } },
      'store.keepAnomaliesMs must be a whole number between 60000 and 315360000000, got "a year"',
    ],
  ])('refuses %j and says what is wrong', (settings, message) => {
    expect(() => backendConfig(settings)).toThrow(message);
  });

  it('comes from file, environment and flags, the later over the earlier', async () => {
    const file = join(folder, 'seismo.yaml');
    writeFileSync(file, 'port: 1\nhost: 127.0.0.2\nengine:\n  workers: 3\n');
    const { code, stdout } = await run(['--config', file, '--port', '3', '--print-config'], {
      SEISMO_HOST: '127.0.0.3',
      SEISMO_PORT: '2',
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^port: 3$/m);
    expect(stdout).toMatch(/^host: 127\.0\.0\.3$/m);
    expect(stdout).toMatch(/^ {2}workers: 3$/m);
  });

  it('takes the families of detectors that are off as a list, and separated by commas', async () => {
    expect(backendConfig().engine.detectorsOff).toEqual([]);
    expect(backendConfig({ engine: { detectorsOff: ['security'] } }).engine.detectorsOff).toEqual(['security']);
    const { stdout } = await run(['--engine-detectors-off', 'security, drift', '--print-config']);
    expect(stdout).toContain('  detectorsOff:\n    - security\n    - drift\n');
  });

  it('is told by --help, and wrong flags end the command with code 2', async () => {
    const help = await run(['--help']);
    expect(help).toEqual({ code: 0, stdout: helpText(), stderr: '' });
    expect(help.stdout).toContain('--engine-checkpoint-ms');
    const wrong = await run(['--prot', '1']);
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('did you mean --port?') });
  });
});

describe('the command', () => {
  it('says which data directory is damaged and leaves with code 1', async () => {
    writeFileSync(join(folder, 'seismo.db'), 'not a database at all '.repeat(100));
    const { code, stderr } = await run(['--data-dir', folder, '--port', '0']);
    expect(code).toBe(1);
    expect(stderr).toContain(`${join(folder, 'seismo.db')} is damaged or no SQLite database`);
  });
});

describe('the README', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  /** Columns are padded by the formatter. */
  const plain = (table: string): string => table.replace(/ *\| */g, '|').replace(/-+/g, '-');

  it('has the table of settings that the schema gives', () => {
    expect(plain(readme)).toContain(plain(configTable()));
  });

  it('has the table of detector families that can be switched off', () => {
    expect(plain(readme)).toContain(plain(familiesTable()));
  });

  it('has the table of metrics that are served', () => {
    expect(plain(readme)).toContain(plain(metricsTable()));
  });

  it('gives a reason for every package it depends on', () => {
    const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
    };
    for (const name of Object.keys(manifest.dependencies)) expect(readme).toContain(`| \`${name}\``);
  });
});
