/** What a changed configuration means for a processor that runs: which fields may change now, and which need a restart. */
import { isDeepStrictEqual } from 'node:util';
import { CONFIG_FIELDS } from './config.ts';
import type { ProcessorConfig } from './config.ts';
import type { Field } from './config-fields.ts';
import { withoutCredentials } from './config-show.ts';

export interface ConfigChanges {
  /** The old configuration with the new values of all fields that may change without a restart. */
  readonly config: ProcessorConfig;
  /** Fields that change now, as `scoring.timeoutMs: 200 → 300`; secrets are hidden. */
  readonly now: readonly string[];
  /** Fields whose new values wait for a restart. */
  readonly afterRestart: readonly string[];
}

/** Something made for a new configuration: put into force together with others, or thrown away. */
export interface PendingChange {
  commit(): void;
  discard(): void;
}

/** @param running what is in force @param wanted what was read just now */
export function changesBetween(running: ProcessorConfig, wanted: ProcessorConfig): ConfigChanges {
  const config = structuredClone(running);
  const now: string[] = [];
  const afterRestart: string[] = [];
  for (const field of CONFIG_FIELDS) {
    const [from, to] = [valueAt(running, field.path), valueAt(wanted, field.path)];
    if (isDeepStrictEqual(from, to)) continue;
    (field.reload ? now : afterRestart).push(`${field.path.join('.')}: ${shown(field, from)} → ${shown(field, to)}`);
    if (field.reload) put(config, field.path, to);
  }
  return { config, now, afterRestart };
}

type Tree = { [key: string]: unknown };

function valueAt(config: ProcessorConfig, path: readonly string[]): unknown {
  return path.reduce<unknown>((tree, key) => (tree as Tree)[key], config);
}

function put(config: ProcessorConfig, path: readonly string[], value: unknown): void {
  const group = valueAt(config, path.slice(0, -1)) as Tree;
  group[path[path.length - 1]] = value;
}

const MAX_SHOWN = 200;

function shown(field: Field, value: unknown): string {
  if (value === undefined) return 'none';
  if (field.secret === true) return '(hidden)';
  if (typeof value === 'string') return /^https?:/.test(value) ? withoutCredentials(value) : value;
  return JSON.stringify(value).slice(0, MAX_SHOWN);
}
