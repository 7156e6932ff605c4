/**
 * Reads one LogRecord into its row of the columns. This is the hottest loop of the house: the usual form of every
 * field is read in place, everything unusual goes to scan.ts, and the row was cleared for many records at once.
 */
import type { LogsColumns } from './columns.ts';
import { FILE, MARK, meaningOf, NOT_OURS, TEMPLATE, type RecordKeys } from './record-keys.ts';
import { checkTag, found, readAnyValue, readLength, readVarint, skipValue, truncated } from './scan.ts';

/** Tags of the length-delimited fields that are read. */
const SEVERITY_TEXT = 0x1a;
const BODY = 0x2a;
const ATTRIBUTE = 0x32;
const TRACE_ID = 0x4a;
const LONG = 0x7fffffff;
/** Field numbers of AnyValue.string_value, int_value and double_value. */
const STRING = 1;
const INT = 3;
const DOUBLE = 4;

/** Sets records `[first, last)` to "not there". */
export function clearRecords(columns: LogsColumns, first: number, last: number): void {
  columns.bodyKind.fill(0, first, last);
  columns.bodyStart.fill(-1, first, last);
  columns.bodyEnd.fill(-1, first, last);
  columns.severity.fill(0, first, last);
  columns.severityTextStart.fill(-1, first, last);
  columns.severityTextEnd.fill(-1, first, last);
  columns.timeLow.fill(0, first, last);
  columns.timeHigh.fill(0, first, last);
  columns.observedLow.fill(0, first, last);
  columns.observedHigh.fill(0, first, last);
  columns.traceStart.fill(-1, first, last);
  columns.templateStart.fill(-1, first, last);
  columns.templateEnd.fill(-1, first, last);
  columns.fileStart.fill(-1, first, last);
  columns.fileEnd.fill(-1, first, last);
  columns.marked.fill(0, first, last);
}

/** Reads the fields of the LogRecord `bytes[start, end)`. @throws MalformedRequest */
export function readRecord(
  bytes: Uint8Array,
  view: DataView,
  start: number,
  end: number,
  columns: LogsColumns,
  record: number,
  keys: RecordKeys,
): void {
  const { endings } = keys;
  for (let at = start; at < end;) {
    let tag = bytes[at++];
    if (tag > 127) {
      readVarint(bytes, at - 1, end);
      tag = found.value;
      at = found.next;
    }
    if ((tag & 7) !== 2) {
      if (tag === 0x09 || tag === 0x59) {
        if (end - at < 8) throw truncated(at, 8, end);
        const low = view.getUint32(at, true);
        const high = view.getUint32(at + 4, true);
        at += 8;
        if (tag === 0x09) {
          columns.timeLow[record] = low;
          columns.timeHigh[record] = high;
        } else {
          columns.observedLow[record] = low;
          columns.observedHigh[record] = high;
        }
      } else if (tag === 0x10 && at < end && bytes[at] <= 24) columns.severity[record] = bytes[at++];
      else {
        const valueAt = at;
        at = skipValue(bytes, at, end, tag);
        if (tag === 0x10) columns.severity[record] = severityOf(bytes, valueAt, end);
      }
      continue;
    }
    let first = at + 1;
    let last = at < end ? first + bytes[at] : LONG;
    if (last - first > 127) {
      last = readLength(bytes, at, end);
      first = found.next;
    } else if (last > end) throw truncated(first, last - first, end);
    switch (tag) {
      case ATTRIBUTE:
        if (last - first >= 6 && last - first < 128 && bytes[first] === 0x0a) {
          // The usual form: a key, then a value, with lengths of one byte that add up, the value a string or number that fills it.
          const keyLength = bytes[first + 1];
          const value = first + 2 + keyLength;
          if (value + 4 <= last && bytes[value] === 0x12 && value + 2 + bytes[value + 1] === last) {
            const kind = bytes[value + 2];
            if (
              kind === 0x0a ? value + 4 + bytes[value + 3] === last : kind === 0x18 && isVarint(bytes, value + 3, last)
            ) {
              if (endings[(keyLength << 8) | bytes[value - 1]] === 1) {
                const meaning = meaningOf(keys, bytes, view, first + 2, keyLength);
                if (meaning !== NOT_OURS)
                  note(columns, record, meaning, kind >> 3, kind === 0x0a ? value + 4 : value + 3, last);
              }
              break;
            }
          }
        }
        readAttribute(bytes, view, first, last, columns, record, keys);
        break;
      case BODY:
        if (last - first > 2 && bytes[first] === 0x0a) {
          // The usual form: a text with a length of one or two bytes that fills the value.
          let start = first + 2;
          let length = bytes[first + 1];
          if (length > 127) length = bytes[start] < 128 ? (length & 127) | (bytes[start++] << 7) : -1;
          if (start + length === last) {
            columns.bodyKind[record] = STRING;
            columns.bodyStart[record] = start;
            columns.bodyEnd[record] = last;
            break;
          }
        }
        readAnyValue(bytes, first, last, true);
        if (found.kind === 0) break;
        columns.bodyKind[record] = found.kind;
        columns.bodyStart[record] = found.start;
        columns.bodyEnd[record] = found.end;
        break;
      case SEVERITY_TEXT:
        columns.severityTextStart[record] = first;
        columns.severityTextEnd[record] = last;
        break;
      case TRACE_ID:
        columns.traceStart[record] = last - first === 16 && !isZero(bytes, first) ? first : -1;
        break;
      default:
        checkTag(tag, first);
    }
    at = last;
  }
}

