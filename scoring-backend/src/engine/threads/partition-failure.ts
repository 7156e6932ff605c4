/**
 * Why the engine threads gave no verdicts, in the words of a processor: the reason, and whether the batch was learned,
 * which decides if its retry is.
 */
import { ScoringFailed } from '@seismo/otel-processor/errors';
import { MalformedRequest } from '@seismo/otel-processor/otlp/request-errors';
import { messageOf, SeismoError } from '../../errors.ts';

/** One thread has gone, others have scored and learned their records of the batch. */
export class PartlyLearned extends SeismoError {
  constructor(cause: unknown) {
    super('ENGINE_DOWN', messageOf(cause), { cause });
  }
}

/** Any failure of `EngineThreads.scoreEncoded` as a processor takes it. */
export function scoringFailed(cause: unknown): ScoringFailed {
  const message = messageOf(cause);
  if (cause instanceof PartlyLearned) return new ScoringFailed('backend_error', 'unknown', message, { cause });
  // What a thread that died had learned of it is not in the checkpoint the next one starts from.
  if (cause instanceof SeismoError)
    return new ScoringFailed(cause.code === 'ENGINE_BUSY' ? 'overloaded' : 'backend_unavailable', false, message, {
      cause,
    });
  if (cause instanceof MalformedRequest)
    return new ScoringFailed('backend_error', false, message, { cause, final: true });
  return new ScoringFailed('backend_error', 'unknown', message, { cause });
}
