/** The settings of redaction: what is taken for a secret, what is put in its place, and where. */
import { z } from 'zod';
import { group, oneOf, optionalText } from './config-fields.ts';
import { flag, listOf, mapOf, someOf, texts } from './config-list-fields.ts';
import { ACTIONS } from './redact/masks.ts';
import { DEFAULT_RULES, RULE_NAMES } from './redact/rules.ts';
import { SUMMARIES } from './redact/summary.ts';
import { compileCustomRules } from './redact/custom-rules.ts';
import { ConfigError } from './errors.ts';

const actionError = `must be ${ACTIONS.map((action) => `'${action}'`).join(' or ')}`;
const action = z.enum(ACTIONS, { error: actionError });
const name = z
  .string({ error: 'must be a name' })
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,31}$/, { error: 'must be a name of at most 32 letters, digits and _' });
const text = z
  .string({ error: 'must be a text that is not empty' })
  .min(1, { error: 'must be a text that is not empty' });

/** Settings of what is looked for, whoever looks. */
export const redactFields = {
  enabled: flag({
    default: true,
    meaning: 'Whether secrets are taken out of what is scored, and so of what is stored.',
  }),
  rules: someOf(RULE_NAMES, {
    default: DEFAULT_RULES,
    meaning:
      'Kinds of secrets that are looked for. Addresses (ipv4, ipv6) and user names only when they are named here.',
  }),
  action: oneOf(ACTIONS, {
    default: 'mask',
    meaning:
      'mask: <EMAIL> in its place. remove: nothing. hash: <EMAIL:0123456789abcdef>, HMAC-SHA256 with a key per tenant, so that equal values can still be told.',
  }),
  actions: mapOf(action, 'rule: action', {
    default: {},
    meaning: 'Action by the name of a rule, where it is another.',
  }),
  hashKey: optionalText({
    meaning: 'Secret from which the keys of the action hash are made; never shown. Better in hashKeyFile.',
    secret: true,
  }),
  hashKeyFile: optionalText({ meaning: 'File with that secret.' }),
  secretWords: texts({
    default: [],
    meaning: 'Further endings of keys whose values are secret, in small letters: "kennwort".',
  }),
  ignoredKeys: texts({
    default: ['service.name', 'service.namespace', 'deployment.environment.name'],
    meaning: 'Attributes that stay as they are; * at the end stands for any rest.',
  }),
  blockedKeys: texts({
    default: [],
    meaning: 'Attributes whose whole value is secret; * at the end stands for any rest.',
  }),
  custom: listOf(
    { name, pattern: text, action: action.optional(), contains: text.optional() },
    '{ name, pattern, action?, contains? }',
    'Rules of your own: regular expressions that run in linear time. contains: a text that every match holds; without it every record is read.',
  ),
};

const { enabled, ...rules } = redactFields;

export const redactSchema = group({
  enabled,
  scope: oneOf(['scoring', 'all'], {
    default: 'scoring',
    meaning: 'scoring: forwarded records stay as they came but for the annotation. all: they are redacted too.',
  }),
  ...rules,
  summary: oneOf(SUMMARIES, {
    default: 'info',
    meaning:
      'Attributes that tell what was redacted, as the Collector names them (redaction.masked.count and the like), with scope all only. info: counts. debug: keys too.',
  }),
});

export type RedactConfig = z.output<typeof redactSchema>;

/** What no field can say alone. */
export function redactConflicts(config: Omit<RedactConfig, 'scope' | 'summary'>): string[] {
  const problems: string[] = [];
  const known = [...RULE_NAMES, ...config.custom.map((rule) => rule.name)];
  for (const rule of Object.keys(config.actions))
    if (!known.includes(rule)) problems.push(`redact.actions names no rule "${rule}"`);
  const hashes = [config.action, ...Object.values(config.actions), ...config.custom.map((rule) => rule.action)];
  if (hashes.includes('hash') && config.hashKey === undefined && config.hashKeyFile === undefined)
    problems.push('redact.hashKeyFile (or redact.hashKey) must be given for the action hash');
  for (const word of config.secretWords)
    if (!/^[a-z]{3,24}$/.test(word))
      problems.push(`redact.secretWords must be of 3 to 24 small letters, got "${word}"`);
  try {
    compileCustomRules(config.custom, config.action);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
  }
  return problems;
}
