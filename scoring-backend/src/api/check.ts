/** Checks what a client sent against its schema, and says what is wrong: field, what was expected, what came. */
import type { z } from 'zod';
import { SeismoError } from '../errors.ts';

/**
 * @param at path of the value inside the request, for messages: `queries[0]`
 * @throws SeismoError INVALID_REQUEST naming the first wrong field
 */
export function check<S extends z.ZodType>(schema: S, value: unknown, at = ''): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const { field, message } = problemOf(result.error, at);
  throw new SeismoError('INVALID_REQUEST', message, { field });
}

export interface Problem {
  readonly field: string;
  readonly message: string;
}

/** The first problem of a check that failed. */
export function problemOf(error: z.ZodError, at = ''): Problem {
  const issue = error.issues[0];
  if (issue.code === 'unrecognized_keys') {
    const field = fieldName(at, [...issue.path, issue.keys[0]]);
    return { field, message: `${field} is no field of this request` };
  }
  const field = fieldName(at, issue.path);
  const name = field === '' ? 'the request' : field;
  const came = issue.message.includes('received') ? '' : `, got ${shown(issue.input)}`;
  return { field, message: `${name}: ${issue.message.replace(/^Invalid input: /, '')}${came}` };
}

/** `['queries', 0, 'from']` as `queries[0].from`. */
function fieldName(at: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>((name, key) => {
    if (typeof key === 'number') return `${name}[${key}]`;
    return name === '' ? String(key) : `${name}.${String(key)}`;
  }, at);
}

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
