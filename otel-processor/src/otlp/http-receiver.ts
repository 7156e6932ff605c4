/**
 * OTLP/HTTP door: POST /v1/logs, protobuf and JSON, on node:http.
 * Source: OTLP specification 1.11, "OTLP/HTTP"; timeouts as the Collector's server has them.
 */
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ServerTls } from '../access/server-tls.ts';
import { isAboutTheRequest, outcomeOf, Unauthenticated } from '../errors.ts';
import type { Outcome } from '../errors.ts';
import { RequestTrace } from '../tracing.ts';
import { answerOutcome, answerStatus } from './http-receiver-answer.ts';
import type { BodyEncoding } from './http-receiver-answer.ts';
import { HOPS_HEADER, hopsOf, tenantOf } from './logs-request.ts';
import type { IncomingMessageBytes, MessageIntake } from './message-intake.ts';
import { codeName } from './grpc-code-names.ts';
import { GRPC, httpStatusOf } from './status.ts';

const REJECTED = 'seismo.receiver.rejected.requests';
const LOGS_PATH = '/v1/logs';
const SPAN_NAME = `POST ${LOGS_PATH}`;
const SPAN_ATTRIBUTES = { 'http.request.method': 'POST', 'http.route': LOGS_PATH };
const HEADERS_TIMEOUT_MS = 60_000;
const IDLE_TIMEOUT_MS = 60_000;
/** A body must be here after this long; a client that is slower is cut off and comes again. */
const BODY_TIMEOUT_MS = 300_000;

export class HttpReceiver {
  readonly #intake: MessageIntake;
  readonly #server: http.Server | https.Server;
  #closing = false;

  /** @param tls without it cleartext */
  constructor(intake: MessageIntake, tls?: ServerTls) {
    this.#intake = intake;
    const timeouts = {
      headersTimeout: HEADERS_TIMEOUT_MS,
      keepAliveTimeout: IDLE_TIMEOUT_MS,
      requestTimeout: BODY_TIMEOUT_MS,
    };
    this.#server =
      tls === undefined ? http.createServer(timeouts) : tls.keep(https.createServer({ ...timeouts, ...tls.options }));
    this.#server.on('request', (request, response) => this.#received(request, response));
  }

  /** Rejects with the system's error when the port cannot be had. */
  listen(host: string, port: number): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        this.#server.on('error', (error) => this.#intake.options.log.error({ event: 'http.failed', err: error }));
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  /** Takes no new connections, lets requests in work end, and cuts off what is left after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    this.#closing = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const cut = setTimeout(() => this.#server.closeAllConnections(), graceMs);
    await closed;
    clearTimeout(cut);
  }

  #received(request: http.IncomingMessage, response: http.ServerResponse): void {
    if (this.#closing) response.setHeader('connection', 'close');
    const encoding = encodingOf(request.headers['content-type']);
    const refusal = refusalOf(request, encoding);
    if (refusal !== undefined) {
      if (refusal.status === 405) response.setHeader('allow', 'POST');
      const { status, code, message } = refusal;
      this.#intake.options.telemetry.count(REJECTED, 1, { transport: 'http', code: codeName(code) });
      return answerStatus(response, status, { code, message }, encoding ?? 'json');
    }
    void this.#take(request, response, encoding ?? 'protobuf');
  }

  async #take(request: http.IncomingMessage, response: http.ServerResponse, encoding: BodyEncoding): Promise<void> {
    const { log, telemetry } = this.#intake.options;
    const trace = new RequestTrace(SPAN_NAME, request.headers, SPAN_ATTRIBUTES);
    let message: IncomingMessageBytes | undefined;
    let outcome: Outcome;
    try {
      this.#intake.authenticate(request.headers.authorization);
      message = this.#intake.begin(lengthOf(request.headers['content-length']));
      const received = message;
      response.on('close', () => {
        if (!response.writableFinished) received.abandon();
        received.release();
      });
      const turn = received.turn();
      if (turn !== undefined) await turn;
      if (response.destroyed || !(await receive(request, received))) return trace.end(undefined);
      received.arrived();
      outcome = await received.use(() => this.#process(received, request.headers, encoding, trace));
    } catch (error) {
      if (error instanceof Unauthenticated)
        response.setHeader('www-authenticate', this.#intake.options.access?.credentials?.challenge ?? 'Bearer');
      if (!isAboutTheRequest(error)) log.error({ event: 'http.request.failed', err: error }, 'a request failed');
      outcome = outcomeOf(error);
      if (!outcome.taken)
        telemetry.count(REJECTED, 1, {
          transport: 'http',
          code: codeName(outcome.status.code),
        });
    }
    trace.end(outcome, { 'http.response.status_code': outcome.taken ? 200 : httpStatusOf(outcome.status) });
    if (response.destroyed) return;
    if (this.#closing && !response.headersSent) response.setHeader('connection', 'close');
    answerOutcome(response, outcome, encoding);
  }

  async #process(
    message: IncomingMessageBytes,
    headers: http.IncomingHttpHeaders,
    encoding: BodyEncoding,
    trace: RequestTrace,
  ): Promise<Outcome> {
    const { tenantHeader } = this.#intake.options;
    const tenant = tenantOf(tenantHeader, headers[tenantHeader]);
    const bytes = await this.#intake.open(message, String(headers['content-encoding'] ?? ''), encoding);
    return message.process({
      bytes,
      transport: 'http',
      encoding,
      tenant,
      hops: hopsOf(headers[HOPS_HEADER]),
      deadline: Infinity,
      trace,
    });
  }
}

interface Refusal {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

function refusalOf(request: http.IncomingMessage, encoding: BodyEncoding | undefined): Refusal | undefined {
  const path = request.url?.split('?', 1)[0];
  if (path !== LOGS_PATH)
    return { status: 404, code: GRPC.NOT_FOUND, message: `there is nothing at ${path}; logs go to POST ${LOGS_PATH}` };
  if (request.method !== 'POST')
    return { status: 405, code: GRPC.UNIMPLEMENTED, message: `expected POST, got ${request.method}` };
  if (encoding !== undefined) return undefined;
  const type = request.headers['content-type'] ?? 'none';
  const message = `expected content-type application/x-protobuf or application/json, got ${type}`;
  return { status: 415, code: GRPC.UNIMPLEMENTED, message };
}

function encodingOf(contentType: string | undefined): BodyEncoding | undefined {
  if (contentType === 'application/x-protobuf') return 'protobuf';
  const type = contentType?.split(';', 1)[0].trim().toLowerCase();
  if (type === 'application/x-protobuf') return 'protobuf';
  return type === 'application/json' ? 'json' : undefined;
}

function lengthOf(header: string | undefined): number | undefined {
  return header === undefined ? undefined : Number(header);
}

/** Reads the body; false when the client went away. @throws RequestTooLarge, Overloaded as soon as it is so */
function receive(request: http.IncomingMessage, message: IncomingMessageBytes): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      try {
        message.add(chunk);
      } catch (error) {
        request.off('data', onData);
        reject(error as Error);
      }
    };
    request.on('data', onData);
    request.on('end', () => resolve(true));
    request.on('error', () => resolve(false));
    request.on('close', () => resolve(request.complete));
  });
}
