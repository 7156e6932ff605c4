/**
 * What can go wrong in the processor, each with the words for it. Whether a client may try again is a property of the
 * outcome; which HTTP status and gRPC code say so is decided in otlp/status.ts alone.
 */
import { MalformedRequest, RequestTooLarge, UnsupportedEncoding } from './otlp/request-errors.ts';
import { GRPC } from './otlp/status.ts';
import type { ExportResult, Status } from './otlp/status.ts';

/** The configuration is wrong; one problem per line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('\n'), options);
    this.problems = problems;
  }
}

/** The processor cannot start: a port is taken, the next hop is itself. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** Why a record passed without a score; the value of the attribute `anomaly.unscored`. 'spooled': others of its stream wait to be scored first. */
export type UnscoredReason = 'timeout' | 'backend_unavailable' | 'backend_error' | 'overloaded' | 'spooled';

/** A scorer could not answer. */
export class ScoringFailed extends Error {
  override readonly name = 'ScoringFailed';
  readonly reason: UnscoredReason;
  /**
   * Did the backend learn the batch? False when it surely did not (no connection, refused with a status), 'unknown' when
   * the answer was lost on the way.
   */
  readonly learned: false | 'unknown';
  /** It is about the batch: it would be the same however often it is tried. */
  readonly final: boolean;

  constructor(
    reason: UnscoredReason,
    learned: false | 'unknown',
    message: string,
    options: ErrorOptions & { readonly final?: boolean } = {},
  ) {
    super(message, options);
    this.reason = reason;
    this.learned = learned;
    this.final = options.final ?? false;
  }
}

/** More is being received than may be held at a time; the client is to come again. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
}

/** Without credentials, or with ones that open nothing. */
export class Unauthenticated extends Error {
  override readonly name = 'Unauthenticated';
}

/** A tenant sends more than it may; it is to come again after `retryMs`. */
export class RateLimited extends Error {
  override readonly name = 'RateLimited';
  readonly retryMs: number;

  constructor(message: string, retryMs: number) {
    super(message);
    this.retryMs = retryMs;
  }
}

/** What a caught value says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** How a request ended: taken (perhaps in part), or refused with a status that says whether to try again. */
export type Outcome =
  { readonly taken: true; readonly result: ExportResult } | { readonly taken: false; readonly status: Status };

export const DEFAULT_RETRY_MS = 1000;

export function taken(result: ExportResult): Outcome {
  return { taken: true, result };
}

/** Cannot be taken now: the client keeps the data and comes again. */
export function tryAgain(message: string, retryDelayMs: number = DEFAULT_RETRY_MS): Outcome {
  return { taken: false, status: { code: GRPC.UNAVAILABLE, message, retryDelayMs } };
}

/** Will never be taken: the client must not send it again. */
export function refuse(code: number, message: string): Outcome {
  return { taken: false, status: { code, message } };
}

/**
 * The outcome of a request that failed with an error. What is not about the request itself is a fault of ours and may
 * pass, so the client is told to come again: any other answer would lose its data.
 */
export function outcomeOf(error: unknown): Outcome {
  if (error instanceof MalformedRequest) return refuse(GRPC.INVALID_ARGUMENT, error.message);
  if (error instanceof RequestTooLarge) return refuse(GRPC.RESOURCE_EXHAUSTED, error.message);
  if (error instanceof UnsupportedEncoding) return refuse(GRPC.UNIMPLEMENTED, error.message);
  if (error instanceof Overloaded) return tryAgain(error.message);
  if (error instanceof Unauthenticated) return refuse(GRPC.UNAUTHENTICATED, error.message);
  if (error instanceof RateLimited)
    return {
      taken: false,
      status: { code: GRPC.RESOURCE_EXHAUSTED, message: error.message, retryDelayMs: error.retryMs },
    };
  return tryAgain('the processor failed on this request; see its log');
}

/** Is it an error about the request, as opposed to one of ours that belongs into the log? */
export function isAboutTheRequest(error: unknown): boolean {
  return ABOUT_THE_REQUEST.some((kind) => error instanceof kind);
}

const ABOUT_THE_REQUEST = [
  MalformedRequest,
  RequestTooLarge,
  UnsupportedEncoding,
  Overloaded,
  Unauthenticated,
  RateLimited,
] as const;
