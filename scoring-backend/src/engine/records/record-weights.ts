/**
 * Records that stand for several: the Collector's log deduplication processor sends one of equal records, with their
 * number as `log_count`. Rates are of what really happened, so such a record counts as many times in its windows. It is
 * one record everywhere else: in the catalogue (the sum of all template counts is the number of records consumed), in a
 * session, for the chance of its kind.
 */
import { COUNT } from '@seismo/otel-processor/otlp/record-keys';
import type { RecordBatch } from '../record-batch.ts';
import { numberOf } from './record-values.ts';
import type { StreamState } from '../stream-state.ts';

/** Does any record of the batch stand for several? Asked once a batch: the others shall not pay for it. */
export function hasWeights(batch: RecordBatch): boolean {
  return batch.values > 0 && batch.valueMeaning.subarray(0, batch.values).includes(COUNT);
}

/** Counts record i, which was just learned, as often as its attributes (values `[first, last)` of the batch) say. */
export function weigh(
  state: StreamState,
  template: number,
  batch: RecordBatch,
  i: number,
  first: number,
  last: number,
): void {
  for (let v = first; v < last; v++) {
    if (batch.valueMeaning[v] !== COUNT) continue;
    const more = Math.min(numberOf(batch, v), MOST_EQUAL) - 1;
    if (!(more >= 1)) return;
    const error = batch.severity[i] >= ERROR ? 1 : 0;
    const bytes = batch.lineEnd[i] - batch.lineStart[i];
    state.windows.addEqual(batch.timeMs[i], template, error, bytes, Math.floor(more));
    return;
  }
}

/** A broken number shall not drown a service. */
const MOST_EQUAL = 1_000_000;
/** SeverityNumber of ERROR. */
const ERROR = 17;
