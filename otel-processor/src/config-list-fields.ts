/** Further building blocks of a configuration schema: switches, lists and maps. In the environment and as flags they are text. */
import { z } from 'zod';
import { told, type Told } from './config-fields.ts';

/** True or false. */
export function flag(options: Told<boolean>) {
  const error = "must be 'true' or 'false'";
  const fromText = (value: unknown): unknown => (value === 'true' ? true : value === 'false' ? false : value);
  return told(z.preprocess(fromText, z.boolean({ error })).default(options.default), "'true' or 'false'", options);
}

/** A list of texts that are not empty; as text separated by commas. */
export function texts(options: Told<string[]>) {
  const error = 'must be a list of texts';
  const entry = z
    .string({ error: 'must be a text that is not empty' })
    .min(1, { error: 'must be a text that is not empty' });
  return told(z.preprocess(listFromText, z.array(entry, { error })).default(options.default), 'list of texts', options);
}

/** A list of some of a few words; as text separated by commas. */
export function someOf<const T extends readonly [string, ...string[]]>(values: T, options: Told<readonly T[number][]>) {
  const expected = `some of ${values.map((value) => `'${value}'`).join(', ')}`;
  const entry = z.enum(values, { error: `must be one of ${values.map((value) => `'${value}'`).join(', ')}` });
  const list = z.array(entry, { error: `must be a list with ${expected}` });
  return told(z.preprocess(listFromText, list).default([...options.default] as never), expected, options);
}

/** A map with a value for some keys; as text in JSON. */
export function mapOf<V extends z.ZodType>(value: V, expected: string, options: Told<Record<string, z.output<V>>>) {
  const error = `must be a map: ${expected}`;
  const map = z.record(z.string(), value, { error });
  return told(z.preprocess(fromJson, map).default(options.default as never), expected, options);
}

/** A list of maps of settings; as text in JSON. Unknown keys are refused. */
export function listOf<S extends z.ZodRawShape>(shape: S, expected: string, meaning: string) {
  const error = `must be a list of ${expected}`;
  const list = z.array(z.strictObject(shape, { error: `must be ${expected}` }), { error });
  return told(z.preprocess(fromJson, list).default([]), `list of ${expected}`, { meaning });
}

function listFromText(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function fromJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
}
