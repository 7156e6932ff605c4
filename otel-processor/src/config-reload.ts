/** What a changed configuration means for a program that runs: which fields may change now, and which need a restart. */
import { isDeepStrictEqual } from 'node:util';
import type { Field } from './config-fields.ts';
import { withoutCredentials } from './config-show.ts';

export interface ConfigChanges<C> {
  /** The old configuration with the new values of all fields that may change without a restart. */
  readonly config: C;
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

/** What came of reading a configuration again. */
export interface Reloaded {
  readonly now: readonly string[];
  readonly afterRestart: readonly string[];
  /** Why all stayed as it was; empty when it did not. */
  readonly problems: readonly string[];
}

/** @param running what is in force @param wanted what was read just now */
export function changesBetween<C extends object>(running: C, wanted: C, fields: readonly Field[]): ConfigChanges<C> {
  const config = structuredClone(running);
  const now: string[] = [];
  const afterRestart: string[] = [];
  for (const field of fields) {
    const [from, to] = [valueAt(running, field.path), valueAt(wanted, field.path)];
    if (isDeepStrictEqual(from, to)) continue;
    (field.reload ? now : afterRestart).push(`${field.path.join('.')}: ${shown(field, from)} → ${shown(field, to)}`);
    if (field.reload) put(config, field.path, to);
  }
  return { config, now, afterRestart };
}

type Tree = { [key: string]: unknown };

function valueAt(config: object, path: readonly string[]): unknown {
  return path.reduce<unknown>((tree, key) => (tree as Tree)[key], config);
}

function put(config: object, path: readonly string[], value: unknown): void {
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
