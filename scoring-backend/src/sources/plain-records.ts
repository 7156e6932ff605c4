/** Plain lines as records: the time and the level that a line itself carries, and all of it as the message. */
import { severityInLine } from '@seismo/otel-processor/normalise/severity';
import { TimestampReader } from '@seismo/otel-processor/normalise/timestamp';
import type { RecordBatch } from '../engine/record-batch.ts';
import type { LineBlock } from './file-lines.ts';
import { type LineReader, type Streams, UNTIMED_STEP_MS } from './line-reader.ts';
import type { LogInput } from './log-input.ts';

/**
 * An input has times when at least this share of its first lines begin with one: less may be times that messages tell
 * of. Continuation lines (stack traces) have none.
 */
const TIMED_SHARE = 0.2;

export class PlainRecords implements LineReader {
  readonly timed: boolean;
  readonly stepwise = false;
  readonly #stream: number;
  readonly #times = new TimestampReader();
  #lastMs: number;

  constructor(first: LineBlock, input: LogInput, streams: Streams) {
    this.#stream = streams.stream({ tenant: '', namespace: '', service: input.service, environment: '' });
    // Formats without a year or a date take it from a time nearby: first the file's own, then the line before.
    const firstMs = this.#firstTime(first, input.modifiedMs);
    this.timed = !Number.isNaN(firstMs);
    this.#lastMs = this.timed ? firstMs : 0;
  }

  read({ bytes, start, end, lines }: LineBlock, from: number, batch: RecordBatch): void {
    batch.bytes = bytes;
    batch.records = lines - from;
    batch.values = 0;
    batch.grow(batch.records);
    for (let i = 0; i < batch.records; i++) {
      const begin = start[from + i];
      const behind = end[from + i];
      if (!this.timed) this.#lastMs += UNTIMED_STEP_MS;
      else {
        const timeMs = this.#times.read(bytes, begin, behind, this.#lastMs);
        if (!Number.isNaN(timeMs)) this.#lastMs = timeMs;
      }
      batch.stream[i] = this.#stream;
      batch.timeMs[i] = this.#lastMs;
      batch.severity[i] = severityInLine(bytes, begin, behind);
      batch.messageStart[i] = batch.lineStart[i] = begin;
      batch.messageEnd[i] = batch.lineEnd[i] = behind;
      batch.templateStart[i] = batch.templateEnd[i] = batch.traceStart[i] = -1;
    }
  }

  /** The first time in the block, NaN when too few of its lines have one. */
  #firstTime({ bytes, start, end, lines }: LineBlock, referenceMs: number): number {
    let written = 0;
    let timed = 0;
    let firstMs = NaN;
    for (let i = 0; i < lines; i++) {
      if (start[i] === end[i]) continue;
      written++;
      const timeMs = this.#times.read(bytes, start[i], end[i], Number.isNaN(firstMs) ? referenceMs : firstMs);
      if (Number.isNaN(timeMs)) continue;
      timed++;
      if (Number.isNaN(firstMs)) firstMs = timeMs;
    }
    return timed > 0 && timed >= written * TIMED_SHARE ? firstMs : NaN;
  }
}
