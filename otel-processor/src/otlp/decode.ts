/**
 * Reads an ExportLogsServiceRequest into columns by one walk over its bytes: byte ranges and numbers, no objects.
 * Bodies and attributes stay where they are; who needs them reads them from their ranges. The records themselves are
 * read by decode-record.ts.
 *
 * Fields may come in any order, singular fields several times (the last counts), unknown ones are passed over.
 * Source: opentelemetry-proto 1.11, logs/v1/logs.proto; protobuf wire format ("Encoding").
 */
import type { LogsColumns } from './columns.ts';
import { clearRecords, readRecord } from './decode-record.ts';
import { compileRecordKeys, type RecordKeys } from './record-keys.ts';
import { MalformedRequest } from './request-errors.ts';
import { checkKeyValues, found, readLength, readVarint, skipValue } from './scan.ts';

export { compileRecordKeys, type RecordKeys } from './record-keys.ts';

/** Records, scopes and resources of one request: empty ones take 2 bytes on the wire, but some 70 in the columns. */
export const MAX_RECORDS = 1 << 20;

const DEFAULT_KEYS = compileRecordKeys();
/** Columns are set to "not there" for many records at a time: as many as the request may still hold, up to this. */
const CLEARED_AT_ONCE = 1024;
/** Bytes of a small record, to guess how many will come. */
const SMALL_RECORD_BYTES = 64;
/** Records of the current request whose rows are cleared. */
let cleared = 0;

/**
 * Decodes `bytes` into `columns`, which are overwritten.
 *
 * @param keys The attribute keys to look for, when the names of our attributes are configured.
 * @throws MalformedRequest (what is wrong, at which byte; or more than `MAX_RECORDS` records or groups).
 */
export function decodeLogs(bytes: Uint8Array, columns: LogsColumns, keys: RecordKeys = DEFAULT_KEYS): void {
  columns.records = columns.scopes = columns.resources = columns.values = cleared = 0;
  columns.paddedTags = false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length;
  for (let at = 0; at < end;) {
    const tagAt = at;
    readVarint(bytes, at, end);
    const tag = found.value;
    at = found.next;
    if (tag === 0x0a) {
      const resourceEnd = readLength(bytes, at, end);
      readResourceLogs(bytes, view, tagAt, found.next, resourceEnd, columns, keys);
      at = resourceEnd;
    } else at = skipValue(bytes, at, end, tag);
  }
}

function readResourceLogs(
  bytes: Uint8Array,
  view: DataView,
  tagAt: number,
  start: number,
  end: number,
  columns: LogsColumns,
  keys: RecordKeys,
): void {
  const resource = columns.resources;
  if (resource >= MAX_RECORDS) throw tooMany('resources');
  columns.growGroups(resource + 1);
  columns.resources++;
  columns.resourceTag[resource] = tagAt;
  columns.resourceStart[resource] = start;
  columns.resourceEnd[resource] = end;
  columns.resourceFirst[resource] = columns.scopes;
  columns.resourceMessageStart[resource] = columns.resourceMessageEnd[resource] = -1;
  for (let at = start; at < end;) {
    const fieldAt = at;
    readVarint(bytes, at, end);
    const tag = found.value;
    at = found.next;
    if (tag === 0x12) {
      const scopeEnd = readLength(bytes, at, end);
      readScopeLogs(bytes, view, fieldAt, found.next, scopeEnd, columns, keys);
      at = scopeEnd;
    } else if (tag === 0x0a) {
      const messageEnd = readLength(bytes, at, end);
      columns.resourceMessageStart[resource] = found.next;
      columns.resourceMessageEnd[resource] = messageEnd;
      checkKeyValues(bytes, found.next, messageEnd);
      at = messageEnd;
    } else at = skipValue(bytes, at, end, tag);
  }
  columns.resourceLast[resource] = columns.scopes;
}

function readScopeLogs(
  bytes: Uint8Array,
  view: DataView,
  tagAt: number,
  start: number,
  end: number,
  columns: LogsColumns,
  keys: RecordKeys,
): void {
  const scope = columns.scopes;
  if (scope >= MAX_RECORDS) throw tooMany('scopes');
  columns.growGroups(scope + 1);
  columns.scopes++;
  columns.scopeTag[scope] = tagAt;
  columns.scopeStart[scope] = start;
  columns.scopeEnd[scope] = end;
  columns.scopeFirst[scope] = columns.records;
  columns.scopeResource[scope] = columns.resources - 1;
  let record = columns.records;
  for (let at = start; at < end;) {
    const fieldAt = at;
    let tag = bytes[at++];
    if (tag > 127) {
      readVarint(bytes, fieldAt, end);
      tag = found.value;
      at = found.next;
      columns.paddedTags = true;
    }
    if (tag !== 0x12) {
      at = skipValue(bytes, at, end, tag);
      continue;
    }
    if (record === cleared) {
      if (record >= MAX_RECORDS) throw tooMany('records');
      const likely = 16 + Math.floor((bytes.length - fieldAt) / SMALL_RECORD_BYTES);
      cleared = Math.min(MAX_RECORDS, cleared + Math.min(CLEARED_AT_ONCE, likely));
      columns.growRecords(cleared);
      clearRecords(columns, record, cleared);
    }
    const recordEnd = readLength(bytes, at, end);
    columns.recordTag[record] = fieldAt;
    columns.recordStart[record] = found.next;
    columns.recordEnd[record] = recordEnd;
    columns.recordScope[record] = scope;
    readRecord(bytes, view, found.next, recordEnd, columns, record, keys);
    columns.records = ++record;
    at = recordEnd;
  }
  columns.scopeLast[scope] = record;
}

function tooMany(what: string): MalformedRequest {
  return new MalformedRequest(`request with more than ${MAX_RECORDS} ${what}: send smaller batches`);
}
