/**
 * The catalogue of errors a user or a client of the backend can meet: one code, one HTTP status and one answer to
 * "may I send it again?" each. The message of an error says what was expected and what came.
 */
export const ERRORS = {
  INVALID_REQUEST: { status: 400, retryable: false, meaning: 'the request cannot be understood; `field` says where' },
  INVALID_TENANT: { status: 400, retryable: false, meaning: 'X-Scope-OrgID is not a tenant name' },
  UNAUTHENTICATED: { status: 401, retryable: false, meaning: 'credentials are needed, or open nothing' },
  NOT_FOUND: { status: 404, retryable: false, meaning: 'no such route' },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false, meaning: 'the route exists with another method' },
  TOO_LARGE: { status: 413, retryable: false, meaning: 'the body is larger than the limit' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, retryable: false, meaning: 'content type or encoding is none we read' },
  RATE_LIMITED: { status: 429, retryable: true, meaning: 'the tenant sends more than its share' },
  ENGINE_BUSY: { status: 503, retryable: true, meaning: 'too many requests wait for the engine' },
  ENGINE_DOWN: { status: 503, retryable: true, meaning: 'an engine thread is being restarted or shut down' },
  OUT_OF_STEP: { status: 503, retryable: true, meaning: 'requests of a source before this one are missing' },
  STORE_UNAVAILABLE: { status: 503, retryable: true, meaning: 'the store cannot be read or written at the moment' },
  STORE_DAMAGED: { status: 500, retryable: false, meaning: 'the database file is not one, or is damaged' },
  DATA_DIR_IN_USE: { status: 500, retryable: false, meaning: 'another backend uses the same data directory' },
  PORT_IN_USE: { status: 500, retryable: false, meaning: 'another program listens on the port' },
  INTERNAL: { status: 500, retryable: false, meaning: 'a mistake of ours; the log has the details' },
} as const;

export type ErrorCode = keyof typeof ERRORS;

const DEFAULT_RETRY_MS = 1000;

/**
 * An error of the catalogue.
 *
 *     throw new SeismoError('INVALID_REQUEST', 'sizeMs must be 30000, 60000 or 300000, got 5', { field: 'queries[0].sizeMs' });
 */
export class SeismoError extends Error {
  override readonly name = 'SeismoError';
  readonly code: ErrorCode;
  /** The field of the request or setting that is wrong, as a path such as `queries[0].sizeMs`. */
  readonly field: string | undefined;
  /** When it may be sent again, where that is known, ms. */
  readonly retryMs: number;

  constructor(code: ErrorCode, message: string, options: { field?: string; cause?: unknown; retryMs?: number } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.field = options.field;
    this.retryMs = options.retryMs ?? DEFAULT_RETRY_MS;
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  get retryable(): boolean {
    return ERRORS[this.code].retryable;
  }
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
