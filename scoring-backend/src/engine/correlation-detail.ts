/** What is told of two streams that have always moved together and no longer do. */
import type { StreamIdentity } from './stream-identity.ts';

/** Of the same tenant. */
type Stream = Omit<StreamIdentity, 'tenant'>;

export interface CorrelationDetail {
  /** The other one of the two. */
  readonly with: Stream;
  /** Further streams that the first one has parted from. */
  readonly others: readonly Stream[];
  /** Correlation of how their record counts move from minute to minute, in [−1, 1]: for long, and since they parted. */
  readonly expected: number;
  readonly actual: number;
  /** Windows of 1 min that show it, and the records of both in them. */
  readonly minutes: readonly { readonly startMs: number; readonly records: number; readonly otherRecords: number }[];
}
