/** The body of a request as bytes, decompressed. */
import type { FastifyRequest } from 'fastify';
import { decompress } from '@seismo/otel-processor/otlp/compression';

/** @throws MalformedRequest, RequestTooLarge, UnsupportedEncoding */
export async function bodyOf(request: FastifyRequest, limitBytes: number): Promise<Uint8Array> {
  // The server's one content type parser leaves bodies as they are; without a body there is none.
  const body = (request.body as Buffer | undefined) ?? Buffer.alloc(0);
  const encoding = String(request.headers['content-encoding'] ?? '').trim();
  return encoding === '' || encoding === 'identity' ? body : decompress(body, encoding, limitBytes);
}

/** Content-Type without parameters, in lower case; '' when there is none. */
export function contentType(request: FastifyRequest): string {
  return (request.headers['content-type'] ?? '').split(';', 1)[0].trim().toLowerCase();
}
