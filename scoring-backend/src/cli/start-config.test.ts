import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CONFIG_FIELDS } from '@seismo/otel-processor/config';
import { variableOf } from '@seismo/otel-processor/config-sources';
import { parse } from 'yaml';
import { BACKEND_CONFIG_FIELDS, type BackendConfig } from '../config.ts';
import type { ProcessorConfig } from '@seismo/otel-processor/config';
import { type Ended, runSeismo } from './seismo-process.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seismo-settings-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Settings {
  readonly processor: ProcessorConfig;
  readonly backend: BackendConfig;
}

function settingsOf({ code, stdout, stderr }: Ended): Settings {
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return parse(stdout) as Settings;
}

async function fileOf(text: string): Promise<string> {
  const file = join(folder, 'seismo.yaml');
  await writeFile(file, text);
  return file;
}

describe('the settings of seismo start', () => {
  it('come from defaults, file, environment and flags, each over the one before', async () => {
    const file = await fileOf(
      'processor:\n  forward: { url: "http://127.0.0.1:1", timeoutMs: 11, connections: 12, maxHops: 13 }\n' +
        'backend:\n  port: 21\n  dataDir: ./from-file\n  engine: { slots: 22, workers: 23, maxStreams: 24 }\n',
    );
    const env = {
      SEISMO_CONFIG: file,
      ...{ SEISMO_FORWARD_TIMEOUT_MS: '31', SEISMO_FORWARD_CONNECTIONS: '32', SEISMO_PORT: '33' },
      ...{
        SEISMO_ENGINE_SLOTS: '34',
        SEISMO_ENGINE_WORKERS: '35',
        SEISMO_HOST: '127.0.0.3',
        SEISMO_DATA_DIR: './from-env',
      },
    };
    const flags = ['--forward-timeout-ms', '41', '--engine-slots=42', '--api-port', '43', '--data-dir', './from-flag'];
    const { processor, backend } = settingsOf(await runSeismo(['start', '--print-config', ...flags], { env }));
    expect(processor).toMatchObject({
      host: '127.0.0.3',
      otlpHttpPort: 4318,
      forward: { url: 'http://127.0.0.1:1', timeoutMs: 41, connections: 32, maxHops: 13 },
    });
    expect(backend).toMatchObject({ host: '127.0.0.3', port: 43, dataDir: './from-flag' });
    expect(backend.engine).toMatchObject({ slots: 42, workers: 35, maxStreams: 24, tickMs: 1000 });
  });

  it('have one set of attribute names, those of the processor', async () => {
    const file = await fileOf('processor:\n  attributes: { score: my.score }\n');
    const env = { SEISMO_ATTRIBUTES_UNSCORED: 'my.unscored' };
    const given = settingsOf(await runSeismo(['start', '--print-config', '--config', file], { env }));
    expect(given.processor.attributes).toMatchObject({ score: 'my.score', unscored: 'my.unscored' });
    expect(given.backend.attributes).toEqual({ score: 'my.score', unscored: 'my.unscored' });

    const other = await fileOf('processor:\n  attributes: { score: a }\nbackend:\n  attributes: { score: b }\n');
    const refused = await runSeismo(['start', '--validate', '--config', other]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('backend.attributes.score must be as processor.attributes.score, "a", got "b"');
  });

  it.each([
    ['an unknown flag', ['--enginee-slots', '9'], {}, 'did you mean --engine-slots?'],
    ['a variable that is wrong', [], { SEISMO_ENGINE_SLOTS: 'many' }, 'engine.slots must be a whole number'],
    ['an argument', ['demo'], {}, 'unexpected argument "demo"'],
  ])('are refused with the reason and code 2: %s', async (_what, args, env, words) => {
    const { code, stderr } = await runSeismo(['start', '--validate', ...args], { env });
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});

describe('redaction in one process', () => {
  const printed = async (args: readonly string[], yaml: string): Promise<Settings> =>
    settingsOf(await runSeismo(['start', '--config', await fileOf(yaml), '--print-config', ...args]));

  it('is by the rules of the processor at the API too, unless it has its own', async () => {
    const rules = 'redact: { rules: [email], blockedKeys: [user.note], hashKey: not to be shown }';
    const { processor, backend } = await printed(['--redact-scope', 'all'], `processor: { ${rules} }`);
    expect(processor.redact).toMatchObject({ rules: ['email'], scope: 'all', hashKey: '(hidden)' });
    expect(backend.redact).toMatchObject({ rules: ['email'], blockedKeys: ['user.note'], hashKey: '(hidden)' });
    const other = await printed([], `processor: { ${rules} }\nbackend: { redact: { rules: [card] } }`);
    expect(other.backend.redact).toMatchObject({ rules: ['card'], blockedKeys: [] });
  });
});

describe('.env.example', () => {
  const text = readFileSync(join(import.meta.dirname, '../../../.env.example'), 'utf8');
  const listed = [...text.matchAll(/^#?([A-Z][A-Z0-9_]*)=(.*)$/gm)].map(([, name, value]) => ({ name, value }));
  const fields = [...CONFIG_FIELDS, ...BACKEND_CONFIG_FIELDS];

  it('lists only variables that are read, each once, with its default', () => {
    expect(listed.length).toBeGreaterThan(20);
    expect(new Set(listed.map(({ name }) => name)).size).toBe(listed.length);
    for (const { name, value } of listed) {
      const field = fields.find((candidate) => variableOf(candidate) === name);
      expect(name === 'SEISMO_CONFIG' || field !== undefined, name).toBe(true);
      const byDefault = field?.default ?? '';
      expect(value, name).toBe(typeof byDefault === 'object' ? '' : String(byDefault));
    }
  });

  it('says above each what it means', () => {
    const lines = text.split('\n');
    for (const { name } of listed)
      expect(lines[lines.findIndex((line) => line.startsWith(`#${name}=`)) - 1], name).toMatch(/^# \S/);
  });
});
