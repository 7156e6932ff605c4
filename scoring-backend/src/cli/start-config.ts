/**
 * The settings of processor and backend in one process. The file given with `--config` is YAML with the sections
 * `processor:` and `backend:`, each as its package documents it; flags override it.
 */
import { readFileSync } from 'node:fs';
import { ConfigError } from '@seismo/otel-processor/errors';
import { parseConfig, type ProcessorConfig } from '@seismo/otel-processor/config';
import { parseDocument } from 'yaml';
import { backendConfig, type BackendConfig } from '../config.ts';
import { messageOf } from '../errors.ts';
import type { StartOptions } from './start-options.ts';

type Section = Readonly<Record<string, unknown>>;

export interface StartConfig {
  readonly processor: ProcessorConfig;
  readonly backend: BackendConfig;
}

/** @throws ConfigError that names the field, what was expected and what came. */
export function startConfig(options: StartOptions): StartConfig {
  const { processor, backend } =
    options.config === undefined ? { processor: {}, backend: {} } : sections(options.config);
  const { host } = options;
  // What somebody who watches the demo wants to see is printed by the command itself.
  const logLevel = options.demo ? 'error' : 'warn';
  return {
    processor: parseConfig({
      logLevel,
      ...processor,
      ...given({ host, otlpHttpPort: options.otlpHttpPort, otlpGrpcPort: options.otlpGrpcPort }),
      ...(options.forward === undefined
        ? {}
        : { forward: { ...(processor.forward as Section), url: options.forward } }),
    }),
    backend: backendConfig({
      logLevel,
      ...backend,
      ...given({ host, port: options.apiPort, dataDir: options.dataDir }),
    }),
  };
}

function given(settings: Section): Section {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function sections(file: string): { processor: Section; backend: Section } {
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
  const { processor = {}, backend = {}, ...unknown } = whole;
  const [stranger] = Object.keys(unknown);
  if (stranger !== undefined)
    throw new ConfigError([`${file}: unknown section "${stranger}"; expected "processor" or "backend"`]);
  if (!isSection(processor)) throw new ConfigError([`${file}: processor must be a map of settings`]);
  if (!isSection(backend)) throw new ConfigError([`${file}: backend must be a map of settings`]);
  return { processor, backend };
}

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
