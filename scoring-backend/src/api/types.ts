/**
 * The wire types of the HTTP API: schemas that the routes check with, and the types inferred from them. This is all of
 * the backend that a sibling package may import, and what /openapi.json is generated from.
 */
import { z } from 'zod';
import { budgetResponseSchema, driftResponseSchema } from './budget-schemas.ts';
import { explanationSchema } from './explanation-schema.ts';
import { logLineSchema, logsResponseSchema } from './log-schemas.ts';
import { name, timeSchema } from './field-schemas.ts';

/** Most rows a list route answers with, and how far it pages. */
export const MAX_LIMIT = 1000;
export const MAX_OFFSET = 100_000;
/** Most queries in one request, services in one filter, and points in one series. */
export const MAX_QUERIES = 50;
export const MAX_SERVICES = 200;
export const MAX_POINTS = 20_000;

const limit = (byDefault: number) => z.coerce.number().int().min(1).max(MAX_LIMIT).default(byDefault);
const offset = z.coerce.number().int().min(0).max(MAX_OFFSET).default(0);

const streamFilter = {
  service: name.optional().describe('Only this service.'),
  environment: name.optional().describe('Only this environment.'),
  namespace: name.optional().describe('Only this namespace.'),
};

export const streamSchema = z.object({ namespace: z.string(), service: z.string(), environment: z.string() });

export const reasonSchema = z.object({
  kind: z.enum([
    'new_template',
    'rare_template',
    'template_rate',
    'rate',
    'error_rate',
    'silence',
    'feature',
    'unusual_window',
    'parameter_value',
    'value_shift',
    'odd_sessions',
    'brute_force',
    'credential_stuffing',
    'sql_injection',
    'xss',
    'path_traversal',
    'command_injection',
    'request_burst',
    'sequence',
    'session_end',
    'session_counts',
    'duration',
    'learning',
  ]),
  text: z.string().describe('A sentence for people.'),
  expected: z.number(),
  actual: z.number(),
  unit: z.enum(['records', 'share', 'seconds', 'figure']),
  magnitude: z.number().describe('−log10 of the p of this reason alone.'),
  templateId: z.string().optional(),
  template: z.string().optional(),
});

export const exampleSchema = z.object({
  timeMs: z.number(),
  text: z.string(),
  severity: z.number().describe('OTLP SeverityNumber, 0 unknown.'),
  traceId: z.string(),
  templateId: z.string(),
  line: z.number(),
});

export const anomalySchema = z.object({
  id: z.string(),
  ...streamSchema.shape,
  unit: z.enum(['record', 'session', 'window']),
  startMs: z.number(),
  endMs: z.number(),
  magnitude: z.number().describe('M = −log10 p.'),
  score: z.number().describe('1 − 2^(−M/2), in [0, 1].'),
  confidence: z.number().describe('In [0, 1].'),
  margin: z.number().describe('M − M_budget; an anomaly when positive.'),
  reasons: z.array(reasonSchema),
  templateId: z.string(),
  template: z.string(),
  examples: z.array(exampleSchema),
  explanation: explanationSchema.optional(),
  model: z.string(),
});

export const templateSchema = z.object({
  ...streamSchema.shape,
  id: z.string().describe('16 hex digits, the same in every replica.'),
  text: z.string(),
  count: z.number(),
  firstSeenMs: z.number(),
  lastSeenMs: z.number(),
  supersededBy: z.string().describe('The id it was merged into, or empty.'),
  example: z.string(),
});

export const serviceSchema = z.object({
  ...streamSchema.shape,
  records: z.number().describe('Records in closed windows of the time range.'),
  errors: z.number().describe('Of these, of severity ERROR or above.'),
  score: z.number().describe('Highest score of a window in the range.'),
  margin: z.number().describe('Highest margin of a window in the range.'),
  anomalousWindows: z.number(),
  lastWindowMs: z.number().describe('Start of the last closed window.'),
});

export const servicesQuerySchema = z.strictObject({
  from: timeSchema.optional().describe('Start of the range; default 24 h before `to`.'),
  to: timeSchema.optional().describe('End of the range; default now.'),
  limit: limit(200),
  offset,
});
export const templatesQuerySchema = z.strictObject({
  ...streamFilter,
  from: timeSchema.optional().describe('Last seen at or after.'),
  to: timeSchema.optional().describe('First seen before.'),
  search: z.string().min(1).max(200).optional().describe('Text the template contains.'),
  order: z.enum(['count', 'firstSeen', 'lastSeen']).default('count'),
  limit: limit(100),
  offset,
});
export const anomaliesQuerySchema = z.strictObject({
  ...streamFilter,
  from: timeSchema.optional(),
  to: timeSchema.optional(),
  unit: z.enum(['record', 'session', 'window']).optional(),
  minMargin: z.coerce.number().optional(),
  limit: limit(100),
  offset,
});

export const budgetQuerySchema = z.strictObject({
  ...streamFilter,
  from: timeSchema.optional().describe('Weeks with something watched after this.'),
  to: timeSchema.optional().describe('Weeks with something watched before this.'),
  limit: limit(100),
  offset,
});
export const driftQuerySchema = z.strictObject({
  ...streamFilter,
  from: timeSchema.optional().describe('Found at or after.'),
  to: timeSchema.optional().describe('Found before.'),
  limit: limit(100),
  offset,
});

