/**
 * OTLP/gRPC door: LogsService/Export over HTTP/2, in TLS or in cleartext with prior knowledge, on node:http2 with our own
 * framing.
 * Source: gRPC over HTTP/2; OTLP specification 1.11, "OTLP/gRPC".
 */
import http2 from 'node:http2';
import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import type { ServerTls } from '../access/server-tls.ts';
import { isAboutTheRequest, outcomeOf, refuse } from '../errors.ts';
import type { Outcome } from '../errors.ts';
import { RequestTrace } from '../tracing.ts';
import { codeName } from './grpc-code-names.ts';
import { keepAlive } from './grpc-keepalive.ts';
import type { KeepaliveOptions } from './grpc-keepalive.ts';
import { ACCEPTED_ENCODINGS, answerError, answerHttpStatus, answerOutcome } from './grpc-receiver-answer.ts';
import { GrpcMessageReader } from './grpc-message-reader.ts';
import { grpcTimeoutMs } from './grpc-receiver-message.ts';
import { HOPS_HEADER, hopsOf, tenantOf } from './logs-request.ts';
import type { IncomingMessageBytes, MessageIntake } from './message-intake.ts';
import { MalformedRequest, UnsupportedEncoding } from './request-errors.ts';
import { SessionReads } from './session-reads.ts';
import { GRPC } from './status.ts';
import { LARGEST_WINDOW, StreamWindows } from './stream-windows.ts';

const METHOD = 'opentelemetry.proto.collector.logs.v1.LogsService/Export';
const EXPORT_PATH = `/${METHOD}`;
const SPAN_ATTRIBUTES = { 'rpc.system.name': 'grpc', 'rpc.method': METHOD };
/** Never what holds a call back: that is the window of its stream. */
const SESSION_WINDOW_BYTES = 64 * 1024 * 1024;
/**
 * Far above what clients use: node:http2 refuses a stream over this limit with ENHANCE_YOUR_CALM, and counts streams that
 * ended a moment ago. Clients read that as RESOURCE_EXHAUSTED for good and drop the batch; our own limits (message-intake.ts)
 * answer UNAVAILABLE, which loses nothing.
 */
const STREAMS_AT_A_TIME = 10_000;
/** In MB; Node's default of 10 would refuse streams while large batches come in. */
const SESSION_MEMORY_MB = 512;

export class GrpcReceiver {
  readonly #intake: MessageIntake;
  readonly #server: http2.Http2Server | http2.Http2SecureServer;
  readonly #windows: StreamWindows;
  readonly #sessions = new Map<ServerHttp2Session, SessionReads>();

