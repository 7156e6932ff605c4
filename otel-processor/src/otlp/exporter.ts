/**
 * Sends requests to the next hop over OTLP/HTTP (protobuf) on kept connections, and says how it ended: taken, refused for
 * now, or refused for good. A failing network is "refused for now": the client keeps the data.
 * Source: OTLP specification 1.11, "OTLP/HTTP Response" and "OTLP/HTTP Throttling".
 */
import http from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import type { Outgoing } from '../access/outgoing.ts';
import { DEFAULT_RETRY_MS, refuse, taken, tryAgain } from '../errors.ts';
import type { Outcome } from '../errors.ts';
import type { TraceHeaders } from '../tracing.ts';
import { compress } from './compression.ts';
import type { Compression } from './compression.ts';
import { HOPS_HEADER } from './logs-request.ts';
import {
  FULL_SUCCESS,
  GRPC,
  decodeExportResponse,
  decodeStatus,
  exportResponseFromJson,
  isRetryableHttp,
} from './status.ts';
import type { ExportResult } from './status.ts';

export interface ExporterOptions {
  /** Who we are to the next hop; without it nobody in particular. */
  readonly outgoing?: Outgoing | undefined;
  /** OTLP/HTTP base (…:4318, /v1/logs is added) or a whole URL with a path. */
  readonly url: string;
  readonly compression: Compression;
  readonly timeoutMs: number;
  readonly connections: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Told of every batch that was not taken; `code` is the HTTP status, 'network' or 'timeout'. */
  readonly onRefusal?: (code: string, retryable: boolean) => void;
}

export interface Sending {
  readonly tenant: string;
  readonly tenantHeader: string;
  /** Processors passed, this one included. */
  readonly hops: number;
  /** When the client stops waiting, on the clock of performance.now(). */
  readonly deadline: number;
  /** Context of the trace. */
  readonly trace?: TraceHeaders | undefined;
}

export interface Sent {
  readonly outcome: Outcome;
  /** The connection may still read the bytes that were sent: they must not be reused. */
  readonly bytesInUse: boolean;
  /** `never`: no connection could be made, so nothing of it can have arrived. */
  readonly reached: 'answered' | 'perhaps' | 'never';
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** No answer worth reading is longer (the Collector reads as much). */
const MAX_ANSWER_BYTES = 64 * 1024;

export class Exporter {
  readonly #options: ExporterOptions;
  readonly #url: URL;
  readonly #agent: http.Agent;
  readonly #target: http.RequestOptions;

  constructor(options: ExporterOptions) {
    this.#options = options;
    this.#url = logsUrl(options.url);
    const agent = { keepAlive: true, maxSockets: options.connections, maxFreeSockets: options.connections };
    this.#agent =
      this.#url.protocol === 'https:'
        ? (options.outgoing?.agent(agent) ?? new https.Agent(agent))
        : new http.Agent(agent);
    this.#target = { ...urlToHttpOptions(this.#url), method: 'POST', agent: this.#agent };
  }

