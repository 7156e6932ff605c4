/**
 * POST /v1/score: OTLP bytes in, a verdict batch out. The hop a processor in another process makes for every batch, so
 * nothing here is done per record; the batch is not even decoded on this thread.
 */
import type { FastifyInstance } from 'fastify';
import { SeismoError } from '../errors.ts';
import { bodyOf, contentType } from './body.ts';
import type { ApiContext } from './context.ts';
import { tenantOf } from './tenant.ts';

/** `false`: the batch was scored before and comes again, do not learn it twice. */
export const LEARN_HEADER = 'x-seismo-learn';
/** `true`: send the texts of the templates too. */
export const TEXTS_HEADER = 'x-seismo-texts';

export function scoreRoute(app: FastifyInstance, { engine, doors, maxRequestBytes }: ApiContext): void {
  app.post('/v1/score', async (request, reply) => {
    const tenant = tenantOf(request.headers);
    if (contentType(request) !== 'application/x-protobuf')
      throw new SeismoError(
        'UNSUPPORTED_MEDIA_TYPE',
        `expected content-type application/x-protobuf, got ${contentType(request) || 'none'}`,
        { field: 'content-type' },
      );
    const learn = flag(request.headers[LEARN_HEADER], LEARN_HEADER, true);
    const texts = flag(request.headers[TEXTS_HEADER], TEXTS_HEADER, false);
    const bytes = await bodyOf(request, maxRequestBytes);
    doors.took(tenant, bytes.length);
    const verdicts = await engine.scoreEncoded({ bytes, tenant, learn, texts });
    return reply.type('application/octet-stream').send(verdicts);
  });
}

function flag(value: string | string[] | undefined, name: string, byDefault: boolean): boolean {
  if (value === undefined) return byDefault;
  if (value === 'true' || value === 'false') return value === 'true';
  throw new SeismoError('INVALID_REQUEST', `${name} must be true or false, got ${JSON.stringify(value)}`, {
    field: name,
  });
}