export { budgetResponseSchema, driftResponseSchema };
export const servicesResponseSchema = z.object({ services: z.array(serviceSchema), hasMore: z.boolean() });
export const templatesResponseSchema = z.object({ templates: z.array(templateSchema), hasMore: z.boolean() });
export const anomaliesResponseSchema = z.object({ anomalies: z.array(anomalySchema), hasMore: z.boolean() });

/** Numbers of a window that can be drawn. */
export const WINDOW_FIELDS = [
  'score',
  'margin',
  'magnitude',
  'confidence',
  'records',
  'errors',
  'newTemplates',
  'expectedLow',
  'expectedHigh',
  'uniqueUsers',
  'ipEntropy',
  'responseTimeAvg',
  'responseTimeP95',
  'templateCount',
  'sequenceSurprise',
  'bytes',
] as const;

export const querySchema = z.strictObject({
  refId: z.string().min(1).max(64),
  queryType: z
    .enum(['scores', 'anomalies', 'templates', 'logs', 'budget', 'drift', 'windowTemplates', 'logVector'])
    .default('scores')
    .describe(
      'What is answered: time series (`scores`), log lines (`logs`), tables (the others). `windowTemplates` has a row per ' +
        'window and template with its count and the expected one, `logVector` a row per window with its 32 numbers: of ' +
        'every window of 5 min for a day, of windows of all sizes that have reasons for as long as windows are kept.',
    ),
  ...streamFilter,
  services: z.array(name).max(MAX_SERVICES).optional().describe('Only these services.'),
  sizeMs: z
    .literal([30_000, 60_000, 300_000])
    .optional()
    .describe(
      'Window size of `scores` (default: the smallest that fits maxDataPoints), `windowTemplates` and `logVector` (default: 5 min).',
    ),
  field: z.enum(WINDOW_FIELDS).default('score').describe('Which number of the windows `scores` draws.'),
  minMargin: z.number().optional().describe('Only anomalies with at least this margin.'),
  search: z.string().min(1).max(200).optional().describe('Text that templates or lines contain.'),
  limit: z
    .int()
    .min(1)
    .max(MAX_LIMIT)
    .default(500)
    .describe('Most rows of a table or log frame, most series of `scores`.'),
  maxDataPoints: z.int().min(1).max(MAX_POINTS).default(1500).describe('Most points per series.'),
  intervalMs: z.number().min(0).optional().describe('Accepted from Grafana; the window size decides.'),
});

/** The envelope; each query is checked on its own, so that one bad query does not hide the others' answers. */
export const queryRequestSchema = z.strictObject({
  from: timeSchema,
  to: timeSchema,
  queries: z
    .array(z.looseObject({ refId: z.string().min(1).max(64) }))
    .min(1)
    .max(MAX_QUERIES),
});

const fieldSchema = z.object({
  name: z.string(),
  type: z.enum(['time', 'number', 'string', 'boolean', 'other']),
  typeInfo: z.object({ frame: z.string(), nullable: z.boolean().optional() }),
  labels: z.record(z.string(), z.string()).optional(),
  config: z.record(z.string(), z.unknown()).optional(),
});
export const frameSchema = z
  .object({
    schema: z.object({
      refId: z.string(),
      name: z.string(),
      meta: z.record(z.string(), z.unknown()),
      fields: z.array(fieldSchema),
    }),
    data: z.object({ values: z.array(z.array(z.unknown())) }),
  })
  .describe('A Grafana data frame as JSON.');
export const queryResponseSchema = z.object({
  results: z.record(
    z.string(),
    z.object({
      status: z.number(),
      frames: z.array(frameSchema),
      error: z.string().optional(),
      errorSource: z.enum(['downstream', 'plugin']).optional(),
    }),
  ),
});

export { logLineSchema, logsResponseSchema, timeSchema };
export const errorResponseSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), field: z.string().optional() }),
});
export const healthResponseSchema = z.object({ status: z.literal('ok'), version: z.string() });
export const readyResponseSchema = z.object({
  ready: z.boolean(),
  store: z.boolean(),
  workers: z.object({ running: z.number(), expected: z.number() }),
});

export type WireReason = z.output<typeof reasonSchema>;
export type WireAnomaly = z.output<typeof anomalySchema>;
export type WireTemplate = z.output<typeof templateSchema>;
export type WireService = z.output<typeof serviceSchema>;
export type WireFrame = z.output<typeof frameSchema>;
export type WindowField = (typeof WINDOW_FIELDS)[number];
export type Query = z.output<typeof querySchema>;
export type QueryInput = z.input<typeof querySchema>;
export type QueryRequest = z.input<typeof queryRequestSchema>;
export type QueryResponse = z.output<typeof queryResponseSchema>;
export type ServicesResponse = z.output<typeof servicesResponseSchema>;
export type TemplatesResponse = z.output<typeof templatesResponseSchema>;
export type AnomaliesResponse = z.output<typeof anomaliesResponseSchema>;
export type BudgetResponse = z.output<typeof budgetResponseSchema>;
export type DriftResponse = z.output<typeof driftResponseSchema>;
export type LogLine = z.output<typeof logLineSchema>;
export type LogsResponse = z.output<typeof logsResponseSchema>;
export type ErrorResponse = z.output<typeof errorResponseSchema>;
export type HealthResponse = z.output<typeof healthResponseSchema>;
export type ReadyResponse = z.output<typeof readyResponseSchema>;
