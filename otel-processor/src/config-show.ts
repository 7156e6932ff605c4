/** Shows the configuration to people: `--help`, `--print-config` and the tables of the README. */
import { stringify } from 'yaml';
import { CONFIG_FIELDS } from './config.ts';
import type { ProcessorConfig } from './config.ts';
import type { Field } from './config-fields.ts';
import { flagOf, variableOf } from './config-sources.ts';

/** What `--help` prints. */
export function helpText(): string {
  const flags = CONFIG_FIELDS.map(
    (field) => [flagOf(field), `${field.meaning} (default: ${defaultOf(field)})`] as const,
  );
  const width = Math.max(...flags.map(([flag]) => flag.length)) + 2;
  return [
    'otel-processor: takes OTLP logs, has them scored, and passes them on with their verdicts.',
    '',
    'Usage: node otel-processor/src/main.ts [--config FILE.yaml] [flags]',
    '',
    `  ${'--config'.padEnd(width)}YAML file with settings (or SEISMO_CONFIG); flags override the environment, which overrides the file`,
    `  ${'--validate'.padEnd(width)}check the configuration and leave`,
    `  ${'--print-config'.padEnd(width)}print the configuration in force as YAML and leave; secrets are hidden`,
    `  ${'--help'.padEnd(width)}print this`,
    '',
    ...flags.map(([flag, meaning]) => `  ${flag.padEnd(width)}${meaning}`),
    '',
  ].join('\n');
}

/** The configuration as YAML; header values and credentials in URLs are hidden. */
export function configAsYaml(config: ProcessorConfig): string {
  const hidden = (headers: Readonly<Record<string, string>>): Record<string, string> =>
    Object.fromEntries(Object.keys(headers).map((name) => [name, '(hidden)']));
  const { url, ...forward } = config.forward;
  const shown = url === undefined ? {} : { url: withoutCredentials(url) };
  const { endpoint, ...scoring } = config.scoring;
  const { hashKey } = config.redact;
  return stringify(
    {
      ...config,
      redact: { ...config.redact, ...(hashKey === undefined ? {} : { hashKey: '(hidden)' }) },
      forward: { ...shown, ...forward, headers: hidden(forward.headers) },
      scoring: { endpoint: withoutCredentials(endpoint), ...scoring, headers: hidden(scoring.headers) },
    },
    { lineWidth: 0 },
  );
}

/** A URL that may be shown: user and password taken off. */
export function withoutCredentials(url: string): string {
  const whole = new URL(url);
  if (whole.username === '' && whole.password === '') return url;
  whole.username = '';
  whole.password = '';
  return whole.href;
}

/** The README's parameter table. */
export function parameterTable(): string {
  const rows = CONFIG_FIELDS.map(
    (field) =>
      `| \`${field.path.join('.')}\` | ${defaultOf(field)} | ${field.unit} | ${field.expected.replaceAll('|', '\\|')} | \`${variableOf(field)}\` | ${field.reload ? 'yes' : ''} | ${field.meaning} |`,
  );
  return [
    '| Setting | Default | Unit | Allowed | Environment | Reload | Meaning |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function defaultOf(field: Field): string {
  if (field.default === undefined) return 'none';
  return typeof field.default === 'object' ? JSON.stringify(field.default) : String(field.default);
}
