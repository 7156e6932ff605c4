/** Whatever was thrown as an error of the catalogue, and that as JSON. */
import { RateLimited, Unauthenticated } from '@seismo/otel-processor/errors';
import { MalformedRequest, RequestTooLarge, UnsupportedEncoding } from '@seismo/otel-processor/otlp/request-errors';
import { messageOf, SeismoError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import { SqliteError } from '../store/sqlite-connection.ts';
import type { ErrorResponse } from './types.ts';

/** Any error as one of the catalogue. */
export function knownError(error: unknown): SeismoError {
  if (error instanceof SeismoError) return error;
  const as = (code: ErrorCode, message = messageOf(error)): SeismoError =>
    new SeismoError(code, message, { cause: error });
  if (error instanceof MalformedRequest) return as('INVALID_REQUEST');
  if (error instanceof RequestTooLarge) return as('TOO_LARGE');
  if (error instanceof UnsupportedEncoding) return as('UNSUPPORTED_MEDIA_TYPE');
  if (error instanceof Unauthenticated) return as('UNAUTHENTICATED');
  if (error instanceof RateLimited)
    return new SeismoError('RATE_LIMITED', error.message, { cause: error, retryMs: error.retryMs });
  if (error instanceof SqliteError) return as('STORE_UNAVAILABLE', `the store cannot answer: ${error.message}`);
  const { code, statusCode } = error as { code?: string; statusCode?: number };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return as('TOO_LARGE', 'the body is larger than the limit (maxRequestBytes)');
  if (statusCode !== undefined && statusCode < 500) return as('INVALID_REQUEST');
  return as('INTERNAL', 'the backend failed on this request; see its log');
}

/** The body of an error's answer. */
export function errorBody({ code, message, field }: SeismoError): ErrorResponse {
  return { error: { code, message, ...(field === undefined ? {} : { field }) } };
}
