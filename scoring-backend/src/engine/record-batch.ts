/**
 * Records as the engine takes them, whatever source they came from: columns over one buffer of bytes.
 * Sources (OTLP, JSON, files) fill it; the engine only reads it. One instance is reused, its arrays grow.
 */
export class RecordBatch {
  /** The bytes that all ranges point into. */
  bytes: Uint8Array = new Uint8Array(0);
  records = 0;
  /** Dense stream index, from `Engine.stream(identity)`; -1: leave this record to another partition. */
  stream = new Int32Array(INITIAL);
  /** Event time in ms since the epoch, an integer. */
  timeMs = new Float64Array(INITIAL);
  /** OTLP SeverityNumber 1–24, 0 unknown. */
  severity = new Uint8Array(INITIAL);
  /** The message to template, `[start, end)`; empty when the record has none. */
  messageStart = new Int32Array(INITIAL);
  messageEnd = new Int32Array(INITIAL);
  /** The line to show as an example (body as it came), `[start, end)`. */
  lineStart = new Int32Array(INITIAL);
  lineEnd = new Int32Array(INITIAL);
  /** A trusted template text given by an upstream processor, `[start, end)`; -1 none. */
  templateStart = new Int32Array(INITIAL);
  templateEnd = new Int32Array(INITIAL);
  /** 16 bytes of the trace id; -1 none. */
  traceStart = new Int32Array(INITIAL);

  /** Makes room for at least `records` records; what was there stays. */
  grow(records: number): void {
    if (records <= this.stream.length) return;
    const length = Math.max(records, this.stream.length * 2);
    const longer = <T extends Int32Array | Float64Array | Uint8Array>(array: T): T => {
      const grown = new (array.constructor as new (length: number) => T)(length);
      grown.set(array);
      return grown;
    };
    this.stream = longer(this.stream);
    this.timeMs = longer(this.timeMs);
    this.severity = longer(this.severity);
    this.messageStart = longer(this.messageStart);
    this.messageEnd = longer(this.messageEnd);
    this.lineStart = longer(this.lineStart);
    this.lineEnd = longer(this.lineEnd);
    this.templateStart = longer(this.templateStart);
    this.templateEnd = longer(this.templateEnd);
    this.traceStart = longer(this.traceStart);
  }
}

const INITIAL = 1024;
