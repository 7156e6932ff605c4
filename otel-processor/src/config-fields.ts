/**
 * Building blocks of a configuration schema: each field has a default, a unit and a meaning, and says in words what it
 * expects. What is told about a field here is what `--help`, the README's table and error messages show.
 */
import { z } from 'zod';

/** What people are told about a field. */
export interface FieldMeaning {
  /** ms, bytes, port …; '' where there is none. */
  readonly unit: string;
  /** What values are allowed, in words: "between 1 and 10000". */
  readonly expected: string;
  readonly meaning: string;
  /** A value that must not be shown by --print-config or in a log line. */
  readonly secret?: boolean;
}

/** One field of a schema with the path to it. */
export interface Field extends FieldMeaning {
  readonly path: readonly string[];
  readonly default: unknown;
  /** Comes into force without a restart. */
  readonly reload: boolean;
}

const meanings = z.registry<FieldMeaning>();
/** Fields and groups that may change while the program runs. */
const reloadables = new WeakSet<z.ZodType>();

export interface Told<T> {
  readonly default: T;
  readonly unit?: string;
  readonly meaning: string;
  readonly secret?: boolean;
}

/** A whole number within bounds, both included. Text is read as a number, for flags and the environment. */
export function integer(options: Told<number> & { readonly min: number; readonly max: number }) {
  const { min, max } = options;
  const expected = `between ${min} and ${max}`;
  const number = z
    .number({ error: `must be a whole number ${expected}` })
    .int({ error: `must be a whole number ${expected}` })
    .min(min, { error: `must be ${expected}` })
    .max(max, { error: `must be ${expected}` });
  return told(z.preprocess(numberFromText, number).default(options.default), expected, options);
}

/** A number between 0 and 1, both left out. Text is read as a number, for flags and the environment. */
export function fraction(options: Told<number>) {
  const error = 'must be a number between 0 and 1, both left out';
  const number = z.number({ error }).gt(0, { error }).lt(1, { error });
  return told(z.preprocess(numberFromText, number).default(options.default), 'between 0 and 1', options);
}

/** One of a few words. */
export function oneOf<const T extends readonly [string, ...string[]]>(values: T, options: Told<T[number]>) {
  const expected = values.map((value) => `'${value}'`).join(' or ');
  return told(z.enum(values, { error: `must be ${expected}` }).default(options.default as never), expected, options);
}

/** A text that is not empty. */
export function text(options: Told<string>) {
  const error = 'must be a text that is not empty';
  return told(z.string({ error }).min(1, { error }).default(options.default), 'text', options);
}

/** A text that may be left out, and is not empty where it is given. */
export function optionalText(options: Omit<Told<string>, 'default'>) {
  const error = 'must be a text that is not empty';
  return told(z.string({ error }).min(1, { error }).optional(), 'text', options);
}

const URL_EXPECTED = 'an http:// or https:// URL';

/** An http(s) URL that has a default. */
export function url(options: Told<string>) {
  return told(httpUrl().default(options.default), URL_EXPECTED, options);
}

/** An http(s) URL that may be left out. */
export function optionalUrl(options: Omit<Told<string>, 'default'>) {
  return told(httpUrl().optional(), URL_EXPECTED, options);
}

/** Header names and values. Values may be credentials: they are never shown. */
export function headers(options: Told<Readonly<Record<string, string>>>) {
  const error = 'must be a map of header names to texts';
  const name = z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'is not a header name' });
  const value = z.string({ error: 'must be a text' }).regex(/^[\t\x20-\x7e\x80-\xff]*$/, {
    error: 'has a character that a header must not have',
  });
  return told(z.record(name, value, { error }).default(options.default), 'name: value', { ...options, secret: true });
}

/** A group of fields; every one of them has a default, so the group may be left out. Unknown keys are refused. */
export function group<S extends z.ZodRawShape>(shape: S) {
  return z.strictObject(shape, { error: 'must be a map of settings' }).prefault({} as never);
}

/** Says of a field, or of all fields of a group, that a new value comes into force without a restart. */
export function reloadable<S extends z.ZodType>(schema: S): S {
  reloadables.add(schema);
  return schema;
}

/** All fields of a schema in the order they were written, groups opened. */
export function fieldsOf(schema: z.ZodType, path: readonly string[] = [], inReloadable = false): Field[] {
  const meaning = meanings.get(schema);
  const reload = inReloadable || reloadables.has(schema);
  if (meaning !== undefined) return [{ ...meaning, path, default: schema.safeParse(undefined).data, reload }];
  const inner = schema instanceof z.ZodPrefault ? schema.def.innerType : schema;
  if (!(inner instanceof z.ZodObject)) throw new TypeError(`config: ${path.join('.')} has no meaning`);
  return Object.entries(inner.shape).flatMap(([key, child]) => fieldsOf(child as z.ZodType, [...path, key], reload));
}

/** Notes what people are told about a field; for kinds of fields that are made elsewhere. */
export function told<S extends z.ZodType>(schema: S, expected: string, options: Partial<FieldMeaning>): S {
  const { unit = '', meaning = '', secret } = options;
  meanings.add(schema, { unit, expected, meaning, ...(secret === undefined ? {} : { secret }) });
  return schema;
}

function httpUrl() {
  const error = `must be ${URL_EXPECTED}`;
  return z.string({ error }).refine(isHttpUrl, { error });
}

function isHttpUrl(value: string): boolean {
  return URL.canParse(value) && /^https?:$/.test(new URL(value).protocol);
}

function numberFromText(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}
