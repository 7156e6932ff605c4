/** Answers of the OTLP/HTTP door: success, google.rpc.Status in the request's encoding, and a polite end of refused bodies. */
import type http from 'node:http';
import type { Outcome } from '../errors.ts';
import { encodeExportResponse, encodeStatus, exportResponseToJson, httpStatusOf, statusToJson } from './status.ts';
import type { Status } from './status.ts';

export type BodyEncoding = 'protobuf' | 'json';

/** How long a refused client may go on sending before it is cut off, in ms. */
const LINGER_MS = 5000;
/** And how much. */
const LINGER_BYTES = 256 * 1024 * 1024;

/** Writes the answer to a request that was read or given up. */
export function answerOutcome(response: http.ServerResponse, outcome: Outcome, encoding: BodyEncoding): void {
  if (!outcome.taken) return answerStatus(response, httpStatusOf(outcome.status), outcome.status, encoding);
  const { result } = outcome;
  answer(response, 200, encoding === 'json' ? exportResponseToJson(result) : encodeExportResponse(result), encoding);
}

/** Writes an error with its google.rpc.Status as the body. */
export function answerStatus(
  response: http.ServerResponse,
  httpStatus: number,
  status: Status,
  encoding: BodyEncoding,
): void {
  // Whole seconds: the Collector's exporter understands nothing else.
  if (status.retryDelayMs !== undefined) response.setHeader('retry-after', Math.ceil(status.retryDelayMs / 1000));
  answer(response, httpStatus, encoding === 'json' ? statusToJson(status) : encodeStatus(status), encoding);
}

function answer(
  response: http.ServerResponse,
  httpStatus: number,
  body: Uint8Array | string,
  encoding: BodyEncoding,
): void {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  const complete = response.req.complete;
  response.writeHead(httpStatus, {
    // Exact type without a charset: the Collector compares the whole header.
    'content-type': encoding === 'json' ? 'application/json' : 'application/x-protobuf',
    'content-length': bytes.length,
    ...(complete ? {} : { connection: 'close' }),
  });
  if (complete) response.end(bytes);
  else linger(response.req, response, bytes);
}

/**
 * Answers a client that is still sending: it is told to stop (connection: close), and what it goes on sending is thrown
 * away for a while. Closing at once would reset the connection, and the client would never see the answer.
 */
function linger(request: http.IncomingMessage, response: http.ServerResponse, bytes: Uint8Array): void {
  // Complete for the client, as content-length says; for us the exchange stays open.
  if (bytes.length > 0) response.write(bytes);
  else response.flushHeaders();
  let thrownAway = 0;
  const end = (): void => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, LINGER_MS);
  request.on('data', (chunk: Buffer) => {
    thrownAway += chunk.length;
    if (thrownAway > LINGER_BYTES) end();
  });
  request.on('close', end);
  request.on('end', end);
  request.resume();
}
