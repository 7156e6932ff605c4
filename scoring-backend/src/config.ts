/**
 * The configuration of the backend: one schema with default, unit and meaning on every field. The README's table and
 * `--help` are made from it (config-show.ts); files, environment and flags are read as the processor reads them.
 */
import { availableParallelism } from 'node:os';
import type { z } from 'zod';
import { checked } from '@seismo/otel-processor/config-check';
import { DEFAULT_ANNOTATION_NAMES as NAMES } from '@seismo/otel-processor/otlp/attribute-names';
import { authFields, doorTls, tenantLimitFields, tlsConflicts } from '@seismo/otel-processor/config-doors';
import {
  fieldsOf,
  fraction,
  group,
  integer,
  oneOf,
  optionalText,
  reloadable,
  text,
} from '@seismo/otel-processor/config-fields';
import type { Field } from '@seismo/otel-processor/config-fields';
import { flag, someOf } from '@seismo/otel-processor/config-list-fields';
import { redactConflicts, redactFields } from '@seismo/otel-processor/config-redact';
import { ConfigError } from '@seismo/otel-processor/errors';
import { DETECTOR_FAMILIES } from './detectors/families.ts';
import { WINDOW_MODELS } from './detectors/window-models.ts';
import { kafkaSourceConflicts, kafkaSourceSchema } from './config-kafka.ts';
import { DEFAULT_ENGINE_SETTINGS as ENGINE } from './engine/settings.ts';

const MIB = 1024 * 1024;
/** Longer ones are not looked for in records. */
const LONGEST_NAME_BYTES = 127;
const DAY_MS = 86_400_000;
const KEEP = { min: 60_000, max: 3650 * DAY_MS, unit: 'ms' };

