/**
 * Splits a request by stream: each message is an ExportLogsServiceRequest of its own with the records of one stream, its
 * key. Nothing is encoded anew: ranges of the request's bytes are put together, so what we do not know survives. A resource
 * of one stream is taken whole; one of several, or too large, is cut between its records (cut-resource.ts).
 */
import type { LogsColumns } from '../otlp/columns.ts';
import { SERVICE } from '../otlp/record-keys.ts';
import { cutResource, overheadOf } from './cut-resource.ts';
import { keyOfRecord, type ResourceStream, type StreamKeys } from './stream-keys.ts';

export interface StreamMessage {
  readonly key: string;
  /** An ExportLogsServiceRequest, a copy. */
  readonly value: Buffer;
  readonly records: number;
}

export interface SplitRequest {
  /** Those of one key are in the order of their records. */
  readonly messages: readonly StreamMessage[];
  /** Records that are larger than a message may be: in none of them. */
  readonly tooLarge: number;
}

/** A message in the making. */
interface Draft {
  readonly key: string;
  readonly parts: Uint8Array[];
  bytes: number;
  records: number;
}

/** @param maxBytes of one message's value; a message is larger only by fields outside of all resources, which nobody sends */
export function splitByStream(
  bytes: Uint8Array,
  columns: LogsColumns,
  tenant: string,
  keys: StreamKeys,
  maxBytes: number,
): SplitRequest {
  const drafts: Draft[] = [];
  /** Those that may still grow, by key. */
  const open = new Map<string, Draft>();
  let tooLarge = 0;
  const add = (key: string, part: Uint8Array, records: number): void => {
    let draft = open.get(key);
    if (draft === undefined || draft.bytes + part.length > maxBytes) {
      draft = { key, parts: [], bytes: 0, records: 0 };
      drafts.push(draft);
      open.set(key, draft);
    }
    draft.parts.push(part);
    draft.bytes += part.length;
    draft.records += records;
  };
  const services = servicesOf(bytes, columns);
  for (let r = 0; r < columns.resources; r++) {
    const [first, last] = recordsOf(columns, r);
    if (first === last) continue;
    const whole = bytes.subarray(columns.resourceTag[r], columns.resourceEnd[r]);
    const stream = keys.of(bytes, columns.resourceMessageStart[r], columns.resourceMessageEnd[r], tenant);
    const isOne = !stream.identity.perFile && services.size === 0;
    if (isOne && whole.length <= maxBytes) {
      add(stream.key, whole, last - first);
      continue;
    }
    const overhead = overheadOf(columns, r);
    for (const [key, records] of groupsOf(bytes, columns, first, last, tenant, stream, services)) {
      let piece: number[] = [];
      let size = overhead;
      const finish = (): void => {
        if (piece.length > 0) add(key, cutResource(bytes, columns, r, piece), piece.length);
        piece = [];
        size = overhead;
      };
      for (const i of records) {
        const length = columns.recordEnd[i] - columns.recordTag[i];
        if (overhead + length > maxBytes) tooLarge++;
        else {
          if (size + length > maxBytes) finish();
          piece.push(i);
          size += length;
        }
      }
      finish();
    }
  }
  drafts[0]?.parts.unshift(...outsideOfResources(bytes, columns));
  const messages = drafts.map(({ key, parts, records }) => ({ key, value: Buffer.concat(parts), records }));
  return { messages, tooLarge };
}

/** The records `[first, last)` of a resource. */
function recordsOf(columns: LogsColumns, r: number): [first: number, last: number] {
  const from = columns.resourceFirst[r];
  const to = columns.resourceLast[r];
  return from === to ? [0, 0] : [columns.scopeFirst[from], columns.scopeLast[to - 1]];
}

/** The records of a resource by the key of their stream, in order. */
function groupsOf(
  bytes: Uint8Array,
  columns: LogsColumns,
  first: number,
  last: number,
  tenant: string,
  stream: ResourceStream,
  services: ReadonlyMap<number, string>,
): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (let i = first; i < last; i++) {
    const file = columns.fileStart[i] < 0 ? undefined : textAt(bytes, columns.fileStart[i], columns.fileEnd[i]);
    const key = keyOfRecord(tenant, stream, services.get(i), file);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [i]);
    else group.push(i);
  }
  return groups;
}

/** Services that records name themselves; as the backend reads them, the first one of a record counts. */
function servicesOf(bytes: Uint8Array, columns: LogsColumns): Map<number, string> {
  const services = new Map<number, string>();
  for (let v = 0; v < columns.values; v++) {
    if (columns.valueMeaning[v] !== SERVICE || columns.valueKind[v] !== TEXT) continue;
    const name = textAt(bytes, columns.valueStart[v], columns.valueEnd[v]);
    if (name !== '' && !services.has(columns.valueRecord[v])) services.set(columns.valueRecord[v], name);
  }
  return services;
}

/** What stands between the resources of a request: fields of a newer OTLP. */
function outsideOfResources(bytes: Uint8Array, columns: LogsColumns): Uint8Array[] {
  const found: Uint8Array[] = [];
  let at = 0;
  for (let r = 0; r < columns.resources; r++) {
    if (columns.resourceTag[r] > at) found.push(bytes.subarray(at, columns.resourceTag[r]));
    at = columns.resourceEnd[r];
  }
  if (at < bytes.length) found.push(bytes.subarray(at));
  return found;
}

function textAt(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('utf8');
}

/** Field number of AnyValue.string_value. */
const TEXT = 1;
