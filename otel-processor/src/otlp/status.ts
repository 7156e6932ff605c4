/**
 * The answers of OTLP: google.rpc.Status, ExportLogsServiceResponse, and which HTTP status and gRPC code say the same.
 * Source: OTLP specification 1.11, "OTLP/HTTP Response" and "OTLP/gRPC Response"; google/rpc/{code,status,error_details}.proto.
 */
import { FieldReader, LENGTH, VARINT } from './wire.ts';
import { MessageWriter } from './message-writer.ts';

/** The codes of google.rpc.Code that OTLP uses. */
export const GRPC = {
  OK: 0,
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

/** google.rpc.Status. */
export interface Status {
  /** google.rpc.Code. */
  readonly code: number;
  readonly message: string;
  /** RetryInfo: the least wait before the next try, in ms. Its presence makes RESOURCE_EXHAUSTED retryable. */
  readonly retryDelayMs?: number;
}

/** What a server says about a request it took. `{ rejected: 0, message: '' }` is full success and an empty message. */
export interface ExportResult {
  /** Records that were not taken and must not be sent again. */
  readonly rejected: number;
  /** Why; with `rejected` 0 a warning. */
  readonly message: string;
}

export const FULL_SUCCESS: ExportResult = { rejected: 0, message: '' };

const RETRY_INFO = 'type.googleapis.com/google.rpc.RetryInfo';

/** Status in protobuf: body of an HTTP error, value of the `grpc-status-details-bin` trailer. */
export function encodeStatus(status: Status): Uint8Array {
  const writer = new MessageWriter();
  if (status.code !== 0) writer.varint(1, status.code);
  if (status.message !== '') writer.text(2, status.message);
  const delay = status.retryDelayMs;
  if (delay !== undefined) {
    const nanos = Math.round((delay % 1000) * 1e6);
    writer.message(3, (any) => {
      any.text(1, RETRY_INFO);
      any.message(2, (info) =>
        info.message(1, (duration) => {
          if (delay >= 1000) duration.varint(1, Math.floor(delay / 1000));
          if (nanos > 0) duration.varint(2, nanos);
        }),
      );
    });
  }
  return writer.finish();
}

/** Reads a Status in protobuf; unknown details are passed over. @throws MalformedRequest */
export function decodeStatus(bytes: Uint8Array): Status {
  let code = 0;
  let message = '';
  let retryDelayMs: number | undefined;
  for (const reader = new FieldReader(bytes); reader.next();) {
    if (reader.is(1, VARINT)) code = Number(BigInt.asIntN(32, reader.int64));
    else if (reader.is(2, LENGTH)) message = reader.text;
    else if (reader.is(3, LENGTH)) retryDelayMs = retryDelay(reader.message()) ?? retryDelayMs;
  }
  return { code, message, ...(retryDelayMs === undefined ? {} : { retryDelayMs }) };
}

/** The delay in an Any that holds RetryInfo, in ms. */
function retryDelay(any: FieldReader): number | undefined {
  let type = '';
  let info: FieldReader | undefined;
  while (any.next()) {
    if (any.is(1, LENGTH)) type = any.text;
    else if (any.is(2, LENGTH)) info = any.message();
  }
  if (type !== RETRY_INFO) return undefined;
  let delay = 0;
  while (info?.next()) {
    if (!info.is(1, LENGTH)) continue;
    for (const duration = info.message(); duration.next();) {
      if (duration.is(1, VARINT)) delay += Number(duration.int64) * 1000;
      else if (duration.is(2, VARINT)) delay += Number(duration.int64) / 1e6;
    }
  }
  return Math.max(0, delay);
}

/** Status in JSON, for clients that sent JSON. */
export function statusToJson(status: Status): string {
  const details =
    status.retryDelayMs === undefined
      ? {}
      : { details: [{ '@type': RETRY_INFO, retryDelay: `${status.retryDelayMs / 1000}s` }] };
  return JSON.stringify({ code: status.code, message: status.message, ...details });
}

/** ExportLogsServiceResponse in protobuf. Full success leaves partial_success unset, as the specification demands. */
export function encodeExportResponse(result: ExportResult): Uint8Array {
  const writer = new MessageWriter();
  if (result.rejected !== 0 || result.message !== '')
    writer.message(1, (partial) => {
      if (result.rejected !== 0) partial.varint(1, result.rejected);
      if (result.message !== '') partial.text(2, result.message);
    });
  return writer.finish();
}

/** Reads an ExportLogsServiceResponse in protobuf. @throws MalformedRequest */
export function decodeExportResponse(bytes: Uint8Array): ExportResult {
  let rejected = 0;
  let message = '';
  for (const reader = new FieldReader(bytes); reader.next();) {
    if (!reader.is(1, LENGTH)) continue;
    for (const partial = reader.message(); partial.next();) {
      if (partial.is(1, VARINT)) rejected = Number(partial.int64);
      else if (partial.is(2, LENGTH)) message = partial.text;
    }
  }
  return { rejected, message };
}

/** ExportLogsServiceResponse in JSON. */
export function exportResponseToJson(result: ExportResult): string {
  if (result.rejected === 0 && result.message === '') return '{}';
  const rejected = result.rejected === 0 ? {} : { rejectedLogRecords: String(result.rejected) };
  const message = result.message === '' ? {} : { errorMessage: result.message };
  return JSON.stringify({ partialSuccess: { ...rejected, ...message } });
}

/** Reads an ExportLogsServiceResponse in JSON; what does not look like one is full success of a lax server. */
export function exportResponseFromJson(text: string): ExportResult {
  const parsed = JSON.parse(text) as {
    partialSuccess?: { rejectedLogRecords?: unknown; errorMessage?: unknown };
  } | null;
  const partial = parsed?.partialSuccess;
  const rejected = Number(partial?.rejectedLogRecords ?? 0);
  const message = partial?.errorMessage;
  return { rejected: Number.isFinite(rejected) ? rejected : 0, message: typeof message === 'string' ? message : '' };
}

const RETRYABLE_HTTP: readonly number[] = [429, 502, 503, 504];
const RETRYABLE_GRPC: readonly number[] = [
  GRPC.CANCELLED,
  GRPC.DEADLINE_EXCEEDED,
  GRPC.ABORTED,
  GRPC.OUT_OF_RANGE,
  GRPC.UNAVAILABLE,
  GRPC.DATA_LOSS,
];

/** May a client send the same request again after this HTTP status? */
export function isRetryableHttp(httpStatus: number): boolean {
  return RETRYABLE_HTTP.includes(httpStatus);
}

/** May a client send the same request again after this gRPC code? RESOURCE_EXHAUSTED only with RetryInfo. */
export function isRetryableGrpc(code: number, hasRetryInfo: boolean): boolean {
  return RETRYABLE_GRPC.includes(code) || (code === GRPC.RESOURCE_EXHAUSTED && hasRetryInfo);
}

/** The HTTP status that says the same as a gRPC status; retryable stays retryable. */
export function httpStatusOf(status: Status): number {
  if (isRetryableGrpc(status.code, status.retryDelayMs !== undefined))
    return status.code === GRPC.RESOURCE_EXHAUSTED ? 429 : 503;
  return HTTP_OF[status.code] ?? 500;
}

const HTTP_OF: Readonly<Record<number, number>> = {
  [GRPC.OK]: 200,
  [GRPC.INVALID_ARGUMENT]: 400,
  [GRPC.NOT_FOUND]: 404,
  [GRPC.PERMISSION_DENIED]: 403,
  [GRPC.RESOURCE_EXHAUSTED]: 413,
  [GRPC.UNIMPLEMENTED]: 415,
  [GRPC.UNAUTHENTICATED]: 401,
};

/** The gRPC code that says the same as an HTTP status; retryable stays retryable. 413 is RESOURCE_EXHAUSTED: send no RetryInfo with it. */
export function grpcCodeOf(httpStatus: number): number {
  if (httpStatus >= 200 && httpStatus < 300) return GRPC.OK;
  if (isRetryableHttp(httpStatus)) return GRPC.UNAVAILABLE;
  return GRPC_OF[httpStatus] ?? (httpStatus < 500 ? GRPC.INVALID_ARGUMENT : GRPC.INTERNAL);
}

const GRPC_OF: Readonly<Record<number, number>> = {
  401: GRPC.UNAUTHENTICATED,
  403: GRPC.PERMISSION_DENIED,
  404: GRPC.NOT_FOUND,
  405: GRPC.UNIMPLEMENTED,
  413: GRPC.RESOURCE_EXHAUSTED,
  415: GRPC.UNIMPLEMENTED,
};
