/**
 * The configuration of the processor: one schema with default, unit and meaning on every field. The README's table and
 * `--help` are made from it. Where values come from (file, environment, flags) is in config-sources.ts.
 */
import type { z } from 'zod';
import { fieldsOf, group, headers, integer, oneOf, optionalText, optionalUrl } from './config-fields.ts';
import { reloadable, text, url } from './config-fields.ts';
import { texts } from './config-list-fields.ts';
import type { Field } from './config-fields.ts';
import { checked } from './config-check.ts';
import { authFields, clientTls, doorTls, tenantLimitFields, tlsConflicts } from './config-doors.ts';
import { enrichConflicts, enrichSchema } from './config-enrich.ts';
import { kafkaConflicts, kafkaSchema } from './config-kafka.ts';
import { redactConflicts, redactSchema } from './config-redact.ts';
import { ConfigError } from './errors.ts';
import { DEFAULT_ANNOTATION_NAMES as NAMES } from './otlp/attribute-names.ts';

const MIB = 1024 * 1024;
const DAY_MS = 86_400_000;

export const configSchema = group({
  host: text({ default: '127.0.0.1', meaning: 'Address all doors listen on; 0.0.0.0 opens them to the network.' }),
  otlpHttpPort: integer({
    ...{ default: 4318, min: 0, max: 65535, unit: 'port' },
    meaning: 'OTLP/HTTP receiver; 0 takes any free port.',
  }),
  otlpGrpcPort: integer({
    ...{ default: 4317, min: 0, max: 65535, unit: 'port' },
    meaning: 'OTLP/gRPC receiver; 0 takes any free port.',
  }),
  mode: oneOf(['inline', 'tap', 'kafka'], {
    default: 'inline',
    meaning:
      'inline: annotated records go on to forward.url. tap: records are scored and nothing is forwarded. kafka: records are written to Kafka, for scoring backends to read.',
  }),
  annotate: oneOf(['brief', 'full'], {
    default: 'brief',
    meaning: 'brief: score and template id, and the rest from score 0.5 up. full: everything on every record.',
  }),
  attributes: group({
    score: text({ default: NAMES.score, meaning: 'Name of the attribute with the score in [0, 1].' }),
    templateId: text({ default: NAMES.templateId, meaning: 'Name of the attribute with the template id.' }),
    confidence: text({ default: NAMES.confidence, meaning: 'Name of the attribute with the confidence in [0, 1].' }),
    isAnomaly: text({ default: NAMES.isAnomaly, meaning: 'Name of the attribute that says whether it is an anomaly.' }),
    reasons: text({ default: NAMES.reasons, meaning: 'Name of the attribute with the reasons, a list of texts.' }),
    model: text({ default: NAMES.model, meaning: 'Name of the attribute with the model and its version.' }),
    unscored: text({ default: NAMES.unscored, meaning: 'Name of the attribute that says why there is no score.' }),
  }),
  tenantHeader: text({
    default: 'x-scope-orgid',
    meaning: 'Request header (or gRPC metadata) with the tenant; without it the default tenant.',
  }),
  tls: doorTls,
  auth: reloadable(group(authFields)),
  tenantLimits: reloadable(group(tenantLimitFields)),
  keepalive: group({
    maxConnectionAgeMs: integer({
      ...{ default: 0, min: 0, max: DAY_MS, unit: 'ms' },
      meaning:
        'gRPC connections are asked to end after this long, ± 10 %, so that clients spread over all replicas. 0: never.',
    }),
    maxConnectionAgeGraceMs: integer({
      ...{ default: 10_000, min: 0, max: DAY_MS, unit: 'ms' },
      meaning: 'How long calls in work may then take before the connection is cut off. 0: as long as they need.',
    }),
    maxConnectionIdleMs: integer({
      ...{ default: 0, min: 0, max: DAY_MS, unit: 'ms' },
      meaning: 'gRPC connections without calls for this long are asked to end. 0: never.',
    }),
    timeMs: integer({
      ...{ default: 7_200_000, min: 0, max: DAY_MS, unit: 'ms' },
      meaning: 'How often a gRPC connection is asked whether it still lives. 0: never.',
    }),
    timeoutMs: integer({
      ...{ default: 20_000, min: 1, max: DAY_MS, unit: 'ms' },
      meaning: 'How long it may take to answer that before it is cut off.',
    }),
  }),
  memory: group({
    limitBytes: integer({
      ...{ default: 0, min: 0, max: 1024 * 1024 * MIB, unit: 'bytes' },
      meaning: 'Hard limit of the memory of the process. 0: 80 % of what the container or the machine has.',
    }),
    spikeBytes: integer({
      ...{ default: 0, min: 0, max: 1024 * 1024 * MIB, unit: 'bytes' },
      meaning:
        'This far below the hard limit nothing new is taken any more: 503 or UNAVAILABLE, to be retried. 0: a fifth of it.',
    }),
    checkIntervalMs: integer({
      ...{ default: 1000, min: 0, max: 60_000, unit: 'ms' },
      meaning: 'How often memory is looked at. 0: never, there is no limit.',
    }),
  }),
  maxRequestBytes: integer({
    ...{ default: 64 * MIB, min: 1024, max: 1024 * MIB, unit: 'bytes' },
    meaning: 'Largest request, before and after decompression; beyond it 413 or RESOURCE_EXHAUSTED.',
  }),
  maxInFlightBytes: integer({
    ...{ default: 256 * MIB, min: 1024, max: 64 * 1024 * MIB, unit: 'bytes' },
    meaning: 'Requests being received or worked on, together; beyond it 503 or UNAVAILABLE, to be retried.',
  }),
  maxWorkingBytes: integer({
    ...{ default: 20 * MIB, min: 1024, max: 64 * 1024 * MIB, unit: 'bytes' },
    meaning:
      'Requests that are read and worked on at a time; further ones wait unread in their connections, 5 s at most, and are then told to come again.',
  }),
  shutdownGraceMs: integer({
    ...{ default: 10_000, min: 0, max: 600_000, unit: 'ms' },
    meaning: 'On SIGTERM, how long requests in work may take to be finished.',
  }),
  forward: group({
    url: optionalUrl({
      meaning:
        'Next hop, OTLP/HTTP: a base such as http://127.0.0.1:4328 or a whole URL. Without it records are only scored.',
    }),
    compression: oneOf(['none', 'gzip', 'zstd'], {
      default: 'none',
      meaning: 'Compression of what is forwarded; on loopback it costs more than it saves.',
    }),
    timeoutMs: integer({
      ...{ default: 10_000, min: 1, max: 600_000, unit: 'ms' },
      meaning: 'Longest wait for the answer of the next hop before the client is told to come again.',
    }),
    retryMs: integer({
      ...{ default: 1000, min: 0, max: 600_000, unit: 'ms' },
      meaning:
        'How long a batch is tried again, with jittered pauses that grow, while no connection to the next hop can be made.',
    }),
    breakerFailures: integer({
      ...{ default: 5, min: 1, max: 1000, unit: 'failures' },
      meaning: 'Tries in a row without an answer after which the next hop is left alone for breakerPauseMs.',
    }),
    breakerPauseMs: integer({
      ...{ default: 1000, min: 1, max: 600_000, unit: 'ms' },
      meaning: 'How long such a next hop is left alone, clients being told to come again, before one batch tries it.',
    }),
    connections: integer({
      ...{ default: 64, min: 1, max: 10_000, unit: 'connections' },
      meaning: 'Most connections to the next hop at a time; further requests wait for one.',
    }),
    headers: headers({ default: {}, meaning: 'Headers sent to the next hop, such as authorization. Never logged.' }),
    bearerTokenFile: optionalText({ meaning: 'File with the bearer token sent to the next hop.' }),
    tls: clientTls('the next hop'),
    maxHops: integer({
      ...{ default: 3, min: 1, max: 100, unit: 'hops' },
      meaning: 'Processors a request may have passed (header x-seismo-hops) before it is refused as a loop.',
    }),
  }),
  enrich: reloadable(enrichSchema),
  redact: reloadable(redactSchema),
  scoring: group({
    endpoint: url({ default: 'http://127.0.0.1:7347', meaning: 'Base URL of the scoring backend.' }),
    headers: headers({ default: {}, meaning: 'Headers sent to the scoring backend. Never logged.' }),
    bearerTokenFile: optionalText({ meaning: 'File with the bearer token sent to the scoring backend.' }),
    tls: clientTls('the scoring backend'),
    timeoutMs: reloadable(
      integer({
        ...{ default: 200, min: 1, max: 10_000, unit: 'ms' },
        meaning: 'Longest wait for verdicts before records pass on unscored.',
      }),
    ),
    abandonMs: reloadable(
      integer({
        ...{ default: 5000, min: 1, max: 600_000, unit: 'ms' },
        meaning:
          'Longest life of a scoring request; between timeoutMs and this its answer is late: dropped and counted.',
      }),
    ),
    maxInFlightBytes: integer({
      ...{ default: 64 * MIB, min: 1024, max: 64 * 1024 * MIB, unit: 'bytes' },
      meaning: 'Requests at the scorer, late ones included; beyond it records pass on unscored (overloaded).',
    }),
    priorityServices: texts({
      default: [],
      meaning:
        'Services whose records are scored first when not all can be, as are batches with a record of severity ERROR or above: the last fifth of maxInFlightBytes is for them.',
    }),
    spool: group({
      dir: optionalText({
        meaning:
          'Folder for batches that went on without a score: they are scored late, in order. Without it they never are.',
      }),
      maxBytes: integer({
        ...{ default: 1024 * MIB, min: MIB, max: 64 * 1024 * 1024 * MIB, unit: 'bytes' },
        meaning: 'Most bytes of the spool on disk; when it is full the oldest batches go, and are counted.',
      }),
      segmentBytes: integer({
        ...{ default: 16 * MIB, min: 64 * 1024, max: 1024 * MIB, unit: 'bytes' },
        meaning: 'Size of one file of the spool: what goes at once when it is full.',
      }),
      fsync: oneOf(['never', 'segment', 'batch'], {
        default: 'never',
        meaning: 'When the spool is forced to the disk. A crash of the program alone loses nothing in any case.',
      }),
    }),
    breakerFailures: reloadable(
      integer({
        ...{ default: 5, min: 1, max: 1000, unit: 'failures' },
        meaning: 'Failures in a row after which the backend is left alone for breakerPauseMs.',
      }),
    ),
    breakerPauseMs: reloadable(
      integer({
        ...{ default: 1000, min: 1, max: 600_000, unit: 'ms' },
        meaning: 'How long a failing backend is left alone before one request tries it again.',
      }),
    ),
    rememberedRefusals: integer({
      ...{ default: 4096, min: 0, max: 1_000_000, unit: 'batches' },
      meaning: 'Refused batches whose fingerprints are kept, so that a retry is not learned twice.',
    }),
  }),
  kafka: kafkaSchema,
  metricsPort: integer({
    ...{ default: 0, min: 0, max: 65535, unit: 'port' },
    meaning: 'Port of GET /metrics (Prometheus text) and /health; 0 for none.',
  }),
  logLevel: reloadable(
    oneOf(['silent', 'error', 'warn', 'info', 'debug'], {
      default: 'info',
      meaning: 'Least important log lines to write (JSON on standard error).',
    }),
  ),
});

