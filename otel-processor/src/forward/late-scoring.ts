/**
 * Has batches scored that went on without a score: they wait in the spool, and are scored in the order they came, with
 * their own event time, as soon as the scorer answers again. While records of a stream wait, newer ones of it wait behind
 * them: a stream is scored in order or not at all.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, ScoringFailed } from '../errors.ts';
import { identityOf } from '../normalise/service.ts';
import { LogsColumns } from '../otlp/columns.ts';
import { decodeLogs } from '../otlp/decode.ts';
import type { Logger, Telemetry } from '../telemetry.ts';
import { FIRST_PAUSE_MS, nextPauseMs } from './retry.ts';
import type { Scorer } from './scorer.ts';
import { Spool, type SpooledBatch, type SpoolOptions } from './spool.ts';

export class LateScoring {
  readonly #spool: Spool;
  readonly #scorer: Scorer;
  readonly #telemetry: Telemetry;
  readonly #log: Logger;
  /** Batches that wait, by the streams that have records in them. */
  readonly #waiting = new Map<string, number>();
  readonly #columns = new LogsColumns();
  readonly #stop = new AbortController();
  #wake: () => void = () => undefined;
  readonly #ended: Promise<void>;
  #knowsAll: boolean;

  /** @throws Error when the folder cannot be used */
  constructor(options: Omit<SpoolOptions, 'onLost'>, scorer: Scorer, telemetry: Telemetry, log: Logger) {
    this.#scorer = scorer;
    this.#telemetry = telemetry;
    this.#log = log;
    this.#spool = new Spool({ ...options, onLost: (records, why) => this.#lost(records, why) });
    telemetry.gauge('seismo.spool.usage', () => this.#spool.bytes);
    telemetry.gauge('seismo.spool.limit', () => options.maxBytes);
    telemetry.gauge('seismo.spool.items', () => this.#spool.records);
    // Whose records an earlier run has left is not known before they are read.
    this.#knowsAll = this.#spool.isEmpty;
    this.#ended = this.#run();
  }

  /** Must these records wait behind others of their streams? @param columns asked for only while others wait */
  mustWait(bytes: Uint8Array, columns: () => LogsColumns, tenant: string): boolean {
    if (this.#spool.isEmpty) return false;
    return !this.#knowsAll || streamsOf(bytes, columns(), tenant).some((stream) => this.#waiting.has(stream));
  }

  /** Keeps a copy of a batch that went on without a score. Never throws: what cannot be kept is counted. */
  keep(batch: SpooledBatch): void {
    try {
      this.#spool.append(batch);
      this.#count(batch, 1);
      this.#telemetry.count('seismo.spool.appended.items', batch.records);
    } catch (error) {
      this.#log.error({ event: 'spool.failed', error: messageOf(error) }, 'records will not be scored late');
      this.#telemetry.count('seismo.spool.lost.items', batch.records, { reason: 'disk' });
    }
    this.#wake();
  }

  /** Stops after the batch in work; the rest stays on disk. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#ended;
    this.#spool.close();
  }

  async #run(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    while (!this.#stop.signal.aborted) {
      const batch = this.#spool.first();
      if (batch === undefined) {
        this.#knowsAll = true;
        this.#waiting.clear();
        await new Promise<void>((resolve) => (this.#wake = resolve));
      } else if (await this.#scored(batch)) pauseMs = FIRST_PAUSE_MS;
      else {
        await sleep(pauseMs, undefined, { signal: this.#stop.signal }).catch(() => undefined);
        pauseMs = nextPauseMs(pauseMs);
      }
    }
  }

  /** False: the scorer is still away. */
  async #scored(batch: SpooledBatch): Promise<boolean> {
    const { bytes, records, tenant } = batch;
    try {
      await this.#scorer.score({ bytes, records, tenant, learn: true, texts: false });
      this.#telemetry.count('seismo.spool.scored.items', records);
    } catch (error) {
      const failed = error instanceof ScoringFailed ? error : undefined;
      if (failed?.learned === false && !failed.final) return false;
      // Whether it was learned is not known, or it never will be: another try would count it twice, or go on for ever.
      this.#telemetry.count('seismo.spool.lost.items', records, { reason: failed?.reason ?? 'backend_error' });
      this.#log.warn({ event: 'spool.batch.failed', error: messageOf(error) }, 'a spooled batch is given up');
    }
    this.#spool.shift();
    this.#count(batch, -1);
    return true;
  }

  /** Counts a batch in or out of its streams. */
  #count({ bytes, tenant }: SpooledBatch, by: 1 | -1): void {
    decodeLogs(bytes, this.#columns);
    for (const stream of streamsOf(bytes, this.#columns, tenant)) {
      const batches = (this.#waiting.get(stream) ?? 0) + by;
      if (batches > 0) this.#waiting.set(stream, batches);
      else this.#waiting.delete(stream);
    }
  }

  #lost(records: number, why: 'full' | 'damaged'): void {
    // Whose they were was not read.
    this.#knowsAll = false;
    this.#telemetry.count('seismo.spool.lost.items', records, { reason: why });
    this.#log.warn(
      { event: 'spool.lost', records, reason: why },
      'records that waited in the spool will not be scored',
    );
  }
}

/** The streams of a request, each once. Records that only their file names tell apart share one here. */
function streamsOf(bytes: Uint8Array, columns: LogsColumns, tenant: string): string[] {
  const streams = new Set<string>();
  for (let r = 0; r < columns.resources; r++) {
    const identity = identityOf(bytes, columns.resourceMessageStart[r], columns.resourceMessageEnd[r]);
    streams.add(`${tenant}\0${identity.namespace}\0${identity.service}\0${identity.environment}`);
  }
  return [...streams];
}