export const backendConfigSchema = group({
  host: text({ default: '127.0.0.1', meaning: 'Address the HTTP API listens on; 0.0.0.0 opens it to the network.' }),
  port: integer({
    ...{ default: 7347, min: 0, max: 65_535, unit: 'port' },
    meaning: 'Port of the HTTP API; 0 takes any free port.',
  }),
  webDir: optionalText({
    meaning: 'Folder of the web page, served at / beside the API; left out: no page.',
  }),
  dataDir: text({
    default: './seismo-data',
    meaning: 'Folder of the embedded store; made when it is not there. One backend at a time.',
  }),
  maxRequestBytes: integer({
    ...{ default: 64 * MIB, min: 1024, max: 1024 * MIB, unit: 'bytes' },
    meaning: 'Largest request body, before and after decompression; beyond it 413.',
  }),
  tls: doorTls,
  auth: reloadable(
    group({
      ...authFields,
      probesOpen: flag({
        default: true,
        meaning: 'Whether GET /health and GET /ready answer those without credentials too: orchestrators have none.',
      }),
    }),
  ),
  tenantLimits: reloadable(
    group({
      ...tenantLimitFields,
      requestsPerSecond: integer({
        ...{ default: 0, min: 0, max: 1_000_000, unit: 'requests/s' },
        meaning: 'Most requests of any kind per second and tenant; beyond it 429, to be retried. 0: no limit.',
      }),
      burstRequests: integer({
        ...{ default: 100, min: 1, max: 1_000_000, unit: 'requests' },
        meaning: 'Requests that a tenant may send at once after a pause.',
      }),
    }),
  ),
  redact: reloadable(group(redactFields)),
  attributes: group({
    score: text({
      default: NAMES.score,
      meaning: 'Attribute that marks a record as scored before; as in the settings of the processor.',
    }),
    unscored: text({
      default: NAMES.unscored,
      meaning: 'Attribute that marks a record as passed without a score; as in the settings of the processor.',
    }),
  }),
  engine: group({
    workers: integer({
      ...{ default: 0, min: 0, max: 64, unit: 'threads' },
      meaning:
        'Engine threads. 0: one on up to 2 cores, else cores − 1, at most 4. A data directory keeps the number it began with.',
    }),
    detectorsOff: someOf(DETECTOR_FAMILIES, {
      default: ENGINE.detectorsOff,
      meaning: `Families of detectors that do not run and cost nothing, of ${DETECTOR_FAMILIES.join(', ')}.`,
    }),
    windowModels: someOf(WINDOW_MODELS, {
      default: ENGINE.windowModels,
      meaning: `Models that look at whole windows of 1 min, of ${WINDOW_MODELS.join(', ')}.`,
    }),
    budgetPerWeek: integer({
      ...{ default: ENGINE.budgetPerWeek, min: 1, max: 1000, unit: 'episodes' },
      meaning: 'False episodes accepted per service and week; the thresholds follow from it.',
    }),
    threshold: oneOf(['budget', 'static', 'quantile'], {
      default: ENGINE.threshold,
      meaning:
        'What flags a unit: the budget, a score (thresholdScore), or being odder than a share of the trailing units of its stream (thresholdQuantile).',
    }),
    thresholdScore: fraction({
      default: ENGINE.thresholdScore,
      meaning: 'Score above which a unit is flagged, with threshold static.',
    }),
    thresholdQuantile: fraction({
      default: ENGINE.thresholdQuantile,
      meaning: 'Share of the trailing units of a stream that are not flagged, with threshold quantile.',
    }),
    latenessMs: integer({
      ...{ default: ENGINE.latenessMs, min: 0, max: 3_600_000, unit: 'ms' },
      meaning: 'How long a window waits for records that come out of order, in event time.',
    }),
    idleLatenessMs: integer({
      ...{ default: ENGINE.idleLatenessMs, min: 1, max: 3_600_000, unit: 'ms' },
      meaning: 'How far windows stay behind the clock when no record comes: longer than a batch takes to arrive.',
    }),
    maxStreams: integer({
      ...{ default: ENGINE.maxStreams, min: 1, max: 1_000_000, unit: 'streams' },
      meaning: 'Most streams (service, environment, namespace, tenant) of their own; the rest share one per tenant.',
    }),
    maxTemplates: integer({
      ...{ default: ENGINE.maxTemplates, min: 10, max: 1_000_000, unit: 'templates' },
      meaning: 'Most templates per stream; the one unused for longest is evicted, and counted.',
    }),
    sessionAttribute: optionalText({
      meaning:
        'Attribute of records that is the id of their session, before the trace id; left out: the trace id, then session.id.',
    }),
    sessionPattern: optionalText({
      meaning:
        'Regular expression that finds the id of a session in messages without trace id; left out: found out by itself.',
    }),
    sessionIdleMs: integer({
      ...{ default: ENGINE.sessionIdleMs, min: 1000, max: DAY_MS, unit: 'ms' },
      meaning: 'Event time without a record after which a session (a trace, the records of one id) has ended.',
    }),
    tickMs: integer({
      ...{ default: 1000, min: 0, max: 60_000, unit: 'ms' },
      meaning: 'Interval of the ticks that close windows and notice silence; 0 for none.',
    }),
    checkpointMs: integer({
      ...{ default: 10_000, min: 100, max: 3_600_000, unit: 'ms' },
      meaning: 'Interval of checkpoints: the most a crash can lose, and it is reported as a gap.',
    }),
    slots: integer({
      ...{ default: 16, min: 1, max: 1024, unit: 'buffers' },
      meaning: 'Request buffers in memory that the engine threads read too; further requests wait for one.',
    }),
    slotBytes: integer({
      ...{ default: MIB, min: 1024, max: 64 * MIB, unit: 'bytes' },
      meaning: 'Size of one request buffer; a larger request gets one of its own.',
    }),
    maxQueuedBytes: integer({
      ...{ default: 256 * MIB, min: MIB, max: 64 * 1024 * MIB, unit: 'bytes' },
      meaning: 'Requests at the engine or waiting for it, together; beyond it they are refused (ENGINE_BUSY).',
    }),
    // Also what V8 goes by in collecting garbage: by its own default a thread keeps several times what it needs.
    maxHeapMib: integer({
      ...{ default: 512, min: 128, max: 65_536, unit: 'MiB' },
      meaning: 'Largest heap of an engine thread; one that needs more dies and starts again from its last checkpoint.',
    }),
  }),
  sources: group({ kafka: kafkaSourceSchema }),
  store: group({
    maxQueuedRows: integer({
      ...{ default: 50_000, min: 100, max: 10_000_000, unit: 'rows' },
      meaning: 'Rows that may wait for the disk; more are dropped and counted.',
    }),
    keepWindows30sMs: integer({
      default: DAY_MS,
      ...KEEP,
      meaning: 'How long 30 s windows are kept, and what windows without reasons held.',
    }),
    keepWindows1mMs: integer({ default: 7 * DAY_MS, ...KEEP, meaning: 'How long 1 min windows are kept.' }),
    keepWindows5mMs: integer({
      default: 90 * DAY_MS,
      ...KEEP,
      meaning: 'How long 5 min windows are kept, and what windows with reasons held.',
    }),
    keepAnomaliesMs: integer({
      ...{ default: 365 * DAY_MS, ...KEEP },
      meaning:
        'How long anomalies with their evidence, gaps, drifts, budgets and templates that no longer come are kept.',
    }),
    maxTemplateRows: integer({
      ...{ default: 1_000_000, min: 100, max: 100_000_000, unit: 'rows' },
      meaning: 'Most templates kept on disk over all streams; those not seen for longest go first, and are counted.',
    }),
    retentionMs: integer({
      ...{ default: 600_000, min: 100, max: DAY_MS, unit: 'ms' },
      meaning: 'Interval at which rows past their time are deleted.',
    }),
  }),
  logLevel: reloadable(
    oneOf(['silent', 'error', 'warn', 'info', 'debug'], {
      default: 'info',
      meaning: 'Least important log lines to write (JSON on standard error).',
    }),
  ),
});

/** All settings, defaults filled in. */
export type BackendConfig = z.output<typeof backendConfigSchema>;

/** Every setting with its path, default, unit and meaning, in the order of the schema. */
export const BACKEND_CONFIG_FIELDS: readonly Field[] = fieldsOf(backendConfigSchema);

/**
 * Fills in defaults and checks everything.
 * @throws ConfigError that names each field that is wrong, what was expected and what came
 * @example backendConfig({ dataDir: '/var/lib/seismo', engine: { workers: 2 } })
 */
export function backendConfig(settings: unknown = {}): BackendConfig {
  const config = checked(backendConfigSchema, BACKEND_CONFIG_FIELDS, settings);
  const problems = Object.entries(config.attributes)
    .filter(([, name]) => Buffer.byteLength(name) > LONGEST_NAME_BYTES)
    .map(([field, name]) => `attributes.${field} must be at most ${LONGEST_NAME_BYTES} bytes, got "${name}"`);
  if (config.attributes.score === config.attributes.unscored)
    problems.push(`attributes.score and attributes.unscored must differ, both are "${config.attributes.score}"`);
  if (config.engine.windowModels.length === 0)
    problems.push(
      'engine.windowModels must name a model, got []; to have none, put unusual-windows into engine.detectorsOff',
    );
  problems.push(...tlsConflicts({ tls: config.tls }), ...redactConflicts(config.redact));
  problems.push(...kafkaSourceConflicts(config.sources.kafka));
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** The number of engine threads that a setting of 0 stands for on this machine. */
export function defaultWorkers(): number {
  const cores = availableParallelism();
  return cores <= 2 ? 1 : Math.min(4, cores - 1);
}
