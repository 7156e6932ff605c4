/** Answers of the OTLP/gRPC door: response message and trailers, errors as trailers only. Source: gRPC over HTTP/2, "Responses". */
import type { OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { constants } from 'node:http2';
import type { Outcome } from '../errors.ts';
import { encodeExportResponse, encodeStatus } from './status.ts';
import type { Status } from './status.ts';

export const ACCEPTED_ENCODINGS = 'identity,gzip,zstd';

const HEADERS = {
  ':status': 200,
  'content-type': 'application/grpc+proto',
  'grpc-accept-encoding': ACCEPTED_ENCODINGS,
};
/** How long a refused client may go on sending, in ms. */
const LINGER_MS = 250;
const TRAILERS = { 'grpc-status': '0' };

export function answerOutcome(stream: ServerHttp2Stream, outcome: Outcome): void {
  if (!outcome.taken) return answerError(stream, outcome.status);
  if (isGone(stream)) return;
  const message = encodeExportResponse(outcome.result);
  const framed = Buffer.alloc(5 + message.length);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, 5);
  stream.respond(HEADERS, { waitForTrailers: true });
  stream.on('wantTrailers', () => {
    if (!isGone(stream)) stream.sendTrailers(TRAILERS);
  });
  stream.end(framed);
}

/** Ends the call with an error; a client that is still sending is told that nobody listens. */
export function answerError(stream: ServerHttp2Stream, status: Status): void {
  if (isGone(stream)) return;
  const headers: OutgoingHttpHeaders = {
    ...HEADERS,
    'grpc-status': String(status.code),
    'grpc-message': percentEncoded(status.message),
  };
  // RetryInfo travels in the Status; without it RESOURCE_EXHAUSTED means "never".
  if (status.retryDelayMs !== undefined)
    headers['grpc-status-details-bin'] = Buffer.from(encodeStatus(status)).toString('base64').replace(/=+$/, '');
  stream.respond(headers, { endStream: true });
  stopSending(stream);
}

/** Answers what is not a gRPC call. */
export function answerHttpStatus(stream: ServerHttp2Stream, status: number, text: string): void {
  if (isGone(stream)) return;
  stream.respond({ ':status': status, 'content-type': 'text/plain' });
  stream.end(text);
  stopSending(stream);
}

/** The client has reset the call; 'close' may still be on its way. Node throws on an answer to it. */
function isGone(stream: ServerHttp2Stream): boolean {
  return stream.destroyed || stream.closed;
}

/**
 * RFC 9113, 8.1: after a whole response a server may ask, with NO_ERROR, that the rest of the request not be sent. It asks
 * a little later: a reset right behind the answer makes clients lose the answer. Until then what comes is thrown away.
 */
function stopSending(stream: ServerHttp2Stream): void {
  if (stream.readableEnded) return;
  stream.resume();
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_NO_ERROR), LINGER_MS);
  stream.on('close', () => clearTimeout(timer));
}

/** Everything but printable ASCII, and %, as %XX of its UTF-8. Long messages are cut: trailers have little room. */
export function percentEncoded(message: string): string {
  let encoded = '';
  for (const byte of Buffer.from(message.slice(0, 1000), 'utf8'))
    encoded +=
      byte < 0x20 || byte > 0x7e || byte === 0x25
        ? `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
        : String.fromCharCode(byte);
  return encoded;
}
