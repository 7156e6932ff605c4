/** Shows the configuration and the metrics to people: `--help` and the tables of the README. */
import { flagOf, variableOf } from '@seismo/otel-processor/config-sources';
import { stringify } from 'yaml';
import { BACKEND_CONFIG_FIELDS } from './config.ts';
import type { BackendConfig } from './config.ts';
import { DETECTOR_FAMILIES, FAMILY_MEANINGS } from './detectors/families.ts';
import { METRICS } from './telemetry.ts';

/** What `--help` prints. */
export function helpText(): string {
  const flags = BACKEND_CONFIG_FIELDS.map(
    (field) => [flagOf(field), `${field.meaning} (default: ${shown(field.default)})`] as const,
  );
  const width = Math.max(...flags.map(([flag]) => flag.length)) + 2;
  return [
    'scoring-backend: learns what is normal in logs, scores them, keeps and serves what is odd.',
    '',
    'Usage: node scoring-backend/src/main.ts [--config FILE.yaml] [flags]',
    '',
    `  ${'--config'.padEnd(width)}YAML file with settings (or SEISMO_CONFIG); flags override the environment, which overrides the file`,
    `  ${'--validate'.padEnd(width)}check the configuration and leave`,
    `  ${'--print-config'.padEnd(width)}print the configuration in force as YAML and leave`,
    `  ${'--help'.padEnd(width)}print this`,
    '',
    ...flags.map(([flag, meaning]) => `  ${flag.padEnd(width)}${meaning}`),
    '',
  ].join('\n');
}

/** The configuration as YAML; secrets are hidden. */
export function configAsYaml(config: BackendConfig): string {
  const { hashKey, ...redact } = config.redact;
  const shown = hashKey === undefined ? redact : { ...redact, hashKey: '(hidden)' };
  return stringify({ ...config, redact: shown }, { lineWidth: 0 });
}

/** The README's table of settings. */
export function configTable(): string {
  const rows = BACKEND_CONFIG_FIELDS.map(
    (field) =>
      `| \`${field.path.join('.')}\` | ${shown(field.default)} | ${field.unit} | ${field.expected.replaceAll('|', '\\|')} | \`${variableOf(field)}\` | ${field.reload ? 'yes' : ''} | ${field.meaning} |`,
  );
  return [
    '| Setting | Default | Unit | Allowed | Environment | Reload | Meaning |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** The README's table of detector families. */
export function familiesTable(): string {
  const rows = DETECTOR_FAMILIES.map((family) => `| \`${family}\` | ${FAMILY_MEANINGS[family]} |`);
  return ['| Family | What it finds |', '| --- | --- |', ...rows].join('\n');
}

function shown(byDefault: unknown): string {
  if (byDefault === undefined) return 'none';
  return typeof byDefault === 'object' ? JSON.stringify(byDefault) : String(byDefault);
}

/** The README's table of metrics. */
export function metricsTable(): string {
  const rows = METRICS.map(({ name, kind, unit, meaning }) => `| \`${name}\` | ${kind} | ${unit} | ${meaning} |`);
  return ['| Metric | Kind | Unit | Meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
