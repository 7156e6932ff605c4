/**
 * POST /logs: lines in the common JSON schema; one object, an array, or one object per line (NDJSON). Lines that are
 * wrong are refused with index and field, the others are taken.
 */
import type { FastifyInstance } from 'fastify';
import { MalformedRequest } from '@seismo/otel-processor/otlp/request-errors';
import { SeismoError } from '../errors.ts';
import { linesToOtlp } from '../sources/json-logs.ts';
import { bodyOf, contentType } from './body.ts';
import { problemOf } from './check.ts';
import type { ApiContext } from './context.ts';
import { tenantOf } from './tenant.ts';
import { logLineSchema } from './types.ts';
import type { LogLine, LogsResponse } from './types.ts';

const NDJSON = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];
/** Refused lines that the answer tells of one by one. */
const ERRORS_TOLD = 100;

export function logsRoute(app: FastifyInstance, { engine, doors, redaction, maxRequestBytes }: ApiContext): void {
  app.post('/logs', async (request, reply): Promise<LogsResponse> => {
    const tenant = tenantOf(request.headers);
    const type = contentType(request);
    if (type !== 'application/json' && !NDJSON.includes(type))
      throw new SeismoError(
        'UNSUPPORTED_MEDIA_TYPE',
        `expected content-type application/json or application/x-ndjson, got ${type || 'none'}`,
        { field: 'content-type' },
      );
    const body = Buffer.from(await bodyOf(request, maxRequestBytes));
    doors.took(tenant, body.length);
    const { lines, answer } = checkLines(NDJSON.includes(type) ? ndjson(body) : oneOrMany(body));
    if (lines.length > 0) {
      const bytes = redaction.redacted(linesToOtlp(lines, Date.now()), tenant);
      await engine.scoreEncoded({ bytes, tenant, learn: true, texts: false });
      redaction.release(bytes);
    }
    // Nothing usable is an error of the client; a part is told in the answer.
    if (lines.length === 0 && answer.rejected > 0) reply.code(400);
    return answer;
  });
}

/** A parsed value, or why there is none. */
type Parsed = { readonly value: unknown } | { readonly problem: string };

function oneOrMany(body: Buffer): Parsed[] {
  const parsed = parse(body.toString('utf8'));
  if ('problem' in parsed) throw new MalformedRequest(`the body must be JSON: ${parsed.problem}`);
  return Array.isArray(parsed.value) ? parsed.value.map((value: unknown) => ({ value })) : [parsed];
}

function ndjson(body: Buffer): Parsed[] {
  const lines = body.toString('utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map(parse);
}

function parse(text: string): Parsed {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

function checkLines(parsed: readonly Parsed[]): { lines: LogLine[]; answer: LogsResponse } {
  const lines: LogLine[] = [];
  const errors: LogsResponse['errors'] = [];
  let rejected = 0;
  const reject = (index: number, field: string, message: string): void => {
    rejected++;
    if (errors.length < ERRORS_TOLD) errors.push({ index, field, message });
  };
  parsed.forEach((item, index) => {
    if ('problem' in item) return reject(index, '', `not JSON: ${item.problem}`);
    const result = logLineSchema.safeParse(item.value, { reportInput: true });
    if (result.success) return void lines.push(result.data);
    const { field, message } = problemOf(result.error);
    reject(index, field, message);
  });
  return { lines, answer: { accepted: lines.length, rejected, errors } };
}