export type ProcessorConfig = z.output<typeof configSchema>;

/** Every setting with its path, default, unit and meaning, in the order of the schema. */
export const CONFIG_FIELDS: readonly Field[] = fieldsOf(configSchema);

/**
 * Fills in defaults and checks everything.
 * @throws ConfigError that names each field that is wrong, what was expected and what came
 * @example parseConfig({ otlpHttpPort: 0, forward: { url: 'http://127.0.0.1:4328' } })
 */
export function parseConfig(settings: unknown = {}): ProcessorConfig {
  const config = checked(configSchema, CONFIG_FIELDS, settings);
  const problems = conflicts(config);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

/** What no field can say alone. */
function conflicts(config: ProcessorConfig): string[] {
  const problems: string[] = [];
  if (config.maxInFlightBytes < config.maxRequestBytes)
    problems.push(
      `maxInFlightBytes must be at least maxRequestBytes (${config.maxRequestBytes}), got ${config.maxInFlightBytes}: ` +
        'a large request would be told to come again for ever',
    );
  const { limitBytes, spikeBytes } = config.memory;
  if (limitBytes > 0 && spikeBytes >= limitBytes)
    problems.push(`memory.spikeBytes must be less than memory.limitBytes (${limitBytes}), got ${spikeBytes}`);
  const { tls, forward, scoring } = config;
  problems.push(...tlsConflicts({ tls, 'forward.tls': forward.tls, 'scoring.tls': scoring.tls }));
  problems.push(...enrichConflicts(config.enrich), ...redactConflicts(config.redact));
  problems.push(...kafkaConflicts(config.kafka, config.mode, config.forward.url));
  const fields = new Map<string, string>();
  for (const [field, name] of Object.entries(config.attributes)) {
    const other = fields.get(name);
    if (other !== undefined)
      problems.push(`attributes.${other} and attributes.${field} must differ, both are "${name}"`);
    fields.set(name, field);
  }
  return problems;
}
