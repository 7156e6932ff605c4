/** The wire type of an anomaly's explanation: what drove the verdict, and the verdict without it. */
import { z } from 'zod';

const contributionSchema = z.object({
  feature: z
    .string()
    .describe(
      'A figure of the window, or log_vector (its mix of messages); of records and sessions what is odd, in words.',
    ),
  share: z.number().describe('Part of all that makes the unit odd; below 0: speaks for normal.'),
  expected: z.number(),
  actual: z.number(),
});

export const explanationSchema = z.object({
  contributions: z.array(contributionSchema).readonly(),
  drivers: z
    .array(z.object({ templateId: z.string(), template: z.string(), expected: z.number(), actual: z.number() }))
    .readonly()
    .describe('Templates that drove the verdict.'),
  check: z
    .object({
      without: z.string().describe('The causes that were taken away.'),
      before: z.number().describe('M as it is.'),
      after: z.number().describe('M without the named causes.'),
      weak: z.boolean().describe('Taking them away changes little.'),
      text: z.string(),
    })
    .optional(),
  nearestNormal: z
    .object({
      startMs: z.number().optional().describe('When it was; of records and sessions only their kind is known.'),
      endMs: z.number().optional(),
      text: z.string().optional().describe('What it is and how it differs, for people.'),
      differences: z.array(contributionSchema).readonly(),
    })
    .optional()
    .describe('The normal unit most like this one.'),
});