  /** Never rejects. */
  async send(bytes: Uint8Array, sending: Sending): Promise<Sent> {
    const body = await compress(bytes, this.#options.compression);
    const timeoutMs = Math.max(1, Math.min(this.#options.timeoutMs, sending.deadline - performance.now()));
    const end = performance.now() + timeoutMs;
    let attempt = await this.#attempt(body, sending, timeoutMs);
    // A kept connection that the other side closed meanwhile says nothing about the next hop: once more, on a new one.
    if (attempt.stale) attempt = await this.#attempt(body, sending, Math.max(1, end - performance.now()));
    const outcome = attempt.answer === undefined ? this.#noAnswer(attempt) : this.#understand(attempt.answer);
    const reached = attempt.answer !== undefined ? 'answered' : attempt.unconnected ? 'never' : 'perhaps';
    return { outcome, bytesInUse: body === bytes && !attempt.finished, reached };
  }

  close(): void {
    this.#agent.destroy();
  }

  #attempt(body: Uint8Array, sending: Sending, timeoutMs: number): Promise<Attempt> {
    return new Promise((resolve) => {
      const client = this.#url.protocol === 'https:' ? https : http;
      const request = client.request({ ...this.#target, headers: this.#headers(body, sending) });
      // A socket that was destroyed no longer tells whether it ever was connected.
      let unconnected = true;
      request.on('socket', (socket) => {
        if (socket.connecting) socket.once('connect', () => (unconnected = false));
        else unconnected = false;
      });
      const done = (attempt: Omit<Attempt, 'finished' | 'unconnected'>): void => {
        clearTimeout(timer);
        resolve({ ...attempt, finished: request.writableFinished, unconnected });
      };
      const timer = setTimeout(() => {
        done({ code: 'timeout', error: `no answer within ${Math.round(timeoutMs)} ms`, stale: false });
        request.destroy();
      }, timeoutMs);
      request.on('error', (error: NodeJS.ErrnoException) => {
        const stale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        done({ code: 'network', error: error.message, stale });
      });
      request.on('response', (response) => {
        readAnswer(response).then(
          (answer) => done({ answer, code: String(answer.status), error: '', stale: false }),
          (error: Error) => done({ code: 'network', error: error.message, stale: false }),
        );
      });
      request.end(body);
    });
  }

  #headers(body: Uint8Array, sending: Sending): http.OutgoingHttpHeaders {
    const { compression, headers, outgoing } = this.#options;
    return {
      ...headers,
      ...outgoing?.headers,
      ...sending.trace,
      ...(sending.tenant === '' ? {} : { [sending.tenantHeader]: sending.tenant }),
      ...(compression === 'none' ? {} : { 'content-encoding': compression }),
      'content-type': 'application/x-protobuf',
      'content-length': body.length,
      [HOPS_HEADER]: sending.hops,
    };
  }

  #noAnswer(attempt: Attempt): Outcome {
    this.#options.onRefusal?.(attempt.code, true);
    return tryAgain(`the next hop ${this.#url.host} cannot be reached: ${attempt.error}`);
  }

  #understand(answer: Answer): Outcome {
    if (answer.status >= 200 && answer.status < 300) return taken(resultOf(answer));
    const retryable = isRetryableHttp(answer.status);
    this.#options.onRefusal?.(String(answer.status), retryable);
    const message = `the next hop ${this.#url.host} answered ${answer.status}${reasonOf(answer)}`;
    if (retryable) return tryAgain(message, retryAfterMs(answer.headers['retry-after'], Date.now()));
    // Its other codes are about us (credentials, path), not about what the client did: they all mean "never".
    if (answer.status === 413) return refuse(GRPC.RESOURCE_EXHAUSTED, message);
    return refuse(answer.status >= 500 ? GRPC.INTERNAL : GRPC.INVALID_ARGUMENT, message);
  }
}

interface Attempt {
  readonly answer?: Answer;
  readonly code: string;
  readonly error: string;
  /** The connection was a kept one and turned out closed. */
  readonly stale: boolean;
  /** All bytes have left. */
  readonly finished: boolean;
  /** There was no connection to send anything over. */
  readonly unconnected: boolean;
}

/** Adds /v1/logs to a URL without a path, as OTEL_EXPORTER_OTLP_ENDPOINT does. */
export function logsUrl(url: string): URL {
  const whole = new URL(url);
  if (whole.pathname === '/' || whole.pathname === '') whole.pathname = '/v1/logs';
  return whole;
}

/** Retry-After in ms: whole seconds or a date (RFC 9110, 10.2.3); the default when it is neither. */
export function retryAfterMs(header: string | undefined, nowMs: number): number {
  if (header === undefined) return DEFAULT_RETRY_MS;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? DEFAULT_RETRY_MS : Math.max(0, date - nowMs);
}

async function readAnswer(response: http.IncomingMessage): Promise<Answer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    if (length + part.length <= MAX_ANSWER_BYTES) parts.push(part);
    length += part.length;
  }
  const body = length <= MAX_ANSWER_BYTES ? Buffer.concat(parts) : Buffer.alloc(0);
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}

/** What a success says. A body that is no OTLP answer is full success of a server that does not know better. */
function resultOf({ headers, body }: Answer): ExportResult {
  if (body.length === 0) return FULL_SUCCESS;
  try {
    const json = headers['content-type']?.startsWith('application/json') === true;
    return json ? exportResponseFromJson(body.toString('utf8')) : decodeExportResponse(body);
  } catch {
    return FULL_SUCCESS;
  }
}

/** The message of an error's body: a google.rpc.Status in protobuf, or its text. */
function reasonOf({ headers, body }: Answer): string {
  if (body.length === 0) return '';
  try {
    const protobuf = headers['content-type'] === 'application/x-protobuf';
    const message = protobuf ? decodeStatus(body).message : body.toString('utf8');
    return message === '' ? '' : `: ${message.slice(0, 500)}`;
  } catch {
    return '';
  }
}
