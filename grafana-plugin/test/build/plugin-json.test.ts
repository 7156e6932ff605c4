/** The plugin.json files: what Grafana and its catalogue check, and what the parts of this repository must agree on. */
import fs from 'node:fs';
import path from 'node:path';
import { Ajv, type AnySchema } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { referenceData } from '../../../otel-processor/test/needs.ts';

const SRC = path.join(import.meta.dirname, '../../src');

interface PluginJson {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly executable?: string;
  readonly backend?: boolean;
  readonly alerting?: boolean;
  readonly includes?: readonly { type: string; name: string; path: string }[];
  readonly info: { logos: { small: string; large: string }; keywords: string[]; version: string; description: string };
  readonly dependencies: { grafanaDependency: string };
}

const read = (folder: string) =>
  JSON.parse(fs.readFileSync(path.join(SRC, folder, 'plugin.json'), 'utf8')) as PluginJson;
/**
 * Grafana's schema, from its sources (docs/sources/developers/plugins/plugin.schema.json): it is in no package of npm's,
 * and the catalogue's validator fetches it from GitHub, too. So it is used where somebody has put it; its rules for what
 * our files hold stand below in any case.
 */
const schemaFile = [
  process.env['SEISMO_PLUGIN_SCHEMA'],
  path.join(referenceData ?? '', 'grafana/plugin.schema.json'),
].find((file): file is string => file !== undefined && fs.existsSync(file));
/** What that schema asks of an app, a datasource with a backend and a panel, in so far as our files say something about it. */
const OUR_PART = {
  type: 'object',
  required: ['type', 'name', 'id', 'info', 'dependencies'],
  additionalProperties: false,
  properties: {
    $schema: { type: 'string', pattern: '^https://' },
    type: { enum: ['app', 'datasource', 'panel'] },
    name: { type: 'string', minLength: 1 },
    id: { type: 'string', pattern: '^[0-9a-z]+-([0-9a-z]+-)?(app|panel|datasource)$' },
    executable: { type: 'string' },
    ...Object.fromEntries(
      [
        'backend',
        'alerting',
        'annotations',
        'metrics',
        'logs',
        'streaming',
        'skipDataQuery',
        'autoEnabled',
        'preload',
      ].map((name) => [name, { type: 'boolean' }]),
    ),
    category: { enum: ['tsdb', 'logging', 'cloud', 'tracing', 'profiling', 'sql', 'enterprise', 'iot', 'other'] },
    queryOptions: {
      type: 'object',
      additionalProperties: false,
      properties: {
        maxDataPoints: { type: 'boolean' },
        minInterval: { type: 'boolean' },
        cacheTimeout: { type: 'boolean' },
      },
    },
    info: {
      type: 'object',
      required: ['logos', 'version', 'updated', 'keywords'],
      properties: {
        author: { type: 'object', properties: { name: { type: 'string' }, url: { type: 'string' } } },
        keywords: { type: 'array', minItems: 1, items: { type: 'string' } },
        logos: { type: 'object', required: ['small', 'large'] },
        updated: { pattern: '^(\\d{4}-\\d{2}-\\d{2}|%TODAY%)$' },
        version: { pattern: '^(\\d+\\.\\d+\\.\\d+.*|%VERSION%)$' },
      },
    },
    includes: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          type: { enum: ['dashboard', 'page', 'panel', 'datasource'] },
          role: { enum: ['Admin', 'Editor', 'Viewer', 'None'] },
          name: { type: 'string' },
          path: { type: 'string' },
        },
      },
    },
    dependencies: {
      type: 'object',
      required: ['grafanaDependency'],
      properties: {
        grafanaDependency: { type: 'string', pattern: '^[<>=^~]*\\d+\\.\\d+\\.\\d+' },
        plugins: { type: 'array', items: { type: 'object', required: ['id', 'type', 'name'] } },
      },
    },
  },
} as const;
const ALL = ['.', 'datasource', 'panel'] as const;

describe.each(ALL)('plugin.json in %s', (folder) => {
  const json = read(folder);

  it("keeps the rules of Grafana's schema for what it holds", () => {
    expect(problems(OUR_PART, json)).toEqual([]);
  });

  if (schemaFile !== undefined)
    it('passes the schema that Grafana publishes', () => {
      // Its draft is named with https and without "#", which ajv does not know by that name.
      const { $schema: _draft, ...schema } = JSON.parse(fs.readFileSync(schemaFile, 'utf8')) as { $schema: string };
      expect(problems(schema, json)).toEqual([]);
    });

  it('has an id that ends with its type, as signing asks for', () => {
    expect(json.id).toBe(`seismo-loganomaly-${json.type}`);
  });

  it('names logos that are there, and are SVG without scripts', () => {
    for (const logo of Object.values(json.info.logos)) {
      const svg = fs.readFileSync(path.join(SRC, folder, logo), 'utf8');
      expect(svg).toMatch(/^<svg /);
      expect(svg).not.toMatch(/<script|\bon\w+=|href/i);
    }
  });

  it('leaves version and date to the build', () => {
    expect(json.info).toMatchObject({ version: '%VERSION%', updated: '%TODAY%' });
    expect(json.info.keywords.length).toBeGreaterThan(0);
    expect(json.info.description.length).toBeGreaterThan(20);
  });

  it('asks for the same Grafana as the others', () => {
    expect(json.dependencies.grafanaDependency).toBe('>=12.3.0');
  });
});

describe('the suite', () => {
  it('includes each nested plugin by type and path', () => {
    const nested = (read('.').includes ?? []).filter(({ type }) => type !== 'page');
    expect(nested.map(({ type, path: file }) => [type, file])).toEqual([
      ['datasource', 'datasource/plugin.json'],
      ['panel', 'panel/plugin.json'],
    ]);
    for (const { type, path: file } of nested) expect(read(path.dirname(file)).type).toBe(type);
  });

  it('has alerting, which needs a backend with an executable', () => {
    expect(read('datasource')).toMatchObject({ alerting: true, backend: true, executable: 'gpx_seismo' });
  });

  it('is named the same wherever code refers to it', () => {
    const ids = ALL.map((folder) => read(folder).id);
    const named = [...sources(SRC)].flatMap(
      (file) => fs.readFileSync(file, 'utf8').match(/seismo-loganomaly-\w+/g) ?? [],
    );
    expect(named.length).toBeGreaterThan(0);
    for (const name of named) expect(ids).toContain(name);
  });
});

function problems(schema: AnySchema, json: PluginJson): unknown[] {
  const ajv = new Ajv({ strict: false, unicodeRegExp: false, allErrors: true });
  addFormats.default(ajv);
  const check = ajv.compile(schema);
  return check(json) ? [] : (check.errors ?? []);
}

function* sources(folder: string): Generator<string> {
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && /\.tsx?$/.test(entry.name)) yield path.join(entry.parentPath, entry.name);
}
