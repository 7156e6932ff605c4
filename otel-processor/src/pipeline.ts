/**
 * The way of a request: decode → enrich → redact → score → annotate → forward. Synchronous: a client is told "taken" only
 * when the next hop took it, so nothing is lost in here. Scoring never holds records up: without verdicts they pass on
 * unscored.
 */
import { isDeepStrictEqual } from 'node:util';
import type { KafkaLogin } from './access/kafka-login.ts';
import type { Outgoing } from './access/outgoing.ts';
import type { ProcessorConfig } from './config.ts';
import type { PendingChange } from './config-reload.ts';
import { isAboutTheRequest, outcomeOf, refuse, taken } from './errors.ts';
import type { Outcome } from './errors.ts';
import { BoundedScoring } from './forward/bounded-scoring.ts';
import type { Scored } from './forward/bounded-scoring.ts';
import { RefusedBatches, fingerprintOf } from './forward/refused-batches.ts';
import { LateScoring } from './forward/late-scoring.ts';
import { NextHop } from './forward/next-hop.ts';
import type { Scorer } from './forward/scorer.ts';
import { KafkaForward } from './kafka/kafka-forward.ts';
import { markedRecords, tooManyHops } from './loop-guard.ts';
import { LogsColumns } from './otlp/columns.ts';
import { compileRecordKeys, decodeLogs } from './otlp/decode.ts';
import type { LogsRequest } from './otlp/logs-request.ts';
import { Annotator } from './otlp/splice.ts';
import { FULL_SUCCESS, GRPC, isRetryableGrpc } from './otlp/status.ts';
import { type DecodedLogs, Preparation, type Prepared } from './preparation.ts';
import type { Logger, Telemetry } from './telemetry.ts';

/** Columns kept for reuse, and the most records one may have room for: larger ones are left to the garbage collector. */
const KEPT_COLUMNS = 32;
const KEPT_RECORDS = 65_536;

/** Others of its streams wait in the spool to be scored first. */
const BEHIND_OTHERS: Scored = { verdicts: undefined, unscored: 'spooled', learned: false };

export class Pipeline {
  #config: ProcessorConfig;
  readonly #telemetry: Telemetry;
  readonly #log: Logger;
  readonly #scoring: BoundedScoring;
  readonly #refused: RefusedBatches;
  readonly #annotator: Annotator;
  readonly #keys: ReturnType<typeof compileRecordKeys>;
  #preparation: Preparation;
  /** Undefined: nothing is forwarded. */
  readonly #nextHop: NextHop | undefined;
  /** Undefined: nothing is written to Kafka. */
  readonly #kafka: KafkaForward | undefined;
  /** Undefined: what went on without a score never gets one. */
  readonly #late: LateScoring | undefined;
  /** Bytes that a connection still reads after its answer. */
  readonly #stillRead = new WeakSet<Uint8Array>();
  readonly #scoringColumns = new LogsColumns();
  readonly #freeColumns: LogsColumns[] = [];

  /** @param access who we are to the next hop and to Kafka */
  constructor(
    config: ProcessorConfig,
    scorer: Scorer,
    telemetry: Telemetry,
    log: Logger,
    access: { readonly forward?: Outgoing; readonly kafka: KafkaLogin },
  ) {
    this.#config = config;
    this.#telemetry = telemetry;
    this.#log = log;
    this.#scoring = new BoundedScoring(scorer, config.scoring, telemetry, log);
    const { dir, ...spool } = config.scoring.spool;
    if (dir !== undefined && config.mode !== 'kafka')
      this.#late = new LateScoring({ ...spool, dir }, scorer, telemetry, log);
    this.#refused = new RefusedBatches(config.scoring.rememberedRefusals, () =>
      telemetry.count('seismo.scoring.forgotten', 1),
    );
    this.#annotator = new Annotator({ names: config.attributes, annotate: config.annotate });
    this.#keys = compileRecordKeys(config.attributes);
    this.#preparation = new Preparation(config, this.#keys, telemetry, log);
    const { url } = config.forward;
    if (url !== undefined && config.mode === 'inline')
      this.#nextHop = new NextHop({ ...config.forward, url }, access.forward, telemetry);
    if (config.mode === 'kafka') this.#kafka = new KafkaForward(config.kafka, access.kafka, telemetry, log);
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

