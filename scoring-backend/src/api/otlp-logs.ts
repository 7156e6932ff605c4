/** POST /v1/logs: OTLP/HTTP, protobuf or JSON, for senders that want logs scored and nothing sent on. Answers are OTLP's. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { answerOutcome } from '@seismo/otel-processor/otlp/http-receiver-answer';
import type { BodyEncoding } from '@seismo/otel-processor/otlp/http-receiver-answer';
import { jsonToProtobuf } from '@seismo/otel-processor/otlp/json';
import { FULL_SUCCESS, GRPC, grpcCodeOf } from '@seismo/otel-processor/otlp/status';
import { SeismoError } from '../errors.ts';
import { bodyOf, contentType } from './body.ts';
import type { ApiContext } from './context.ts';
import { knownError } from './server-errors.ts';
import { tenantOf } from './tenant.ts';

export function otlpLogsRoute(
  app: FastifyInstance,
  { engine, doors, redaction, maxRequestBytes, log }: ApiContext,
): void {
  app.post('/v1/logs', {
    errorHandler: (error, request, reply) => refuse(reply, encodingOf(contentType(request)) ?? 'protobuf', error, log),
    handler: async (request, reply) => {
      const type = contentType(request);
      const encoding = encodingOf(type);
      if (encoding === undefined)
        throw new SeismoError(
          'UNSUPPORTED_MEDIA_TYPE',
          `expected content-type application/x-protobuf or application/json, got ${type || 'none'}`,
        );
      const tenant = tenantOf(request.headers);
      const body = await bodyOf(request, maxRequestBytes);
      doors.took(tenant, body.length);
      const bytes = redaction.redacted(encoding === 'json' ? jsonToProtobuf(body) : body, tenant);
      // An empty request is a good one: clients probe with it.
      if (bytes.length > 0) await engine.scoreEncoded({ bytes, tenant, learn: true, texts: false });
      redaction.release(bytes);
      reply.hijack();
      answerOutcome(reply.raw, { taken: true, result: FULL_SUCCESS }, encoding);
    },
  });
}

function encodingOf(type: string): BodyEncoding | undefined {
  if (type === 'application/x-protobuf') return 'protobuf';
  return type === 'application/json' ? 'json' : undefined;
}

function refuse(reply: FastifyReply, encoding: BodyEncoding, error: unknown, log: ApiContext['log']): void {
  const known = knownError(error);
  if (known.code === 'INTERNAL')
    log.error({ event: 'api.request.failed', route: '/v1/logs', err: error }, 'a request failed');
  // An unknown failure may pass; any answer but "come again" would lose the client's data.
  const again = known.retryable || known.code === 'INTERNAL';
  const status = again
    ? {
        code: known.code === 'RATE_LIMITED' ? GRPC.RESOURCE_EXHAUSTED : GRPC.UNAVAILABLE,
        message: known.message,
        retryDelayMs: known.retryMs,
      }
    : { code: grpcCodeOf(known.status), message: known.message };
  reply.hijack();
  answerOutcome(reply.raw, { taken: false, status }, encoding);
}
