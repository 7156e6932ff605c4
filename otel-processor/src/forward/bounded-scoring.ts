/**
 * Scoring that never holds logs up: it is given up after a time-out, and what is at the scorer at a time is bounded.
 * Says afterwards whether the scorer learned the batch, which decides how a retry of it is scored.
 */
import { Admission } from '../admission.ts';
import { ScoringFailed } from '../errors.ts';
import type { UnscoredReason } from '../errors.ts';
import type { Logger, Telemetry } from '../telemetry.ts';
import type { ScoreRequest, Scorer } from './scorer.ts';
import { isUrgent } from './scoring-priority.ts';
import type { VerdictBatch } from './verdict-batch.ts';

/** 'unknown': the scorer had the batch, and its answer was lost. */
export type Learned = boolean | 'unknown';

export interface Scored {
  /** Undefined when the records are to pass on unscored. */
  readonly verdicts: VerdictBatch | undefined;
  /** Why there are no verdicts; '' when there are. */
  readonly unscored: UnscoredReason | '';
  /** Whether the scorer learned the batch; a promise while it still works on it. */
  readonly learned: Learned | Promise<Learned>;
}

export interface ScoringLimits {
  /** Bytes at the scorer, late ones included. */
  readonly maxInFlightBytes: number;
  /** Whose records are scored first when not all can be. */
  readonly priorityServices?: readonly string[];
}

/** What is not urgent (scoring-priority.ts) may use up this share of the room. */
const ORDINARY_SHARE = 0.8;

export class BoundedScoring {
  readonly #scorer: Scorer;
  readonly #inFlight: Admission;
  readonly #priorityServices: ReadonlySet<string>;
  readonly #telemetry: Telemetry;
  readonly #log: Logger;
  #lastReason: UnscoredReason | '' = '';

  constructor(scorer: Scorer, limits: ScoringLimits, telemetry: Telemetry, log: Logger) {
    this.#scorer = scorer;
    this.#inFlight = new Admission(limits.maxInFlightBytes);
    this.#priorityServices = new Set(limits.priorityServices);
    this.#telemetry = telemetry;
    this.#log = log;
    telemetry.gauge('seismo.queue.usage', () => this.#inFlight.used, { queue: 'scoring' });
    telemetry.gauge('seismo.queue.limit', () => this.#inFlight.limit, { queue: 'scoring' });
  }

  /** Never rejects. @param timeoutMs longest wait for the verdicts */
  async score(request: ScoreRequest, timeoutMs: number): Promise<Scored> {
    const bytes = request.bytes.length;
    if (!this.#admits(request)) return this.#unscored('overloaded', false, 'too many bytes at the scorer');
    const start = performance.now();
    const answer = this.#ask(request).finally(() => this.#inFlight.give(bytes));
    const first = await within(answer, timeoutMs);
    this.#telemetry.waited('seismo.scoring.duration', start);
    if (first === undefined) {
      const learned = answer.then((late) => this.#late(late, request));
      return this.#unscored('timeout', learned, `no verdicts within ${timeoutMs} ms`);
    }
    if (first instanceof ScoringFailed) {
      if (first.learned === 'unknown') this.#telemetry.count('seismo.scoring.uncertain.items', request.records);
      return this.#unscored(first.reason, first.learned, first.message);
    }
    this.#reasonIs('', '');
    return { verdicts: first, unscored: '', learned: true };
  }

  /** Urgent batches find room where others find none any more. */
  #admits(request: ScoreRequest): boolean {
    const { length } = request.bytes;
    if (this.#inFlight.tryTake(length, ORDINARY_SHARE)) return true;
    return isUrgent(request, this.#priorityServices) && this.#inFlight.tryTake(length);
  }

  async #ask(request: ScoreRequest): Promise<VerdictBatch | ScoringFailed> {
    try {
      const verdicts = await this.#scorer.score(request);
      if (verdicts.records === request.records) return verdicts;
      const message = `expected ${request.records} verdicts, got ${verdicts.records}`;
      return new ScoringFailed('backend_error', 'unknown', message);
    } catch (error) {
      if (error instanceof ScoringFailed) return error;
      const message = error instanceof Error ? error.message : String(error);
      return new ScoringFailed('backend_error', 'unknown', message, { cause: error });
    }
  }

  #late(answer: VerdictBatch | ScoringFailed, request: ScoreRequest): Learned {
    if (!(answer instanceof ScoringFailed)) {
      this.#telemetry.count('seismo.scoring.late', 1);
      return true;
    }
    if (answer.learned === 'unknown') this.#telemetry.count('seismo.scoring.uncertain.items', request.records);
    return answer.learned;
  }

  #unscored(reason: UnscoredReason, learned: Scored['learned'], message: string): Scored {
    this.#reasonIs(reason, message);
    return { verdicts: undefined, unscored: reason, learned };
  }

  /** One line when scoring goes away or changes its reason, one when it is back; not one per batch. */
  #reasonIs(reason: UnscoredReason | '', message: string): void {
    if (reason === this.#lastReason) return;
    this.#lastReason = reason;
    if (reason === '') this.#log.info({ event: 'scoring.back' }, 'records are scored again');
    else this.#log.warn({ event: 'scoring.failed', reason, error: message }, 'records pass on unscored');
  }
}

/** The promise's value, or undefined when it takes longer. */
function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), timeoutMs);
    void promise.then((value) => {
      clearTimeout(timer);
      resolve(value);
    });
  });
}
