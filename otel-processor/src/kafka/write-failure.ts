/** What a failure to write to Kafka means: its name for metrics, words for people, and whether another try may help. */
import { messageOf } from '../errors.ts';

export interface WriteFailure {
  /** Kafka's name of the error (NOT_ENOUGH_REPLICAS), or network, timeout, authentication, other. */
  readonly code: string;
  readonly retryable: boolean;
  readonly message: string;
}

/** It took longer than it may. */
export class WriteTimeout extends Error {
  override readonly name = 'WriteTimeout';
}

/** About the message itself: it would be the same however often it is tried. All others may pass, or be put right by an operator. */
const FINAL = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP']);

/** The client tells this in words of its own. */
const NO_TOPIC = 'UNKNOWN_TOPIC_OR_PARTITION';

const CODES: Readonly<Record<string, string>> = {
  PLT_KFK_AUTHENTICATION: 'authentication',
  PLT_KFK_TIMEOUT: 'timeout',
  PLT_KFK_NETWORK: 'network',
};

export function writeFailureOf(error: unknown): WriteFailure {
  if (error instanceof WriteTimeout) return { code: 'timeout', retryable: true, message: error.message };
  const all = chainOf(error);
  // The last one is what the last try said.
  if (all.some(({ message }) => message.startsWith('Unknown topic')))
    return {
      code: NO_TOPIC,
      retryable: true,
      message: `${NO_TOPIC}: it has to be created, or kafka.autoCreateTopics set`,
    };
  const told = all.findLast((part) => typeof part.apiId === 'string');
  if (told !== undefined) {
    const code = String(told.apiId);
    return { code, retryable: !FINAL.has(code), message: `${code}: ${told.message}` };
  }
  const known = all.findLast((part) => typeof part.code === 'string' && part.code in CODES);
  const deepest = all.at(-1);
  return {
    code: known === undefined ? 'other' : CODES[String(known.code)],
    retryable: true,
    message:
      [known?.message, deepest === known ? undefined : deepest?.message].filter(Boolean).join(': ') || messageOf(error),
  };
}

type Part = Error & { readonly code?: unknown; readonly apiId?: unknown };

/** An error with what it was made of, outermost first. */
function chainOf(error: unknown): Part[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  return [error, ...inner.flatMap(chainOf), ...chainOf(error.cause)];
}
