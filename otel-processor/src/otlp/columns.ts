/**
 * The columns a decoded OTLP logs request is read into: byte ranges and numbers, no objects and no strings per record.
 *
 * All ranges are `[start, end)` offsets into the request's bytes; `start = -1` says "not there".
 * One instance is reused for many requests; its arrays grow and never shrink.
 */
export class LogsColumns {
  /** Records, scopes and resources in use; the arrays may be longer. */
  records = 0;
  scopes = 0;
  resources = 0;
  /** Some record's tag was written with more bytes than it needs. */
  paddedTags = false;

  /** Record i is `bytes[recordTag[i], recordEnd[i])`; its fields begin at `recordStart[i]`, behind tag and length. */
  recordTag = new Int32Array(INITIAL_RECORDS);
  recordStart = new Int32Array(INITIAL_RECORDS);
  recordEnd = new Int32Array(INITIAL_RECORDS);
  recordScope = new Int32Array(INITIAL_RECORDS);
  /** Field number of the body's AnyValue: 0 none, 1 string, 2 bool, 3 int, 4 double, 5 array, 6 key-value list, 7 bytes. */
  bodyKind = new Uint8Array(INITIAL_RECORDS);
  /** The value's own bytes: the text of a string, the fields of a list. */
  bodyStart = new Int32Array(INITIAL_RECORDS);
  bodyEnd = new Int32Array(INITIAL_RECORDS);
  /** SeverityNumber, 0 when unset or outside 1–24. */
  severity = new Uint8Array(INITIAL_RECORDS);
  /** severity_text, for sources that set no number. */
  severityTextStart = new Int32Array(INITIAL_RECORDS);
  severityTextEnd = new Int32Array(INITIAL_RECORDS);
  /** time_unix_nano and observed_time_unix_nano, as low and high 32 bits. */
  timeLow = new Uint32Array(INITIAL_RECORDS);
  timeHigh = new Uint32Array(INITIAL_RECORDS);
  observedLow = new Uint32Array(INITIAL_RECORDS);
  observedHigh = new Uint32Array(INITIAL_RECORDS);
  /** The 16 bytes of a valid trace id. */
  traceStart = new Int32Array(INITIAL_RECORDS);
  /** Value of the record attribute `log.record.template` (a string), which is trusted. */
  templateStart = new Int32Array(INITIAL_RECORDS);
  templateEnd = new Int32Array(INITIAL_RECORDS);
  /** Value of the record attribute `log.file.name`, the service of last resort for file sources. */
  fileStart = new Int32Array(INITIAL_RECORDS);
  fileEnd = new Int32Array(INITIAL_RECORDS);
  /** 1 when the record already carries our mark (`anomaly.score` or `anomaly.unscored`): see loop-guard.ts. */
  marked = new Uint8Array(INITIAL_RECORDS);

  /**
   * Attributes that tell who did what (record-keys.ts), as a list in the order of records: most records have none.
   * Value v belongs to record `valueRecord[v]`; its bytes are those of an AnyValue of this kind (see `bodyKind`): text, or
   * the 8 bytes of a double, or a varint.
   */
  values = 0;
  valueRecord = new Int32Array(INITIAL_GROUPS);
  valueMeaning = new Uint8Array(INITIAL_GROUPS);
  valueKind = new Uint8Array(INITIAL_GROUPS);
  valueStart = new Int32Array(INITIAL_GROUPS);
  valueEnd = new Int32Array(INITIAL_GROUPS);

  /** Scope s: bytes behind tag and length, and its records `[scopeFirst, scopeLast)`. */
  scopeTag = new Int32Array(INITIAL_GROUPS);
  scopeStart = new Int32Array(INITIAL_GROUPS);
  scopeEnd = new Int32Array(INITIAL_GROUPS);
  scopeFirst = new Int32Array(INITIAL_GROUPS);
  scopeLast = new Int32Array(INITIAL_GROUPS);
  scopeResource = new Int32Array(INITIAL_GROUPS);

  /** ResourceLogs r: bytes behind tag and length, and its scopes `[resourceFirst, resourceLast)`. */
  resourceTag = new Int32Array(INITIAL_GROUPS);
  resourceStart = new Int32Array(INITIAL_GROUPS);
  resourceEnd = new Int32Array(INITIAL_GROUPS);
  resourceFirst = new Int32Array(INITIAL_GROUPS);
  resourceLast = new Int32Array(INITIAL_GROUPS);
  /** The Resource message inside it (its attributes), wherever it stands: it may come behind its scopes. */
  resourceMessageStart = new Int32Array(INITIAL_GROUPS);
  resourceMessageEnd = new Int32Array(INITIAL_GROUPS);

  /** Makes room for at least `records` records; what was there stays. */
  growRecords(records: number): void {
    if (records <= this.recordTag.length) return;
    const length = Math.max(records, this.recordTag.length * 2);
    this.recordTag = longer(this.recordTag, length);
    this.recordStart = longer(this.recordStart, length);
    this.recordEnd = longer(this.recordEnd, length);
    this.recordScope = longer(this.recordScope, length);
    this.bodyKind = longer(this.bodyKind, length);
    this.bodyStart = longer(this.bodyStart, length);
    this.bodyEnd = longer(this.bodyEnd, length);
    this.severity = longer(this.severity, length);
    this.severityTextStart = longer(this.severityTextStart, length);
    this.severityTextEnd = longer(this.severityTextEnd, length);
    this.timeLow = longer(this.timeLow, length);
    this.timeHigh = longer(this.timeHigh, length);
    this.observedLow = longer(this.observedLow, length);
    this.observedHigh = longer(this.observedHigh, length);
    this.traceStart = longer(this.traceStart, length);
    this.templateStart = longer(this.templateStart, length);
    this.templateEnd = longer(this.templateEnd, length);
    this.fileStart = longer(this.fileStart, length);
    this.fileEnd = longer(this.fileEnd, length);
    this.marked = longer(this.marked, length);
  }

  /** Adds a value of `record`. */
  addValue(record: number, meaning: number, kind: number, start: number, end: number): void {
    const v = this.values++;
    this.growValues(this.values);
    this.valueRecord[v] = record;
    this.valueMeaning[v] = meaning;
    this.valueKind[v] = kind;
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

  /** Makes room for at least `groups` scopes and as many resources; what was there stays. */
  growGroups(groups: number): void {
    if (groups <= this.scopeTag.length) return;
    const length = Math.max(groups, this.scopeTag.length * 2);
    this.scopeTag = longer(this.scopeTag, length);
    this.scopeStart = longer(this.scopeStart, length);
    this.scopeEnd = longer(this.scopeEnd, length);
    this.scopeFirst = longer(this.scopeFirst, length);
    this.scopeLast = longer(this.scopeLast, length);
    this.scopeResource = longer(this.scopeResource, length);
    this.resourceTag = longer(this.resourceTag, length);
    this.resourceStart = longer(this.resourceStart, length);
    this.resourceEnd = longer(this.resourceEnd, length);
    this.resourceFirst = longer(this.resourceFirst, length);
    this.resourceLast = longer(this.resourceLast, length);
    this.resourceMessageStart = longer(this.resourceMessageStart, length);
    this.resourceMessageEnd = longer(this.resourceMessageEnd, length);
  }
}

const INITIAL_RECORDS = 1024;
const INITIAL_GROUPS = 64;

function longer<T extends Int32Array | Uint32Array | Uint8Array>(array: T, length: number): T {
  const grown = new (array.constructor as new (length: number) => T)(length);
  grown.set(array);
  return grown;
}
