/** OTLP requests as the engine takes them: decoded, each record with its stream, event time, severity and message. */
import { findMessage, message } from '@seismo/otel-processor/normalise/body';
import { line } from '@seismo/otel-processor/normalise/line-format';
import { severityInLine, severityOfText } from '@seismo/otel-processor/normalise/severity';
import { readStructuredBody } from '@seismo/otel-processor/normalise/structured-body';
import { LogsColumns } from '@seismo/otel-processor/otlp/columns';
import { readColumnsBlock } from '@seismo/otel-processor/otlp/columns-block';
import { compileRecordKeys, decodeLogs, type RecordKeys } from '@seismo/otel-processor/otlp/decode';
import { SERVICE } from '@seismo/otel-processor/otlp/record-keys';
import type { AnnotationNames } from '@seismo/otel-processor/otlp/attribute-names';
import type { StreamIdentity } from '../engine/stream-identity.ts';
import type { RecordBatch } from '../engine/record-batch.ts';
import { eventTime, type StreamClock, precedesObservation, unixMs } from './event-time.ts';
import { StreamDirectory } from './stream-directory.ts';

export interface OtlpSourceOptions {
  /** Names of our attributes that differ from the default ones: records that carry our mark are left out. */
  readonly names?: Partial<AnnotationNames>;
  /** Attribute that ties records together into a session, instead of `session.id`. */
  readonly session?: string | undefined;
}

/** Gives a stream's dense index; negative when another partition owns it. */
export interface Streams {
  stream(identity: StreamIdentity): number;
}

/** Says "no stream": the engine leaves the record alone. */
export const NO_STREAM = -1;

export class OtlpSource {
  readonly #columns = new LogsColumns();
  readonly #keys: RecordKeys;
  #directory: StreamDirectory | undefined;

  constructor(options: OtlpSourceOptions = {}) {
    this.#keys = compileRecordKeys(options.names, options.session);
  }

