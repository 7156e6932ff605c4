/**
 * Records as the engine takes them, whatever source they came from: columns over one buffer of bytes.
 * Sources (OTLP, JSON, files) fill it; the engine only reads it, but for a column of its own. One instance is reused, its arrays grow.
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
  /** The engine's own: the session of the record's trace, as looked up beforehand. */
  session = new Int32Array(INITIAL);

  /**
   * Attributes that tell who did what: a list in the order of records, empty for most. Value v of record `valueRecord[v]`
   * means `valueMeaning[v]` (the numbers of the processor's record-keys.ts) and lies in `[valueStart[v], valueEnd[v])`, as
   * text (kind 1), a varint (3) or the 8 bytes of a double (4).
   */
  values = 0;
  valueRecord = new Int32Array(INITIAL_VALUES);
  valueMeaning = new Uint8Array(INITIAL_VALUES);
  valueKind = new Uint8Array(INITIAL_VALUES);
  valueStart = new Int32Array(INITIAL_VALUES);
  valueEnd = new Int32Array(INITIAL_VALUES);

  /** Versions of the services that records are of: from this record on, `service.version` of its resource. */
  versions: { readonly record: number; readonly text: string }[] = [];

  /** Adds a value of text to record i, which is the last one so far. */
  addText(i: number, meaning: number, start: number, end: number): void {
    this.growValues(this.values + 1);
    const v = this.values++;
    this.valueRecord[v] = i;
    this.valueMeaning[v] = meaning;
    this.valueKind[v] = 1;
    this.valueStart[v] = start;
    this.valueEnd[v] = end;
  }

  /** Makes room for at least `values` values; what was there stays. */
  growValues(values: number): void {
    if (values <= this.valueRecord.length) return;
    const length = Math.max(values, this.valueRecord.length * 2);
    this.valueRecord = longer(this.valueRecord, length);
    this.valueMeaning = longer(this.valueMeaning, length);
    this.valueKind = longer(this.valueKind, length);
    this.valueStart = longer(this.valueStart, length);
    this.valueEnd = longer(this.valueEnd, length);
  }

  /** Makes room for at least `records` records; what was there stays. */
  grow(records: number): void {
    if (records <= this.stream.length) return;
    const length = Math.max(records, this.stream.length * 2);
    this.stream = longer(this.stream, length);
    this.timeMs = longer(this.timeMs, length);
    this.severity = longer(this.severity, length);
    this.messageStart = longer(this.messageStart, length);
    this.messageEnd = longer(this.messageEnd, length);
    this.lineStart = longer(this.lineStart, length);
    this.lineEnd = longer(this.lineEnd, length);
    this.templateStart = longer(this.templateStart, length);
    this.templateEnd = longer(this.templateEnd, length);
    this.traceStart = longer(this.traceStart, length);
    this.session = longer(this.session, length);
  }
}

const INITIAL = 1024;
const INITIAL_VALUES = 64;

function longer<T extends Int32Array | Float64Array | Uint8Array>(array: T, length: number): T {
  const grown = new (array.constructor as new (length: number) => T)(length);
  grown.set(array);
  return grown;
}
