/** Wire types of what the budget promised and what came, and of drifts. */
import { z } from 'zod';

const stream = { namespace: z.string(), service: z.string(), environment: z.string() };

export const budgetSchema = z.object({
  ...stream,
  weekMs: z.number().describe('Start of the week: Monday, 00:00 UTC.'),
  fromMs: z.number().describe('Event time watched in this week.'),
  toMs: z.number(),
  promised: z.number().describe('False episodes promised for the time watched.'),
  actual: z
    .number()
    .describe('Episodes that began in it and were not marked as real: an upper bound of the false ones.'),
  kinds: z
    .array(
      z.object({
        unit: z.enum(['record', 'session', 'window']),
        sizeMs: z.number().describe('Of windows; 0 of others.'),
        units: z.number().describe('Units of this kind in the week.'),
        promised: z.number(),
        actual: z.number(),
        magnitude: z.number().nullable().describe('M_budget as of then: what M must exceed; null: none can yet.'),
      }),
    )
    .readonly()
    .describe('The same by kind of unit. An episode of several kinds counts in each of them.'),
});

export const budgetResponseSchema = z.object({
  note: z.string().describe('What `actual` means.'),
  budgets: z.array(budgetSchema),
  hasMore: z.boolean(),
});

export const driftSchema = z.object({
  ...stream,
  timeMs: z.number().describe('When it was found.'),
  sinceMs: z.number().describe('Since when it has been so, as far as that is known.'),
  figure: z
    .enum([
      ...['event_count', 'error_rate', 'response_time_avg', 'oov_rate', 'anomaly_rate'],
      ...['windows', 'sessions', 'release', 'correlation'],
    ] as const)
    .describe(
      'What has changed; windows and sessions were flagged for so long that this is normal from now on; correlation: it no longer moves with another service.',
    ),
  test: z.enum(['Page-Hinkley', 'ADWIN', 'lasted', 'version', 'start', 'CUSUM']),
  shift: z
    .number()
    .describe(
      'Deviation from the same hour of the days before, in its usual spreads; of what lasted, its hours; of a release, its new templates; of a correlation, actual less expected.',
    ),
  release: z
    .object({ version: z.string(), templates: z.array(z.object({ id: z.string(), text: z.string() })).readonly() })
    .optional()
    .describe('What a release brought.'),
  correlation: z
    .object({
      with: z.object(stream).describe('The other one of the two.'),
      others: z.array(z.object(stream)).readonly().describe('Further services that this one has parted from.'),
      expected: z.number().describe('Correlation of how their records move from minute to minute, as it was for long.'),
      actual: z.number().describe('The same since they parted.'),
      minutes: z
        .array(z.object({ startMs: z.number(), records: z.number(), otherRecords: z.number() }))
        .readonly()
        .describe('Windows of 1 min that show it, and the records of both in them.'),
    })
    .optional()
    .describe('Two services that have always moved together and no longer do.'),
  text: z.string().describe('A sentence for people.'),
});

export const driftResponseSchema = z.object({ drifts: z.array(driftSchema), hasMore: z.boolean() });