  /**
   * Reads one ExportLogsServiceRequest; record i of the batch is record i of the request. Records that carry our mark
   * were scored before: they get NO_STREAM. The batch keeps ranges into `bytes`, not copies.
   *
   * @param decoded the request's columns as a block, where it is decoded already
   * @throws MalformedRequest
   */
  read(bytes: Uint8Array, tenant: string, streams: Streams, batch: RecordBatch, decoded?: ArrayBufferLike): void {
    const columns = this.#columns;
    if (decoded === undefined) decodeLogs(bytes, columns, this.#keys);
    else readColumnsBlock(decoded, columns);
    // Indexes are those of one engine; after a restore there is another.
    if (this.#directory?.streams !== streams) this.#directory = new StreamDirectory(streams);
    batch.grow(columns.records);
    batch.bytes = bytes;
    batch.records = columns.records;
    batch.templateStart.set(columns.templateStart.subarray(0, columns.records));
    batch.templateEnd.set(columns.templateEnd.subarray(0, columns.records));
    batch.traceStart.set(columns.traceStart.subarray(0, columns.records));
    copyValues(columns, batch);
    batch.versions.length = 0;
    for (let scope = 0; scope < columns.scopes; scope++) {
      const resource = columns.scopeResource[scope];
      const first = columns.scopeFirst[scope];
      const last = columns.scopeLast[scope];
      if (first === last) continue;
      this.#directory.enter(
        bytes,
        tenant,
        columns.resourceMessageStart[resource],
        columns.resourceMessageEnd[resource],
      );
      const { version } = this.#directory;
      if (version !== '') batch.versions.push({ record: first, text: version });
      this.#readScope(bytes, columns, first, last, this.#directory, batch);
    }
  }

  #readScope(
    bytes: Uint8Array,
    columns: LogsColumns,
    first: number,
    last: number,
    directory: StreamDirectory,
    batch: RecordBatch,
  ): void {
    // Of the stream of the record before.
    let clock: StreamClock | undefined;
    let clockStream = NO_STREAM;
    let value = columns.values === 0 ? 0 : firstValueOf(columns, first);
    for (let i = first; i < last; i++) {
      while (value < columns.values && columns.valueRecord[value] < i) value++;
      const service = serviceAt(columns, value, i);
      const stream =
        columns.marked[i] === 1
          ? NO_STREAM
          : service < 0
            ? directory.streamOf(bytes, columns.fileStart[i], columns.fileEnd[i])
            : directory.streamOfService(bytes, columns.valueStart[service], columns.valueEnd[service]);
      batch.stream[i] = stream;
      const kind = columns.bodyKind[i];
      let start = columns.bodyStart[i];
      let end = columns.bodyEnd[i];
      if (kind !== STRING) {
        findMessage(bytes, kind, start, end);
        start = message.start;
        end = message.end;
      }
      if (start < 0) start = end = 0;
      batch.messageStart[i] = batch.lineStart[i] = start;
      batch.messageEnd[i] = batch.lineEnd[i] = end;
      if (stream < 0) {
        batch.timeMs[i] = 0;
        batch.severity[i] = 0;
        continue;
      }
      if (clock === undefined || stream !== clockStream) {
        clock = directory.clockOf(stream);
        clockStream = stream;
      }
      let severity = columns.severity[i];
      if (severity === 0 && columns.severityTextStart[i] >= 0)
        severity = severityOfText(bytes, columns.severityTextStart[i], columns.severityTextEnd[i]);
      let timeStart = start;
      let timeEnd = end;
      if (kind === STRING) {
        if (severity === 0 || bytes[start] === OPENING || clock.lines.structured) {
          clock.lines.read(bytes, start, end);
          batch.messageStart[i] = line.messageStart;
          batch.messageEnd[i] = line.messageEnd;
          if (severity === 0) severity = line.severity || severityInLine(bytes, line.messageStart, line.messageEnd);
          if (line.timeStart >= 0) {
            timeStart = line.timeStart;
            timeEnd = line.timeEnd;
          }
        }
      } else if (kind === KEY_VALUES && (severity === 0 || columns.timeHigh[i] === 0)) {
        readStructuredBody(bytes, columns.bodyStart[i], columns.bodyEnd[i]);
        if (severity === 0) severity = line.severity || severityInLine(bytes, start, end);
        if (line.timeStart >= 0) {
          timeStart = line.timeStart;
          timeEnd = line.timeEnd;
        }
      } else if (severity === 0) severity = severityInLine(bytes, start, end);
      batch.severity[i] = severity;
      const high = columns.timeHigh[i];
      const low = columns.timeLow[i];
      const observedHigh = columns.observedHigh[i];
      const observedLow = columns.observedLow[i];
      const recordMs = unixMs(high, low);
      if (precedesObservation(high, low, observedHigh, observedLow)) batch.timeMs[i] = clock.lastMs = recordMs;
      else {
        const observedMs = unixMs(observedHigh, observedLow);
        batch.timeMs[i] = clock.lastMs = eventTime(recordMs, observedMs, bytes, timeStart, timeEnd, clock);
      }
    }
  }
}

function copyValues(columns: LogsColumns, batch: RecordBatch): void {
  const { values } = columns;
  batch.values = values;
  if (values === 0) return;
  batch.growValues(values);
  batch.valueRecord.set(columns.valueRecord.subarray(0, values));
  batch.valueMeaning.set(columns.valueMeaning.subarray(0, values));
  batch.valueKind.set(columns.valueKind.subarray(0, values));
  batch.valueStart.set(columns.valueStart.subarray(0, values));
  batch.valueEnd.set(columns.valueEnd.subarray(0, values));
}

/** The first value of record `first` or of one behind it. */
function firstValueOf(columns: LogsColumns, first: number): number {
  let low = 0;
  for (let high = columns.values; low < high;) {
    const middle = (low + high) >> 1;
    if (columns.valueRecord[middle] < first) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where among the values from `value` on the record's own service stands, -1 when it names none. */
function serviceAt(columns: LogsColumns, value: number, record: number): number {
  for (let v = value; v < columns.values && columns.valueRecord[v] === record; v++)
    if (
      columns.valueMeaning[v] === SERVICE &&
      columns.valueKind[v] === STRING &&
      columns.valueEnd[v] > columns.valueStart[v]
    )
      return v;
  return -1;
}

/** Field numbers of AnyValue.string_value and kvlist_value. */
const STRING = 1;
const KEY_VALUES = 6;
/** `{`, by which a line may be JSON. */
const OPENING = 0x7b;
