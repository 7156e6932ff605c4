/**
 * The way of a request: decode → score → annotate → forward. Synchronous: a client is told "taken" only when the next hop
 * took it, so nothing is lost in here. Scoring never holds records up: without verdicts they pass on unscored.
 */
import type { ProcessorConfig } from './config.ts';
import { isAboutTheRequest, outcomeOf, refuse, taken } from './errors.ts';
import type { Outcome } from './errors.ts';
import { BoundedScoring } from './forward/bounded-scoring.ts';
import type { Scored } from './forward/bounded-scoring.ts';
import { RefusedBatches, fingerprintOf } from './forward/refused-batches.ts';
import type { Scorer } from './forward/scorer.ts';
import { markedRecords, tooManyHops } from './loop-guard.ts';
import { LogsColumns } from './otlp/columns.ts';
import { compileRecordKeys, decodeLogs } from './otlp/decode.ts';
import { Exporter } from './otlp/exporter.ts';
import type { LogsRequest } from './otlp/logs-request.ts';
import { Annotator } from './otlp/splice.ts';
import { FULL_SUCCESS, GRPC, isRetryableGrpc } from './otlp/status.ts';
import type { Logger, Telemetry } from './telemetry.ts';

/** Columns kept for reuse, and the most records one may have room for: larger ones are left to the garbage collector. */
const KEPT_COLUMNS = 32;
const KEPT_RECORDS = 65_536;

export class Pipeline {
  readonly #config: ProcessorConfig;
  readonly #telemetry: Telemetry;
  readonly #log: Logger;
  readonly #scoring: BoundedScoring;
  readonly #refused: RefusedBatches;
  readonly #annotator: Annotator;
  readonly #keys: ReturnType<typeof compileRecordKeys>;
  /** Undefined: nothing is forwarded. */
  readonly #exporter: Exporter | undefined;
  readonly #freeColumns: LogsColumns[] = [];

