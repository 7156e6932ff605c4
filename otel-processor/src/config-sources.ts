/**
 * Where settings come from: a YAML file, the environment, flags; each overrides the one before.
 * A field `forward.timeoutMs` is `SEISMO_FORWARD_TIMEOUT_MS` in the environment and `--forward-timeout-ms` as a flag.
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseDocument } from 'yaml';
import type { Field } from './config-fields.ts';
import { ConfigError } from './errors.ts';
import { nearest } from './nearest.ts';

/** What the command line asks for besides settings. */
export interface CommandLine {
  readonly help: boolean;
  readonly printConfig: boolean;
  readonly validate: boolean;
  /** The YAML file they are read from, if any. */
  readonly file: string | undefined;
  /** Merged settings, not yet checked. */
  readonly settings: unknown;
}

type Tree = { [key: string]: unknown };

/** The flag of a field: `forward.timeoutMs` → `--forward-timeout-ms`. */
export function flagOf(field: Field): string {
  return `--${words(field).join('-')}`;
}

/** The environment variable of a field: `forward.timeoutMs` → `SEISMO_FORWARD_TIMEOUT_MS`. */
export function variableOf(field: Field): string {
  return `SEISMO_${words(field).join('_').toUpperCase()}`;
}

/**
 * Reads file, environment and flags.
 * @throws ConfigError for an unknown flag, an unreadable file, or YAML that is none
 */
export function readCommandLine(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  fields: readonly Field[],
): CommandLine {
  const flags = readFlags(argv, fields);
  const file = flags.get('--config') ?? environment.SEISMO_CONFIG;
  const settings = file === undefined ? {} : readFile(file);
  for (const field of fields) {
    const value = flags.get(flagOf(field)) ?? environment[variableOf(field)];
    if (value !== undefined) put(settings, field, value);
  }
  return {
    help: flags.has('--help'),
    printConfig: flags.has('--print-config'),
    validate: flags.has('--validate'),
    file,
    settings,
  };
}

function readFlags(argv: readonly string[], fields: readonly Field[]): Map<string, string> {
  const boolean = ['help', 'print-config', 'validate'];
  const withValue = ['config', ...fields.map((field) => flagOf(field).slice(2))];
  const options = Object.fromEntries([
    ...boolean.map((name) => [name, { type: 'boolean' }] as const),
    ...withValue.map((name) => [name, { type: 'string' }] as const),
  ]);
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const flags = new Map<string, string>();
  const problems: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') problems.push(`unexpected argument "${token.value}"`);
    if (token.kind !== 'option') continue;
    const known = options[token.name];
    if (known === undefined) {
      const guess = nearest(token.name, Object.keys(options));
      problems.push(`unknown flag ${token.rawName}${guess === undefined ? '' : `; did you mean --${guess}?`}`);
    } else if (known.type === 'string' && token.value === undefined) {
      problems.push(`${token.rawName} needs a value`);
    } else if (known.type === 'boolean' && token.value !== undefined) {
      problems.push(`${token.rawName} takes no value, got "${token.value}"`);
    } else flags.set(`--${token.name}`, token.value ?? '');
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return flags;
}

function readFile(file: string): Tree {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigError([`cannot read the configuration file ${file}: ${(cause as Error).message}`], { cause });
  }
  const document = parseDocument(source);
  const [error] = document.errors;
  if (error !== undefined) throw new ConfigError([`${file} is not YAML: ${error.message}`]);
  const settings: unknown = document.toJS() ?? {};
  if (typeof settings !== 'object' || Array.isArray(settings))
    throw new ConfigError([`${file} must hold a map of settings, got ${JSON.stringify(settings).slice(0, 80)}`]);
  return settings as Tree;
}

function put(settings: Tree, field: Field, value: string): void {
  let tree = settings;
  for (const key of field.path.slice(0, -1)) {
    const inner = tree[key];
    // A group that the file leaves empty, or fills with something else, which the schema would refuse anyway.
    tree = tree[key] = typeof inner === 'object' && inner !== null ? { ...inner } : {};
  }
  tree[field.path[field.path.length - 1]] = field.expected === 'name: value' ? headersFromText(field, value) : value;
}

/** `authorization=Bearer x,x-team=shop`, the form of OTEL_EXPORTER_OTLP_HEADERS. */
function headersFromText(field: Field, value: string): Record<string, string> {
  const pairs = value.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at <= 0) throw new ConfigError([`${field.path.join('.')} must be "name=value,name=value"`]);
      return [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );
}

function words(field: Field): string[] {
  return field.path
    .map((key) => key.replace(/[A-Z]/g, (letter) => `-${letter}`).toLowerCase())
    .flatMap((key) => key.split('-'));
}
