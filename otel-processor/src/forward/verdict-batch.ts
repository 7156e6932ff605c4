/**
 * Verdicts of one request as columns, and their form on the wire between backend and processor.
 *
 * Layout, little-endian: a 16-byte header (magic, records, bytes of the trailer, 0), the columns in the order of the
 * class's fields, each `records` long, and a trailer with what is not a number (verdict-trailer.ts).
 * The 8-byte column comes first, so every column is aligned without padding.
 */
import { mostTrailerBytes, type Trailer, WrittenTrailer, writeTrailer } from './verdict-trailer.ts';

/** Bits of the flags column. */
export const SCORED = 1;
export const ANOMALY = 2;

const MAGIC = 0x32534553; // "SES2"
const HEADER_BYTES = 16;
const BYTES_PER_RECORD = 8 + 4 + 4 + 4 + 4 + 2 + 1;
/** Room that an empty batch has for the trailer of most batches, so that encoding copies no columns. */
const TRAILER_ROOM = 4096;
const NO_TRAILER: Trailer = { model: '', reasonSets: [] };

export class VerdictBatch {
  readonly records: number;
  /** Score in [0, 1]; 0 where the record was not scored. */
  readonly score: Float64Array;
  /** Confidence in [0, 1]. */
  readonly confidence: Float32Array;
  /** Magnitude above the budget's: an anomaly when positive. */
  readonly margin: Float32Array;
  /** Template id, 64 bits in two halves. */
  readonly templateHigh: Uint32Array;
  readonly templateLow: Uint32Array;
  /** 0 for none, else 1 + index into `reasonSets`. */
  readonly reasonSet: Uint16Array;
  /** SCORED, ANOMALY. */
  readonly flags: Uint8Array;
  readonly #buffer: ArrayBufferLike;
  /** The same where it is this batch's own, with room for a trailer. */
  readonly #room: ArrayBufferLike | undefined;
  #trailer: Trailer;

  private constructor(buffer: ArrayBufferLike, records: number, trailer: Trailer, room?: ArrayBufferLike) {
    let at = HEADER_BYTES;
    const column = (bytes: number): number => (at += bytes * records) - bytes * records;
    this.records = records;
    this.score = new Float64Array(buffer, column(8), records);
    this.confidence = new Float32Array(buffer, column(4), records);
    this.margin = new Float32Array(buffer, column(4), records);
    this.templateHigh = new Uint32Array(buffer, column(4), records);
    this.templateLow = new Uint32Array(buffer, column(4), records);
    this.reasonSet = new Uint16Array(buffer, column(2), records);
    this.flags = new Uint8Array(buffer, column(1), records);
    this.#buffer = buffer;
    this.#room = room;
    this.#trailer = trailer;
  }

  get model(): string {
    return this.#trailer.model;
  }

  /** What is not a column, for whoever puts batches together. */
  get trailer(): Trailer {
    return this.#trailer;
  }

  /** The reasons of record i, most important first; empty for nearly all records. */
  reasons(i: number): readonly string[] {
    return this.reasonSet[i] === 0 ? [] : this.#trailer.reasonSets[this.reasonSet[i] - 1];
  }

  /** Shows the same in UTF-8, `bytes[start, end)`: a batch that was decoded has them so. */
  showReasons(i: number, show: (bytes: Buffer, start: number, end: number) => void): void {
    const trailer = this.#trailer;
    if (this.reasonSet[i] === 0) return;
    if (trailer instanceof WrittenTrailer) return trailer.showReasons(this.reasonSet[i] - 1, show);
    for (const reason of this.reasons(i).map((text) => Buffer.from(text))) show(reason, 0, reason.length);
  }

  /** The text of a template by its id, when texts were asked for. */
  text(id: string): string | undefined {
    return this.#trailer.texts?.[id];
  }

  /** An empty batch to fill: nothing scored yet. */
  static create(records: number): VerdictBatch {
    const room = new ArrayBuffer(HEADER_BYTES + records * BYTES_PER_RECORD + TRAILER_ROOM);
    return new VerdictBatch(room, records, NO_TRAILER, room);
  }

  /**
   * An empty batch laid over memory that is used again and again, or one of its own where the records do not fit. Mostly
   * shared memory: another thread reads the wire form where it was written.
   */
  static over(room: ArrayBufferLike, records: number): VerdictBatch {
    const columns = HEADER_BYTES + records * BYTES_PER_RECORD;
    if (columns + TRAILER_ROOM > room.byteLength) return VerdictBatch.create(records);
    new Uint8Array(room, 0, columns).fill(0);
    return new VerdictBatch(room, records, NO_TRAILER, room);
  }

  /** Sets what is not a column. At most 65,535 reason sets. */
  describe(trailer: Trailer): this {
    this.#trailer = trailer;
    return this;
  }

  /** The wire form: over this batch's own memory where the trailer fits, so encode what is filled, and send it at once. */
  encode(): Uint8Array {
    const columns = HEADER_BYTES + this.records * BYTES_PER_RECORD;
    const bytes = this.#withRoom(columns, columns + mostTrailerBytes(this.#trailer));
    const end = writeTrailer(this.#trailer, bytes, columns);
    bytes.writeUInt32LE(MAGIC, 0);
    bytes.writeUInt32LE(this.records, 4);
    bytes.writeUInt32LE(end - columns, 8);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, end);
  }

  /** The columns, with room behind them. */
  #withRoom(columns: number, length: number): Buffer<ArrayBufferLike> {
    if (this.#room !== undefined && length <= this.#room.byteLength) return Buffer.from(this.#room);
    const bytes = Buffer.from(new ArrayBuffer(length));
    bytes.set(new Uint8Array(this.#buffer, 0, columns));
    return bytes;
  }

  /**
   * Reads the wire form; a copy is made only when the bytes are not aligned.
   * @throws RangeError when the bytes are not a verdict batch, or one of another version.
   */
  static decode(bytes: Uint8Array): VerdictBatch {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.byteLength < HEADER_BYTES || view.getUint32(0, true) !== MAGIC)
      throw new RangeError('verdict batch: expected the magic "SES2"; is the backend of another version?');
    const records = view.getUint32(4, true);
    const trailerBytes = view.getUint32(8, true);
    const columns = HEADER_BYTES + records * BYTES_PER_RECORD;
    if (bytes.byteLength !== columns + trailerBytes)
      throw new RangeError(`verdict batch: expected ${columns + trailerBytes} bytes, got ${bytes.byteLength}`);
    const trailer = new WrittenTrailer(Buffer.from(bytes.buffer, bytes.byteOffset + columns, trailerBytes));
    const whole = bytes.byteOffset === 0 ? bytes.buffer : bytes.slice().buffer;
    const batch = new VerdictBatch(whole, records, trailer);
    for (let i = 0; i < records; i++)
      if (batch.reasonSet[i] > trailer.sets)
        throw new RangeError(`verdict batch: record ${i} names reason set ${batch.reasonSet[i]} of ${trailer.sets}`);
    return batch;
  }
}
