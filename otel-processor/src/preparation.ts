/**
 * What happens to a request between its door and its scoring: enriched, then redacted, as far as the configuration says
 * so. Gives the bytes to be scored and the bytes to be forwarded; each is the request itself where nothing is changed.
 */
import type { ProcessorConfig } from './config.ts';
import { Enricher } from './enrich/enricher.ts';
import { LogsColumns } from './otlp/columns.ts';
import { decodeLogs, type RecordKeys } from './otlp/decode.ts';
import { type EditChoice, RequestEdits } from './otlp/request-edits.ts';
import { isRecordChosen, Rewriter } from './otlp/rewrite.ts';
import { shiftColumns } from './otlp/shifted-columns.ts';
import { hashKeyOf } from './redact/hash-key.ts';
import { Redactor } from './redact/redactor.ts';
import type { Logger, Telemetry } from './telemetry.ts';

/** Bytes with their columns. */
export interface DecodedLogs {
  readonly bytes: Uint8Array;
  readonly columns: LogsColumns;
}

/** Bytes to be scored; where they must be decoded anew, that is left to the scorer on its own time. */
export interface ScoringLogs {
  readonly bytes: Uint8Array;
  readonly columns: LogsColumns | undefined;
}

export interface Prepared {
  readonly scoring: ScoringLogs;
  readonly forward: DecodedLogs;
}

/** Columns kept for reuse, and the most records one may have room for. */
const KEPT_COLUMNS = 32;
const KEPT_RECORDS = 65_536;

const ALL: EditChoice = { redacted: true, added: true };

export class Preparation {
  readonly #telemetry: Telemetry;
  readonly #keys: RecordKeys;
  readonly #redactor: Redactor | undefined;
  readonly #enricher: Enricher | undefined;
  readonly #redactsForward: boolean;
  readonly #enrichesForward: boolean;
  readonly #edits = new RequestEdits();
  readonly #rewriter = new Rewriter();
  readonly #freeColumns: LogsColumns[] = [];

  /**
   * @param keys As the request is decoded.
   * @throws StartError when a file that the configuration names cannot be used; ConfigError for a rule that is not safe.
   */
  constructor({ redact, enrich }: ProcessorConfig, keys: RecordKeys, telemetry: Telemetry, log: Logger) {
    this.#telemetry = telemetry;
    this.#keys = keys;
    const { environment, services, geoipFile, reputationFile } = enrich;
    const enriches =
      [environment, geoipFile, reputationFile].some((value) => value !== undefined) || services.length > 0;
    if (enriches) this.#enricher = new Enricher(enrich, log);
    if (redact.enabled)
      this.#redactor = new Redactor({
        ...redact,
        hashKey: hashKeyOf(redact),
        summary: redact.scope === 'all' ? redact.summary : 'silent',
      });
    this.#redactsForward = redact.scope === 'all';
    this.#enrichesForward = enrich.scope === 'all';
  }

  /** @param columns The request as `decodeLogs` read it. Both results are to be given to `release` in the end. */
  prepare(bytes: Uint8Array, columns: LogsColumns, tenant: string): Prepared {
    const asItCame: DecodedLogs = { bytes, columns };
    if (this.#redactor === undefined && this.#enricher === undefined) return { scoring: asItCame, forward: asItCame };
    const edits = this.#edits;
    edits.begin(columns.records);
    this.#enricher?.enrich(bytes, columns, edits);
    this.#redact(bytes, columns, tenant);
    if (edits.empty) return { scoring: asItCame, forward: asItCame };
    const choice = { redacted: this.#redactsForward, added: this.#enrichesForward };
    const forward = choice.redacted || choice.added ? this.#decoded(asItCame, choice) : asItCame;
    if (choice.redacted && choice.added) return { scoring: forward, forward };
    return { scoring: this.#scoring(asItCame), forward };
  }

  #scoring({ bytes, columns }: DecodedLogs): ScoringLogs {
    const edits = this.#edits;
    const scored = this.#rewriter.rewrite(bytes, columns, edits, ALL);
    if (scored === bytes) return { bytes, columns };
    if (edits.fields.length > 0) return { bytes: scored, columns: undefined };
    const shifted = this.#freeColumns.pop() ?? new LogsColumns();
    shiftColumns(columns, this.#rewriter.shifts, scored, (i) => isRecordChosen(edits, i, ALL), this.#keys, shifted);
    return { bytes: scored, columns: shifted };
  }

  /**
   * Lets later requests use what `prepare` made.
   * @param bytesInUse Somebody still reads the bytes: they are left to the garbage collector.
   */
  release(request: Uint8Array, { bytes, columns }: ScoringLogs, bytesInUse: boolean): void {
    if (bytes === request) return;
    if (!bytesInUse) this.#rewriter.release(bytes);
    if (columns === undefined) return;
    if (this.#freeColumns.length < KEPT_COLUMNS && columns.recordTag.length <= KEPT_RECORDS)
      this.#freeColumns.push(columns);
  }

  close(): void {
    this.#enricher?.close();
  }

  #redact(bytes: Uint8Array, columns: LogsColumns, tenant: string): void {
    const redactor = this.#redactor;
    if (redactor === undefined) return;
    redactor.redact(bytes, columns, tenant, this.#edits);
    if (!redactor.matched) return;
    const matches = redactor.takeMatches();
    redactor.ruleNames.forEach((rule, i) => this.#telemetry.count('seismo.redaction.matches', matches[i], { rule }));
  }

  #decoded(request: DecodedLogs, choice: { redacted: boolean; added: boolean }): DecodedLogs {
    const bytes = this.#rewriter.rewrite(request.bytes, request.columns, this.#edits, choice);
    if (bytes === request.bytes) return request;
    const columns = this.#freeColumns.pop() ?? new LogsColumns();
    decodeLogs(bytes, columns, this.#keys);
    return { bytes, columns };
  }
}
