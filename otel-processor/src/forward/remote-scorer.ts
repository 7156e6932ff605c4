/**
 * Asks a scoring backend in another process: `POST <endpoint>/v1/score`, the request's bytes there, a verdict batch back.
 * A backend that fails several times in a row is left alone for a while (circuit-breaker.ts).
 */
import http from 'node:http';
import https from 'node:https';
import { urlToHttpOptions } from 'node:url';
import type { Outgoing } from '../access/outgoing.ts';
import { ScoringFailed } from '../errors.ts';
import { CircuitBreaker } from './circuit-breaker.ts';
import type { BreakerOptions } from './circuit-breaker.ts';
import type { ScoreRequest, Scorer } from './scorer.ts';
import { VerdictBatch } from './verdict-batch.ts';

export interface RemoteScorerOptions extends Patience {
  /** Who we are to the backend; without it nobody in particular. */
  readonly outgoing?: Outgoing | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Base URL of the backend, such as http://127.0.0.1:7347. */
  readonly endpoint: string;
}

/** May be exchanged at any time. */
export interface Patience {
  /** An answer that takes longer counts as a failure of the backend, in ms; it may still come. */
  readonly slowMs: number;
  /** A request without an answer for this long is broken off, in ms. */
  readonly abandonMs: number;
  readonly breaker: BreakerOptions;
}

/** Room for reasons and template texts behind the columns of an answer. */
const MAX_TRAILER_BYTES = 16 * 1024 * 1024;
const COLUMN_BYTES = 64;

export class RemoteScorer implements Scorer {
  readonly #options: RemoteScorerOptions;
  readonly #client: typeof http | typeof https;
  readonly #target: http.RequestOptions;
  readonly #agent: http.Agent;
  readonly #breaker: CircuitBreaker;
  #patience: Patience;

  constructor(options: RemoteScorerOptions) {
    this.#options = options;
    const url = new URL(`${options.endpoint.replace(/\/+$/, '')}/v1/score`);
    const agent = { keepAlive: true, maxFreeSockets: 64 };
    this.#client = url.protocol === 'https:' ? https : http;
    this.#agent =
      url.protocol === 'https:' ? (options.outgoing?.agent(agent) ?? new https.Agent(agent)) : new http.Agent(agent);
    this.#target = { ...urlToHttpOptions(url), method: 'POST', agent: this.#agent };
    this.#breaker = new CircuitBreaker(options.breaker);
    this.#patience = options;
  }

  /** Is the backend left alone at the moment? */
  get breakerOpen(): boolean {
    return this.#breaker.open;
  }

  /** Requests from now on are waited for as these say. */
  set patience(patience: Patience) {
    this.#patience = patience;
    this.#breaker.options = patience.breaker;
  }

  /** @throws ScoringFailed (as a rejection) with the reason and whether the backend learned the batch */
  async score(request: ScoreRequest): Promise<VerdictBatch> {
    if (!this.#breaker.allows(performance.now()))
      throw new ScoringFailed(
        'backend_unavailable',
        false,
        'the scoring backend failed several times in a row; waiting',
      );
    const call = new Call(this.#patience.slowMs, () => this.#breaker.failed(performance.now()));
    try {
      const verdicts = await call.send(
        () => this.#client.request({ ...this.#target, headers: this.#headers(request) }),
        request,
        this.#patience.abandonMs,
      );
      if (!call.slow) this.#breaker.succeeded();
      return verdicts;
    } catch (error) {
      if (!call.slow) this.#judge(error);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#agent.destroy();
  }

  #headers(request: ScoreRequest): http.OutgoingHttpHeaders {
    const { headers, outgoing } = this.#options;
    return { ...headers, ...outgoing?.headers, ...request.trace, ...headersFor(request) };
  }

  /** A backend that answers is well, even when it does not like this batch. */
  #judge(error: unknown): void {
    if (error instanceof Refused && error.httpStatus < 500 && error.httpStatus !== 429) this.#breaker.succeeded();
    else this.#breaker.failed(performance.now());
  }
}

/** Statuses that say that this batch will never be taken. */
const ABOUT_THE_BATCH = new Set([400, 413, 415, 422]);

/** The backend answered with an error: it did not learn the batch. */
class Refused extends ScoringFailed {
  readonly httpStatus: number;

  constructor(httpStatus: number, text: string) {
    const reason = httpStatus === 429 || httpStatus === 503 ? 'overloaded' : 'backend_error';
    super(reason, false, `the scoring backend answered ${httpStatus}: ${text.slice(0, 300)}`, {
      final: ABOUT_THE_BATCH.has(httpStatus),
    });
    this.httpStatus = httpStatus;
  }
}

/** One request to the backend. */
class Call {
  slow = false;
  readonly #slowTimer: NodeJS.Timeout;

  constructor(slowMs: number, onSlow: () => void) {
    this.#slowTimer = setTimeout(() => {
      this.slow = true;
      onSlow();
    }, slowMs);
  }

  send(open: () => http.ClientRequest, request: ScoreRequest, abandonMs: number): Promise<VerdictBatch> {
    return new Promise<VerdictBatch>((resolve, reject) => {
      const outgoing = open();
      // Once all bytes have left, a broken connection no longer tells whether the backend worked on them.
      let sent = false;
      outgoing.on('finish', () => (sent = true));
      const fail = (message: string, cause: unknown): void => {
        const reason = sent ? 'backend_error' : 'backend_unavailable';
        reject(new ScoringFailed(reason, sent ? 'unknown' : false, message, { cause }));
      };
      const abandon = setTimeout(() => outgoing.destroy(new Error(`no answer within ${abandonMs} ms`)), abandonMs);
      let answered = false;
      outgoing.on('close', () => {
        clearTimeout(abandon);
        clearTimeout(this.#slowTimer);
        if (!answered) fail('the scoring backend closed the connection without an answer', undefined);
      });
      outgoing.on('error', (error) => fail(`the scoring backend cannot be asked: ${error.message}`, error));
      outgoing.on('response', (response) => {
        answered = true;
        readAnswer(response, request.records).then(resolve, (error: unknown) =>
          error instanceof Refused
            ? reject(error)
            : fail(`the answer of the scoring backend is none: ${String(error)}`, error),
        );
      });
      outgoing.end(request.bytes);
    });
  }
}

function headersFor(request: ScoreRequest): http.OutgoingHttpHeaders {
  return {
    'content-type': 'application/x-protobuf',
    'content-length': request.bytes.length,
    ...(request.tenant === '' ? {} : { 'x-scope-orgid': request.tenant }),
    ...(request.learn ? {} : { 'x-seismo-learn': 'false' }),
    ...(request.texts ? { 'x-seismo-texts': 'true' } : {}),
  };
}

async function readAnswer(response: http.IncomingMessage, records: number): Promise<VerdictBatch> {
  const limit = records * COLUMN_BYTES + MAX_TRAILER_BYTES;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > limit) throw new RangeError(`expected at most ${limit} bytes`);
    parts.push(part);
  }
  if (response.statusCode !== 200) throw new Refused(response.statusCode ?? 0, Buffer.concat(parts).toString('utf8'));
  // Memory of its own, at offset 0: the columns can then lie on it without a copy.
  const bytes = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const part of parts) at += part.copy(bytes, at);
  return VerdictBatch.decode(bytes);
}
