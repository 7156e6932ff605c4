/** Wire types of log lines that are sent as JSON. */
import { z } from 'zod';
import { name, timeSchema } from './field-schemas.ts';

/** A log line in the common JSON schema, as `POST /logs` takes it. */
export const logLineSchema = z.strictObject({
  timestamp: timeSchema.optional().describe('When it happened; left out: now.'),
  source: name.optional().describe('Where it comes from: a host, a file.'),
  service: name.optional().describe('The service that wrote it.'),
  severity: z
    .union([z.string().max(64), z.int().min(0).max(24)])
    .optional()
    .describe('A word (`error`, `WARN`) or an OTLP SeverityNumber.'),
  message: z.string().describe('The line.'),
  metadata: z
    .record(z.string().max(256), z.unknown())
    .optional()
    .describe('Attributes; `environment` and `namespace` become part of the stream, `trace_id` links to traces.'),
});
export const logsResponseSchema = z.object({
  accepted: z.number(),
  rejected: z.number(),
  errors: z
    .array(z.object({ index: z.number(), field: z.string(), message: z.string() }))
    .describe('The first 100 refused lines.'),
});
