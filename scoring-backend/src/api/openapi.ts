/** GET /openapi.json: OpenAPI 3.1, made from the schemas the routes check with. */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { ERRORS } from '../errors.ts';
import { VERSION } from '../version.ts';
import {
  anomaliesQuerySchema,
  anomaliesResponseSchema,
  budgetQuerySchema,
  budgetResponseSchema,
  driftQuerySchema,
  driftResponseSchema,
  errorResponseSchema,
  healthResponseSchema,
  logLineSchema,
  logsResponseSchema,
  queryRequestSchema,
  queryResponseSchema,
  querySchema,
  readyResponseSchema,
  servicesQuerySchema,
  servicesResponseSchema,
  templatesQuerySchema,
  templatesResponseSchema,
} from './types.ts';

type Json = Record<string, unknown>;

export function openapiRoute(app: FastifyInstance): void {
  const document = JSON.stringify(openapi());
  app.get('/openapi.json', async (_request, reply) => reply.type('application/json').send(document));
}

/** The document. */
export function openapi(): Json {
  const request = queryRequestSchema.extend({ queries: z.array(querySchema) });
  const lines = z.union([logLineSchema, z.array(logLineSchema)]);
  return {
    openapi: '3.1.0',
    info: { title: 'Seismo scoring backend', version: VERSION, license: { name: 'Apache-2.0' } },
    paths: {
      '/v1/score': { post: score() },
      '/v1/logs': { post: otlpLogs() },
      '/logs': {
        post: operation('Score lines in the common JSON schema', logsResponseSchema, {
          body: { 'application/json': lines, 'application/x-ndjson': logLineSchema },
        }),
      },
      '/health': { get: operation('Is the process alive?', healthResponseSchema) },
      '/ready': { get: operation('Can it do its work? 503 when not', readyResponseSchema) },
      '/metrics': { get: text('Metrics as Prometheus text', 'text/plain') },
      '/openapi.json': { get: text('This document', 'application/json') },
      '/api/v1/query': {
        post: operation('Grafana data frames', queryResponseSchema, { body: { 'application/json': request } }),
      },
      '/api/v1/services': {
        get: operation('Streams and how they are', servicesResponseSchema, { query: servicesQuerySchema }),
      },
      '/api/v1/templates': {
        get: operation('The template catalogue', templatesResponseSchema, { query: templatesQuerySchema }),
      },
      '/api/v1/anomalies': {
        get: operation('Anomalies with their evidence, latest first', anomaliesResponseSchema, {
          query: anomaliesQuerySchema,
        }),
      },
      '/api/v1/budget': {
        get: operation('False episodes promised and episodes that came, per service and week', budgetResponseSchema, {
          query: budgetQuerySchema,
        }),
      },
      '/api/v1/drift': {
        get: operation('What streams are like has changed, latest first', driftResponseSchema, {
          query: driftQuerySchema,
        }),
      },
    },
  };
}

const TENANT = {
  name: 'X-Scope-OrgID',
  in: 'header',
  required: false,
  description: 'The tenant; without it the default one.',
  schema: { type: 'string', maxLength: 150 },
};
const BINARY = { schema: { type: 'string', contentMediaType: 'application/octet-stream' } };

function operation(
  summary: string,
  response: z.ZodType,
  request: { query?: z.ZodObject; body?: Record<string, z.ZodType> } = {},
): Json {
  const parameters = Object.entries(request.query?.shape ?? {}).map(([name, schema]) => {
    const described = schemaOf(schema as z.ZodType, 'input');
    return { name, in: 'query', required: false, schema: described };
  });
  const content = Object.entries(request.body ?? {}).map(([type, schema]) => [
    type,
    { schema: schemaOf(schema, 'input') },
  ]);
  return {
    summary,
    parameters: [TENANT, ...parameters],
    ...(content.length === 0 ? {} : { requestBody: { required: true, content: Object.fromEntries(content) } }),
    responses: {
      200: { description: 'OK', content: { 'application/json': { schema: schemaOf(response, 'output') } } },
      default: refusal(),
    },
  };
}

function score(): Json {
  const header = (name: string, description: string) => ({
    name,
    in: 'header',
    description,
    schema: { type: 'boolean' },
  });
  return {
    summary: 'Verdicts on an ExportLogsServiceRequest, as columns',
    parameters: [
      TENANT,
      header('x-seismo-learn', 'false: scored before, do not learn it again.'),
      header('x-seismo-texts', 'true: also send the texts of the templates.'),
    ],
    requestBody: { required: true, content: { 'application/x-protobuf': BINARY } },
    responses: {
      200: { description: 'A verdict batch', content: { 'application/octet-stream': BINARY } },
      default: refusal(),
    },
  };
}

function otlpLogs(): Json {
  const content = { 'application/x-protobuf': BINARY, 'application/json': { schema: { type: 'object' } } };
  return {
    summary: 'OTLP/HTTP logs: scored, not sent on',
    parameters: [TENANT],
    requestBody: { required: true, content },
    responses: {
      200: { description: 'ExportLogsServiceResponse in the encoding of the request', content },
      default: { description: 'google.rpc.Status in the encoding of the request', content },
    },
  };
}

function text(summary: string, type: string): Json {
  return { summary, responses: { 200: { description: 'OK', content: { [type]: { schema: {} } } } } };
}

function refusal(): Json {
  const codes = Object.entries(ERRORS).map(([code, { status, meaning }]) => `${code} (${status}): ${meaning}`);
  return {
    description: `Refused. Codes: ${codes.join('; ')}.`,
    content: { 'application/json': { schema: schemaOf(errorResponseSchema, 'output') } },
  };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  // Each schema would name its dialect again; the document does so once, by its version.
  const described: Json = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  delete described.$schema;
  return described;
}
