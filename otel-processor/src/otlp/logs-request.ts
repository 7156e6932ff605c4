import type { RequestTrace } from '../tracing.ts';
import { MalformedRequest } from './request-errors.ts';

/** One export request as the receivers hand it to the pipeline: protobuf bytes, decompressed, not yet decoded. */
export interface LogsRequestFields {
  /** An ExportLogsServiceRequest in protobuf. */
  readonly bytes: Uint8Array;
  readonly transport: 'http' | 'grpc';
  readonly encoding: 'protobuf' | 'json';
  /** Of the header `tenantHeader`; '' is the default tenant. */
  readonly tenant: string;
  /** Processors it passed before, from the header x-seismo-hops. */
  readonly hops: number;
  /** When the client stops waiting, on the clock of performance.now(); Infinity when it did not say. */
  readonly deadline: number;
  /** Of the request, begun at its door. */
  readonly trace?: RequestTrace | undefined;
}

export class LogsRequest implements LogsRequestFields {
  readonly bytes: Uint8Array;
  readonly transport: 'http' | 'grpc';
  readonly encoding: 'protobuf' | 'json';
  readonly tenant: string;
  readonly hops: number;
  readonly deadline: number;
  readonly trace: RequestTrace | undefined;
  /** Set when a scorer or a connection may still read the bytes after the answer: they must not be reused. */
  bytesInUse = false;
  #abandoned = false;
  #onAbandoned: (() => void) | undefined;

  constructor(fields: LogsRequestFields) {
    this.bytes = fields.bytes;
    this.transport = fields.transport;
    this.encoding = fields.encoding;
    this.tenant = fields.tenant;
    this.hops = fields.hops;
    this.deadline = fields.deadline;
    this.trace = fields.trace;
  }

  get abandoned(): boolean {
    return this.#abandoned;
  }

  /** The client went away before it was answered; it will most likely send the same again. */
  abandon(): void {
    if (this.#abandoned) return;
    this.#abandoned = true;
    this.#onAbandoned?.();
  }

  /** Calls `listener` when the client goes away, at once when it already has. */
  onAbandoned(listener: () => void): void {
    this.#onAbandoned = listener;
    if (this.#abandoned) listener();
  }
}

/**
 * The tenant of a request; '' without the header. As Loki and Mimir have it: at most 150 characters, here printable ASCII.
 * @throws MalformedRequest when it could not be passed on in a header
 */
export function tenantOf(name: string, header: string | string[] | undefined): string {
  const tenant = header === undefined ? '' : String(header);
  if (tenant.length <= MAX_TENANT && /^[\x20-\x7e]*$/.test(tenant)) return tenant;
  throw new MalformedRequest(`the header ${name} must be at most ${MAX_TENANT} printable ASCII characters`);
}

const MAX_TENANT = 150;

/** The header that counts the processors a request has passed. */
export const HOPS_HEADER = 'x-seismo-hops';

/** Reads the hop count; what is not a number counts as none. */
export function hopsOf(header: string | string[] | undefined): number {
  const hops = Number.parseInt(String(header ?? 0), 10);
  return Number.isFinite(hops) && hops > 0 ? hops : 0;
}
