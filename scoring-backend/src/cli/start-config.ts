/**
 * The settings of processor and backend in one process: defaults, then the file, the environment and flags, each over
 * the one before. The file is YAML with the sections `processor:` and `backend:`; variables and flags are those of the
 * packages, and one that both know (`SEISMO_HOST`) is for both.
 */
import { readFileSync } from 'node:fs';
import { CONFIG_FIELDS, parseConfig, type ProcessorConfig } from '@seismo/otel-processor/config';
import type { Field } from '@seismo/otel-processor/config-fields';
import { readCommandLine } from '@seismo/otel-processor/config-sources';
import { configAsYaml } from '@seismo/otel-processor/config-show';
import { ConfigError } from '@seismo/otel-processor/errors';
import { parse, parseDocument, stringify } from 'yaml';
import { BACKEND_CONFIG_FIELDS, backendConfig, type BackendConfig } from '../config.ts';
import { configAsYaml as backendAsYaml } from '../config-show.ts';
import { messageOf } from '../errors.ts';
import type { StartOptions } from './start-options.ts';

type Section = Readonly<Record<string, unknown>>;
type Environment = Readonly<Record<string, string | undefined>>;

export interface StartConfig {
  readonly processor: ProcessorConfig;
  readonly backend: BackendConfig;
  /** The file that settings were read from, if any. */
  readonly file: string | undefined;
  /** Did somebody choose the data directory? */
  readonly dataDirGiven: boolean;
  /** Only show or check the settings? */
  readonly only: 'print' | 'validate' | undefined;
}

/** @throws ConfigError that names the field, what was expected and what came. */
export function startConfig(options: StartOptions, environment: Environment): StartConfig {
  const file = options.config ?? environment.SEISMO_CONFIG;
  const sections = file === undefined ? { processor: {}, backend: {} } : readSections(file);
  const { host, dataDir, webDir } = options;
  // What somebody who watches the demo wants to see is printed by the command itself.
  const logLevel = options.demo ? 'error' : 'warn';
  const flags = readCommandLine(options.rest, {}, [...CONFIG_FIELDS, ...BACKEND_CONFIG_FIELDS]);
  const settle = (section: Section, fields: readonly Field[], named: Section): Section => {
    const variables = readCommandLine([], { ...environment, SEISMO_CONFIG: undefined }, fields);
    const chosen = picked(flags.settings as Section, fields);
    return [{ logLevel }, section, variables.settings, chosen, given(named)].reduce<Section>(
      (lower, upper) => overlaid(lower, upper as Section, fields),
      {},
    );
  };
  const processor = parseConfig(
    settle(sections.processor, CONFIG_FIELDS, {
      ...{ host, otlpHttpPort: options.otlpHttpPort, otlpGrpcPort: options.otlpGrpcPort },
      ...(options.forward === undefined ? {} : { forward: { url: options.forward } }),
    }),
  );
  // One process, one idea of what is a secret, unless the section says otherwise.
  const { scope: _scope, summary: _summary, ...redact } = processor.redact;
  const backend = settle({ redact, ...sections.backend }, BACKEND_CONFIG_FIELDS, {
    host,
    port: options.apiPort,
    dataDir,
    webDir,
  });
  // One process writes and reads the marks: what the processor calls them is what the backend looks for.
  const { score, unscored } = processor.attributes;
  const attributes = { score, unscored };
  refuseOtherNames(sections.backend, attributes);
  return {
    ...{ processor, file },
    backend: backendConfig({ ...backend, attributes }),
    dataDirGiven: backend.dataDir !== undefined,
    only: flags.printConfig ? 'print' : flags.validate ? 'validate' : undefined,
  };
}

/** The settings in force as a file of them; secrets are hidden. */
export function configText({ processor, backend }: StartConfig): string {
  const sections = { processor: configAsYaml(processor), backend: backendAsYaml(backend) };
  return Object.entries(sections)
    .map(([name, yaml]) => stringify({ [name]: parse(yaml) as Section }, { lineWidth: 0 }))
    .join('')
    .trimEnd();
}

/** Those settings of flags that a package knows: groups that both have (`redact`) need not have the same settings. */
function picked(settings: Section, fields: readonly Field[]): Section {
  const chosen: Record<string, unknown> = {};
  for (const { path } of fields) {
    const value = path.reduce<unknown>((tree, key) => (isSection(tree) ? tree[key] : undefined), settings);
    if (value === undefined) continue;
    let tree = chosen;
    for (const key of path.slice(0, -1)) tree = (tree[key] ??= {}) as Record<string, unknown>;
    tree[path[path.length - 1]] = value;
  }
  return chosen;
}

/** `lower` with every setting that `upper` has in its place; what is no setting stays, to be refused by name. */
function overlaid(lower: Section, upper: Section, fields: readonly Field[], depth = 0): Section {
  const merged: Record<string, unknown> = { ...lower };
  for (const [key, value] of Object.entries(upper)) {
    const inside = fields.filter(({ path }) => path[depth] === key && path.length > depth + 1);
    const below = merged[key];
    merged[key] =
      inside.length > 0 && isSection(value) && isSection(below) ? overlaid(below, value, inside, depth + 1) : value;
  }
  return merged;
}

function refuseOtherNames({ attributes }: Section, names: Section): void {
  if (!isSection(attributes)) return;
  const problems = Object.entries(attributes)
    .filter(([field, name]) => field in names && name !== names[field])
    .map(
      ([field, name]) =>
        `backend.attributes.${field} must be as processor.attributes.${field}, "${String(names[field])}", got ${JSON.stringify(name)}`,
    );
  if (problems.length > 0) throw new ConfigError(problems);
}

function given(settings: Section): Section {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function readSections(file: string): { processor: Section; backend: Section } {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError([`cannot read the configuration file ${file}: ${messageOf(cause)}`], { cause });
  }
  const document = parseDocument(source);
  const [error] = document.errors;
  if (error !== undefined) throw new ConfigError([`${file} is not YAML: ${error.message}`]);
  const whole: unknown = document.toJS() ?? {};
  if (!isSection(whole)) throw new ConfigError([`${file} must hold the sections "processor" and "backend"`]);
  const { processor, backend, ...unknown } = whole;
  const [stranger] = Object.keys(unknown);
  if (stranger !== undefined)
    throw new ConfigError([`${file}: unknown section "${stranger}"; expected "processor" or "backend"`]);
  return { processor: sectionOf(file, 'processor', processor), backend: sectionOf(file, 'backend', backend) };
}

/** A section left empty is one without settings. */
function sectionOf(file: string, name: string, section: unknown): Section {
  const settings = section ?? {};
  if (!isSection(settings)) throw new ConfigError([`${file}: ${name} must be a map of settings`]);
  return settings;
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