  /** Makes what a changed configuration asks for. @throws StartError, ConfigError: what was there before stays */
  reload(config: ProcessorConfig): PendingChange {
    const { redact, enrich } = this.#config;
    const same = isDeepStrictEqual([redact, enrich], [config.redact, config.enrich]);
    const before = this.#preparation;
    const pending = same ? before : new Preparation(config, this.#keys, this.#telemetry, this.#log);
    return {
      commit: () => {
        this.#config = config;
        this.#preparation = pending;
        if (!same) before.close();
      },
      discard: () => {
        if (!same) pending.close();
      },
    };
  }

  async close(): Promise<void> {
    this.#nextHop?.close();
    await this.#kafka?.close();
    await this.#late?.close();
    this.#preparation.close();
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
    // Another one may be in force when this request ends.
    const preparation = this.#preparation;
    const prepared = preparation.prepare(request.bytes, columns, request.tenant);
    let scoringInUse = false;
    try {
      if (this.#kafka !== undefined)
        return marked === columns.records
          ? taken(FULL_SUCCESS)
          : await this.#queued(this.#kafka, request, prepared, columns.records - marked);
      if (marked === columns.records) return await this.#forward(request, prepared.forward.bytes, marked);
      const fingerprint = this.#refused.any(performance.now())
        ? fingerprintOf(request.bytes, request.tenant)
        : undefined;
      const again = fingerprint !== undefined && this.#refused.has(fingerprint);
      const scored = await this.#scored(request, prepared, again, columns.records - marked);
      // A late scorer still reads them.
      scoringInUse = scored.learned instanceof Promise;
      if (scoringInUse && prepared.scoring.bytes === request.bytes) request.bytesInUse = true;
      return await this.#passedOn(request, prepared, scored, fingerprint, again);
    } finally {
      const { scoring, forward } = prepared;
      preparation.release(request.bytes, scoring, scoringInUse || this.#stillRead.has(scoring.bytes));
      if (forward !== scoring) preparation.release(request.bytes, forward, this.#stillRead.has(forward.bytes));
    }
  }

  /** What is scored elsewhere is written to Kafka as it would be scored here: enriched and redacted. */
  async #queued(kafka: KafkaForward, request: LogsRequest, prepared: Prepared, unmarked: number): Promise<Outcome> {
    const { bytes, columns = this.#columnsOf(bytes) } = prepared.scoring;
    const { tenant, deadline, hops } = request;
    const { tenantHeader } = this.#config;
    const step = request.trace?.step('forward');
    const outcome = await kafka.send({
      ...{ bytes, columns, tenant, tenantHeader, deadline },
      ...{ hops: hops + 1, trace: step?.headers },
    });
    step?.end(outcome.taken ? undefined : outcome.status.message);
    if (outcome.taken) this.#telemetry.count('seismo.record.status', unmarked, { status: 'queued' });
    return outcome;
  }

  async #scored(request: LogsRequest, prepared: Prepared, again: boolean, unmarked: number): Promise<Scored> {
    if (again) this.#telemetry.count('seismo.scoring.repeated.items', unmarked);
    const { bytes, columns } = prepared.scoring;
    const { records } = prepared.forward.columns;
    const { tenant } = request;
    const texts = this.#config.annotate === 'full';
    const mustWait = !again && this.#late?.mustWait(bytes, () => columns ?? this.#columnsOf(bytes), tenant) === true;
    const step = mustWait ? undefined : request.trace?.step('score');
    const scored = mustWait
      ? BEHIND_OTHERS
      : await this.#scoring.score(
          { bytes, ...(columns && { columns }), records, tenant, learn: !again, texts, trace: step?.headers },
          this.#scoringTimeoutMs(request),
        );
    step?.end(scored.unscored || undefined);
    this.#telemetry.count('seismo.record.status', unmarked, { status: scored.unscored || 'scored' });
    return scored;
  }

  /** Annotates and forwards; what the next hop refused is remembered, so that its retry is not learned twice. */
  async #passedOn(
    request: LogsRequest,
    { forward, scoring }: Prepared,
    scored: Scored,
    fingerprint: string | undefined,
    again: boolean,
  ): Promise<Outcome> {
    const remember = (): void =>
      this.#remember(fingerprint ?? fingerprintOf(request.bytes, request.tenant), again, scored);
    // A client that went away did not hear that its records were taken: it sends them again.
    request.onAbandoned(remember);
    const outcome = await this.#annotated(request, forward, scored);
    if (outcome.taken) {
      if (!again) this.#keepForLater(scoring.bytes, forward.columns.records, request.tenant, scored);
      if (again && fingerprint !== undefined && !request.abandoned) this.#refused.forget(fingerprint);
    } else if (isRetryableGrpc(outcome.status.code, outcome.status.retryDelayMs !== undefined)) remember();
    return outcome;
  }

  /** The next hop gets at least half of the time that the client still waits. */
  #scoringTimeoutMs(request: LogsRequest): number {
    const left = (request.deadline - performance.now()) / 2;
    return Math.max(1, Math.min(this.#config.scoring.timeoutMs, left));
  }

  async #annotated(request: LogsRequest, { bytes, columns }: DecodedLogs, scored: Scored): Promise<Outcome> {
    if (this.#nextHop === undefined) return taken(FULL_SUCCESS);
    const annotated = this.#annotator.annotate(bytes, columns, scored.verdicts, scored.unscored);
    return this.#forward(request, annotated, columns.records);
  }

  /** Of bytes that nobody has decoded yet; to be read before anything is waited for. */
  #columnsOf(bytes: Uint8Array): LogsColumns {
    decodeLogs(bytes, this.#scoringColumns, this.#keys);
    return this.#scoringColumns;
  }

  /** What was not scored, and not learned either, waits to be scored late: as it was to be scored, redacted. */
  #keepForLater(bytes: Uint8Array, records: number, tenant: string, scored: Scored): void {
    const late = this.#late;
    if (late === undefined || scored.unscored === '') return;
    const batch = { bytes, records, tenant };
    if (scored.learned === false) late.keep(batch);
    else if (scored.learned instanceof Promise)
      void scored.learned.then((learned) => {
        if (learned === false) late.keep(batch);
      });
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
    if (this.#nextHop === undefined) return taken(FULL_SUCCESS);
    const start = performance.now();
    const { tenantHeader } = this.#config;
    const { tenant, deadline, hops } = request;
    const step = request.trace?.step('forward');
    const { outcome, bytesInUse } = await this.#nextHop.send(bytes, {
      tenant,
      tenantHeader,
      hops: hops + 1,
      deadline,
      trace: step?.headers,
    });
    step?.end(outcome.taken ? undefined : outcome.status.message);
    if (bytes === request.bytes) request.bytesInUse ||= bytesInUse;
    else if (bytesInUse) this.#stillRead.add(bytes);
    else this.#annotator.release(bytes);
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