  /** @param tls without it cleartext */
  constructor(intake: MessageIntake, tls?: ServerTls, keepalive?: KeepaliveOptions) {
    this.#intake = intake;
    const limits = {
      settings: { initialWindowSize: LARGEST_WINDOW, maxConcurrentStreams: STREAMS_AT_A_TIME },
      maxSessionMemory: SESSION_MEMORY_MB,
    };
    this.#server =
      tls === undefined
        ? http2.createServer(limits)
        : tls.keep(http2.createSecureServer({ ...limits, ...tls.options }));
    this.#windows = new StreamWindows(this.#server);
    this.#server.on('session', (session: ServerHttp2Session) => {
      session.setLocalWindowSize(SESSION_WINDOW_BYTES);
      this.#sessions.set(session, new SessionReads());
      if (keepalive !== undefined) keepAlive(session, keepalive);
      session.on('close', () => this.#sessions.delete(session));
    });
    this.#server.on('stream', (stream: ServerHttp2Stream, headers) => this.#called(stream, headers));
  }

  /** Rejects with the system's error when the port cannot be had. */
  listen(host: string, port: number): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, () => {
        this.#server.off('error', reject);
        this.#server.on('error', (error) => this.#intake.options.log.error({ event: 'grpc.failed', err: error }));
        resolve(this.#server.address() as AddressInfo);
      });
    });
  }

  /** Takes no new calls, lets those in work end, and cuts off what is left after `graceMs`. */
  async close(graceMs: number): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const session of this.#sessions.keys()) session.close();
    const cut = setTimeout(() => {
      for (const session of this.#sessions.keys()) session.destroy();
    }, graceMs);
    await closed;
    clearTimeout(cut);
  }

  #called(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
    // A client that resets its call is no fault of ours; 'close' follows and frees what is held.
    stream.on('error', () => undefined);
    if (headers[':method'] !== 'POST') return answerHttpStatus(stream, 405, 'expected POST\n');
    if (!isGrpc(headers['content-type']))
      return answerHttpStatus(stream, 415, 'expected content-type application/grpc\n');
    if (headers[':path'] !== EXPORT_PATH)
      return answerError(stream, { code: GRPC.UNIMPLEMENTED, message: `unknown method ${headers[':path']}` });
    this.#windows.began();
    stream.on('close', () => this.#windows.ended());
    void this.#take(stream, headers);
  }

  async #take(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const { log, telemetry } = this.#intake.options;
    const call = new Call(stream, grpcTimeoutMs(headers['grpc-timeout']));
    const trace = new RequestTrace(METHOD, headers, SPAN_ATTRIBUTES);
    let outcome: Outcome;
    try {
      this.#intake.authenticate(headers.authorization);
      const reads = this.#sessions.get(stream.session as ServerHttp2Session) ?? new SessionReads();
      const reader = new GrpcMessageReader(stream, reads, this.#intake, (message) => call.holds(message));
      const received = await reader.read();
      if (received === undefined) return trace.end(undefined);
      const { message, compressed } = received;
      outcome = await message.use(() => this.#process(message, compressed, headers, call.deadline, trace));
    } catch (error) {
      if (!isAboutTheRequest(error)) log.error({ event: 'grpc.call.failed', err: error }, 'a call failed');
      outcome = outcomeOf(error);
      if (!outcome.taken)
        telemetry.count('seismo.receiver.rejected.requests', 1, {
          transport: 'grpc',
          code: codeName(outcome.status.code),
        });
    }
    trace.end(outcome, { 'rpc.response.status_code': outcome.taken ? 'OK' : codeName(outcome.status.code) });
    call.answer(outcome);
  }

  async #process(
    message: IncomingMessageBytes,
    compressed: boolean,
    headers: IncomingHttpHeaders,
    deadline: number,
    trace: RequestTrace,
  ): Promise<Outcome> {
    const { tenantHeader } = this.#intake.options;
    const tenant = tenantOf(tenantHeader, headers[tenantHeader]);
    const bytes = await this.#intake.open(message, compressed ? compressionOf(headers) : '', 'protobuf');
    return message.process({
      bytes,
      transport: 'grpc',
      encoding: 'protobuf',
      tenant,
      hops: hopsOf(headers[HOPS_HEADER]),
      deadline,
      trace,
    });
  }
}

/** One call: answered once, by the pipeline or by its deadline, and what it holds is freed when its stream closes. */
class Call {
  readonly deadline: number;
  readonly #stream: ServerHttp2Stream;
  readonly #timer: NodeJS.Timeout | undefined;
  #message: IncomingMessageBytes | undefined;
  #answered = false;

  constructor(stream: ServerHttp2Stream, timeoutMs: number | undefined) {
    this.#stream = stream;
    this.deadline = timeoutMs === undefined ? Infinity : performance.now() + timeoutMs;
    if (timeoutMs !== undefined)
      this.#timer = setTimeout(() => {
        this.#message?.abandon();
        this.answer(refuse(GRPC.DEADLINE_EXCEEDED, `no answer within the grpc-timeout of ${timeoutMs} ms`));
      }, timeoutMs);
    stream.on('close', () => {
      clearTimeout(this.#timer);
      if (!this.#answered) this.#message?.abandon();
      this.#answered = true;
      this.#message?.release();
    });
  }

  holds(message: IncomingMessageBytes): void {
    this.#message = message;
  }

  answer(outcome: Outcome): void {
    if (this.#answered) return;
    this.#answered = true;
    clearTimeout(this.#timer);
    answerOutcome(this.#stream, outcome);
  }
}

/** @throws MalformedRequest, UnsupportedEncoding */
function compressionOf(headers: IncomingHttpHeaders): string {
  const encoding = String(headers['grpc-encoding'] ?? '');
  if (encoding === '' || encoding === 'identity')
    throw new MalformedRequest('gRPC message: it says it is compressed, and grpc-encoding does not say how');
  if (encoding === 'gzip' || encoding === 'zstd') return encoding;
  throw new UnsupportedEncoding(`grpc-encoding ${encoding} is not supported; use one of ${ACCEPTED_ENCODINGS}`);
}

function isGrpc(contentType: string | undefined): boolean {
  return /^application\/grpc(\+proto)?(;|$)/.test(contentType ?? '');
}