  constructor(config: ProcessorConfig, scorer: Scorer, telemetry: Telemetry, log: Logger) {
    this.#config = config;
    this.#telemetry = telemetry;
    this.#log = log;
    this.#scoring = new BoundedScoring(scorer, config.scoring, telemetry, log);
    this.#refused = new RefusedBatches(config.scoring.rememberedRefusals, () =>
      telemetry.count('seismo.scoring.forgotten', 1),
    );
    this.#annotator = new Annotator({ names: config.attributes, annotate: config.annotate });
    this.#keys = compileRecordKeys(config.attributes);
    const { url, ...forward } = config.forward;
    if (url !== undefined && config.mode === 'inline')
      this.#exporter = new Exporter({
        ...forward,
        url,
        onRefusal: (code, retryable) =>
          telemetry.count('seismo.exporter.refusals', 1, { retryable: String(retryable), code }),
      });
  }

  /** Takes one request to its end. Never rejects. */
  async process(request: LogsRequest): Promise<Outcome> {
    const columns = this.#freeColumns.pop() ?? new LogsColumns();
    let outcome: Outcome;
    try {
      outcome = await this.#decoded(request, columns);
      this.#count(request, columns.records, outcome.taken ? 'success' : 'refused');
    } catch (error) {
      if (!isAboutTheRequest(error)) this.#log.error({ event: 'pipeline.failed', err: error }, 'a request failed');
      outcome = outcomeOf(error);
      this.#count(request, 0, 'failure');
    }
    if (this.#freeColumns.length < KEPT_COLUMNS && columns.recordTag.length <= KEPT_RECORDS) {
      columns.records = 0;
      this.#freeColumns.push(columns);
    }
    return outcome;
  }

  close(): void {
    this.#exporter?.close();
  }

  async #decoded(request: LogsRequest, columns: LogsColumns): Promise<Outcome> {
    columns.records = 0;
    if (request.bytes.length === 0) return taken(FULL_SUCCESS);
    decodeLogs(request.bytes, columns, this.#keys);
    if (columns.records === 0) return taken(FULL_SUCCESS);
    const loop = tooManyHops(request.hops, this.#config.forward.maxHops);
    if (loop !== undefined) {
      this.#telemetry.count('seismo.loop.refused', 1);
      return refuse(GRPC.INVALID_ARGUMENT, loop);
    }
    const marked = markedRecords(columns);
    this.#telemetry.count('seismo.record.status', marked, { status: 'looped' });
    if (marked === columns.records) return this.#forward(request, request.bytes, marked);
    return this.#scored(request, columns, columns.records - marked);
  }

  async #scored(request: LogsRequest, columns: LogsColumns, unmarked: number): Promise<Outcome> {
    const fingerprint = this.#refused.any(performance.now()) ? fingerprintOf(request.bytes, request.tenant) : undefined;
    const again = fingerprint !== undefined && this.#refused.has(fingerprint);
    if (again) this.#telemetry.count('seismo.scoring.repeated.items', unmarked);
    const scoring = this.#scoring.score(
      {
        bytes: request.bytes,
        columns,
        records: columns.records,
        tenant: request.tenant,
        learn: !again,
        texts: this.#config.annotate === 'full',
      },
      this.#scoringTimeoutMs(request),
    );
    const scored = await scoring;
    this.#telemetry.count('seismo.record.status', unmarked, { status: scored.unscored || 'scored' });
    // A late scorer still reads them.
    if (scored.learned instanceof Promise) request.bytesInUse = true;
    const remember = (): void =>
      this.#remember(fingerprint ?? fingerprintOf(request.bytes, request.tenant), again, scored);
    // A client that went away did not hear that its records were taken: it sends them again.
    request.onAbandoned(remember);
    const outcome = await this.#annotated(request, columns, scored);
    if (outcome.taken) {
      if (again && !request.abandoned) this.#refused.forget(fingerprint);
    } else if (isRetryableGrpc(outcome.status.code, outcome.status.retryDelayMs !== undefined)) remember();
    return outcome;
  }

  /** The next hop gets at least half of the time that the client still waits. */
  #scoringTimeoutMs(request: LogsRequest): number {
    const left = (request.deadline - performance.now()) / 2;
    return Math.max(1, Math.min(this.#config.scoring.timeoutMs, left));
  }

  async #annotated(request: LogsRequest, columns: LogsColumns, scored: Scored): Promise<Outcome> {
    if (this.#exporter === undefined) return taken(FULL_SUCCESS);
    const annotated = this.#annotator.annotate(request.bytes, columns, scored.verdicts, scored.unscored);
    return this.#forward(request, annotated, columns.records);
  }

  /** Keeps the fingerprint of a batch that will come again, if it was or may have been learned. */
  #remember(fingerprint: string, again: boolean, scored: Scored): void {
    if (!again && scored.learned === false) return;
    this.#refused.remember(fingerprint, performance.now());
    if (again || !(scored.learned instanceof Promise)) return;
    // The scorer still works on it. Should it turn out that it did not learn the batch, the next try may be learned.
    void scored.learned.then((learned) => {
      if (learned === false) this.#refused.forget(fingerprint);
    });
  }

  async #forward(request: LogsRequest, bytes: Uint8Array, records: number): Promise<Outcome> {
    if (this.#exporter === undefined) return taken(FULL_SUCCESS);
    const start = performance.now();
    const { tenantHeader } = this.#config;
    const { tenant, deadline, hops } = request;
    const { outcome, bytesInUse } = await this.#exporter.send(bytes, {
      tenant,
      tenantHeader,
      hops: hops + 1,
      deadline,
    });
    if (bytes === request.bytes) request.bytesInUse ||= bytesInUse;
    else if (!bytesInUse) this.#annotator.release(bytes);
    this.#telemetry.waited('seismo.exporter.duration', start);
    const refused = outcome.taken ? Math.min(records, outcome.result.rejected) : records;
    this.#telemetry.count('seismo.processor.produced.items', refused, { outcome: 'refused' });
    this.#telemetry.count('seismo.processor.produced.items', records - refused, { outcome: 'success' });
    return outcome;
  }

  #count(request: LogsRequest, records: number, outcome: 'success' | 'refused' | 'failure'): void {
    const attributes = { transport: request.transport, encoding: request.encoding, outcome };
    this.#telemetry.count('seismo.receiver.consumed.items', records, attributes);
    this.#telemetry.count('seismo.receiver.consumed.size', request.bytes.length, attributes);
  }
}
