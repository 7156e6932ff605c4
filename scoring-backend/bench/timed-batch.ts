/**
 * A bench batch whose times can be set anew before each use, so that no window sees the same second twice and no record
 * is late. Record time and observed time move together: a record far ahead of its observed time has a broken clock.
 */
import { LogsColumns } from '@seismo/otel-processor/otlp/columns';
import { decodeLogs } from '@seismo/otel-processor/otlp/decode';

const TIME_TAG = 0x09;
const OBSERVED_TAG = 0x59;
const FIXED64_BYTES = 8;

export class TimedBatch {
  readonly bytes: Uint8Array;
  readonly records: number;
  readonly #view: DataView;
  /** Places of the values, behind their tags. */
  readonly #times: Int32Array;

  constructor(bytes: Uint8Array) {
    const columns = new LogsColumns();
    decodeLogs(bytes, columns);
    const starts = columns.recordStart.subarray(0, columns.records);
    const observed = columns.recordEnd.subarray(0, columns.records).map((end) => end - 1 - FIXED64_BYTES);
    if (starts.some((at) => bytes[at] !== TIME_TAG) || observed.some((at) => bytes[at] !== OBSERVED_TAG))
      throw new Error('expected records that begin with their time and end with the time they were observed');
    this.bytes = bytes;
    this.records = columns.records;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#times = Int32Array.of(...starts, ...observed).map((tagAt) => tagAt + 1);
  }

  /** All records of the batch get this time, in ms since the epoch. */
  setTime(timeMs: number): void {
    const ns = BigInt(timeMs) * 1_000_000n;
    for (const at of this.#times) this.#view.setBigUint64(at, ns, true);
  }
}