/** Is `bytes[start, end)` one varint of the usual kind, at most four bytes? */
function isVarint(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start > 4) return false;
  for (; start < end - 1; start++) if (bytes[start] < 128) return false;
  return bytes[start] < 128;
}

/** A KeyValue in any form. */
function readAttribute(
  bytes: Uint8Array,
  view: DataView,
  first: number,
  last: number,
  columns: LogsColumns,
  record: number,
  keys: RecordKeys,
): void {
  let keyStart = -1;
  let keyEnd = -1;
  let kind = 0;
  let valueStart = -1;
  let valueEnd = -1;
  for (let at = first; at < last;) {
    readVarint(bytes, at, last);
    const tag = found.value;
    at = found.next;
    if (tag === 0x0a) {
      keyEnd = readLength(bytes, at, last);
      keyStart = found.next;
      at = keyEnd;
    } else if (tag === 0x12) {
      at = readLength(bytes, at, last);
      readAnyValue(bytes, found.next, at, false);
      kind = found.kind;
      valueStart = found.start;
      valueEnd = found.end;
    } else at = skipValue(bytes, at, last, tag);
  }
  if (keyStart < 0) return;
  const meaning = meaningOf(keys, bytes, view, keyStart, keyEnd - keyStart);
  if (meaning !== NOT_OURS) note(columns, record, meaning, kind, valueStart, valueEnd);
}

/** Takes down what an attribute of ours says about its record. */
function note(columns: LogsColumns, record: number, meaning: number, kind: number, start: number, end: number): void {
  if (meaning === MARK) columns.marked[record] = 1;
  else if (meaning > FILE) {
    if (kind === STRING || kind === INT || kind === DOUBLE) columns.addValue(record, meaning, kind, start, end);
  } else if (kind !== STRING) return;
  else if (meaning === TEMPLATE) {
    columns.templateStart[record] = start;
    columns.templateEnd[record] = end;
  } else {
    columns.fileStart[record] = start;
    columns.fileEnd[record] = end;
  }
}

/** A severity number of more than one byte or beyond the known ones. */
function severityOf(bytes: Uint8Array, at: number, end: number): number {
  readVarint(bytes, at, end);
  return found.value <= 24 ? found.value : 0;
}

function isZero(bytes: Uint8Array, start: number): boolean {
  for (let i = start; i < start + 16; i++) if (bytes[i] !== 0) return false;
  return true;
}
