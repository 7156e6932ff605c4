/** What lies in a request buffer besides the request: its decoded columns on the way in, verdicts on the way out. */
import type { LogsColumns } from '@seismo/otel-processor/otlp/columns';
import { columnsBlockBytes, writeColumnsBlock } from '@seismo/otel-processor/otlp/columns-block';
import type { Slot } from './worker-slots.ts';

/** Puts the columns beside the request's bytes; false where there is no room for them. */
export function putColumns(columns: LogsColumns, { buffers }: Slot): boolean {
  if (buffers === undefined || columnsBlockBytes(columns) > buffers.columns.byteLength) return false;
  writeColumnsBlock(columns, buffers.columns);
  return true;
}

/** A thread's answer as bytes of their own: the pooled buffer is soon used for another request. */
export function answerIn({ buffers }: Slot, partition: number, answer: Uint8Array | number): Uint8Array {
  if (typeof answer !== 'number') return answer;
  return buffers === undefined ? new Uint8Array(0) : new Uint8Array(buffers.verdicts[partition]).slice(0, answer);
}
