/**
 * What the processor knows of the scoring backend: this interface and the verdict codec beside it (verdict-batch.ts).
 * In one process a worker thread answers it, in two the backend's `POST /v1/score`.
 */
import type { LogsColumns } from '../otlp/columns.ts';
import type { TraceHeaders } from '../tracing.ts';
import type { VerdictBatch } from './verdict-batch.ts';

export interface ScoreRequest {
  /** One decodable ExportLogsServiceRequest in protobuf. The scorer may read it until its promise settles. */
  readonly bytes: Uint8Array;
  /**
   * The same bytes decoded, where the sender has them so: a scorer in the same process need not decode them again. It may
   * read them only before it first waits for something.
   */
  readonly columns?: LogsColumns;
  /** How many records are in it: a verdict batch of another size is refused. */
  readonly records: number;
  /** X-Scope-OrgID of the sender; '' is the default tenant. */
  readonly tenant: string;
  /** False for a batch that was scored before and comes again because downstream refused it: score it, do not count it twice. */
  readonly learn: boolean;
  /** Also send the templates' texts, for `annotate: full`. */
  readonly texts: boolean;
  /** Context of the trace, for a scorer in another process. */
  readonly trace?: TraceHeaders | undefined;
}

export interface Scorer {
  /** Verdicts in the order of the request's records. Rejects when the backend is away or refuses; never throws synchronously. */
  score(request: ScoreRequest): Promise<VerdictBatch>;
  close(): Promise<void>;
}
