/** Checks settings against a schema and says in words what is wrong: field, what was expected, what came. */
import type { z } from 'zod';
import type { Field } from './config-fields.ts';
import { ConfigError } from './errors.ts';
import { nearest } from './nearest.ts';

/**
 * @throws ConfigError with one line per wrong field, such as
 *   `forward.timeoutMs must be between 1 and 600000, got 0` or `unknown setting "forwrad"; did you mean "forward"?`
 */
export function checked<S extends z.ZodType>(schema: S, fields: readonly Field[], settings: unknown): z.output<S> {
  const result = schema.safeParse(settings ?? {}, { reportInput: true });
  if (result.success) return result.data;
  const lines = new Set(result.error.issues.flatMap((issue) => explain(issue, fields)));
  throw new ConfigError([...lines]);
}

function explain(issue: z.core.$ZodIssue, fields: readonly Field[]): string[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey([...path, key], fields));
  const name = path.length === 0 ? 'the configuration' : path.join('.');
  const secret = fields.some((field) => field.secret === true && path.join('.').startsWith(field.path.join('.')));
  return [`${name} ${issue.message}, got ${secret ? 'another' : shown(issue.input)}${secret ? '' : meant(issue)}`];
}

/** Of a word that is none of those allowed: the one that was probably meant. */
function meant(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_value' || typeof issue.input !== 'string') return '';
  const guess = nearest(issue.input, issue.values.map(String));
  return guess === undefined ? '' : `; did you mean "${guess}"?`;
}

function unknownKey(path: readonly string[], fields: readonly Field[]): string {
  const parent = path.slice(0, -1).join('.');
  const siblings = fields
    .filter((field) => field.path.slice(0, path.length - 1).join('.') === parent)
    .map((field) => field.path.slice(0, path.length).join('.'));
  const everywhere = fields.map((field) => field.path.join('.'));
  const name = path.join('.');
  const guess = nearest(name, [...new Set(siblings)]) ?? nearest(name, everywhere) ?? sameEnding(path, everywhere);
  return `unknown setting "${name}"${guess === undefined ? '' : `; did you mean "${guess}"?`}`;
}

/** A field put into the wrong group is found by its own name. */
function sameEnding(path: readonly string[], names: readonly string[]): string | undefined {
  return names.find((name) => name.split('.').at(-1)?.toLowerCase() === path.at(-1)?.toLowerCase());
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
