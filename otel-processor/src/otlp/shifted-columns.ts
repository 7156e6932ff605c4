/**
 * Columns of a rewritten request out of those of the request it was made from: but for a few records, all that is in it
 * only lies elsewhere. Reading a thousand records again for the one that was redacted costs several times as much.
 */
import type { LogsColumns } from './columns.ts';
import { clearRecords, readRecord } from './decode-record.ts';
import type { RecordKeys } from './record-keys.ts';

/** Where the bytes of a request went in its copy: from `at[k]` on they moved by `by[k]`; `at` rises. */
export class Shifts {
  at = new Int32Array(INITIAL);
  by = new Int32Array(INITIAL);
  length = 0;

  add(at: number, by: number): void {
    if (this.length === this.at.length) {
      this.at = doubled(this.at);
      this.by = doubled(this.by);
    }
    this.at[this.length] = at;
    this.by[this.length++] = by;
  }
}

/**
 * Fills `to` with what `decodeLogs` would read from `bytes`, the copy of a request in which nothing but records changed.
 *
 * @param from The columns of the request.
 * @param isChanged Does record i have another content in the copy?
 */
export function shiftColumns(
  from: LogsColumns,
  shifts: Shifts,
  bytes: Uint8Array,
  isChanged: (record: number) => boolean,
  keys: RecordKeys,
  to: LogsColumns,
): void {
  const { records, scopes, resources } = from;
  to.growRecords(records);
  to.growGroups(Math.max(scopes, resources));
  to.growValues(from.values);
  to.records = records;
  to.scopes = scopes;
  to.resources = resources;
  to.paddedTags = from.paddedTags;
  for (const name of PLACES_OF_RESOURCES) shift(from[name], to[name], resources, shifts);
  for (const name of PLACES_OF_SCOPES) shift(from[name], to[name], scopes, shifts);
  for (const name of PLACES_OF_RECORDS) shift(from[name], to[name], records, shifts, name === 'recordStart');
  for (const name of NUMBERS_OF_RESOURCES) to[name].set(from[name].subarray(0, resources));
  for (const name of NUMBERS_OF_SCOPES) to[name].set(from[name].subarray(0, scopes));
  for (const name of NUMBERS_OF_RECORDS) to[name].set(from[name].subarray(0, records));
  for (const name of BYTES_OF_RECORDS) to[name].set(from[name].subarray(0, records));
  moveWithRecords(from, to);
  readChanged(from, bytes, isChanged, keys, to);
}

/** Moves places that rise, but for those that are not there (-1). */
function shift(from: Int32Array, to: Int32Array, count: number, { at, by, length }: Shifts, starts = false): void {
  let next = 0;
  let moved = 0;
  for (let i = 0; i < count; i++) {
    const place = from[i];
    while (next < length && at[next] < place) moved = by[next++];
    // A message that was empty begins where it ends: what was put into it lies between the two.
    if (starts && next < length && at[next] === place) moved = by[next++];
    if (!starts) while (next < length && at[next] === place) moved = by[next++];
    to[i] = place < 0 ? -1 : place + moved;
  }
}

/** Moves places as far as the records they are in; many records behind one another went equally far. */
function moveWithRecords(before: LogsColumns, after: LogsColumns): void {
  const { records } = before;
  const [old, now] = [before.recordStart, after.recordStart];
  for (let first = 0, last = 0; first < records; first = last) {
    const moved = now[first] - old[first];
    while (last < records && now[last] - old[last] === moved) last++;
    for (const name of PLACES_IN_RECORDS)
      if (moved === 0) after[name].set(before[name].subarray(first, last), first);
      else move(before[name], after[name], first, last, moved);
  }
}

function move(from: Int32Array, to: Int32Array, first: number, last: number, by: number): void {
  for (let i = first; i < last; i++) to[i] = from[i] < 0 ? -1 : from[i] + by;
}

/** Reads the changed records, and goes over the values of all: they are one list in the order of records. */
function readChanged(
  from: LogsColumns,
  bytes: Uint8Array,
  isChanged: (record: number) => boolean,
  keys: RecordKeys,
  to: LogsColumns,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { valueRecord, valueMeaning, valueKind, valueStart, valueEnd } = from;
  let value = 0;
  to.values = 0;
  for (let i = 0; i < from.records; i++) {
    const changed = isChanged(i);
    const moved = to.recordStart[i] - from.recordStart[i];
    for (; value < from.values && valueRecord[value] === i; value++)
      if (!changed)
        to.addValue(i, valueMeaning[value], valueKind[value], valueStart[value] + moved, valueEnd[value] + moved);
    if (!changed) continue;
    clearRecords(to, i, i + 1);
    readRecord(bytes, view, to.recordStart[i], to.recordEnd[i], to, i, keys);
  }
}

const INITIAL = 64;

const PLACES_OF_RESOURCES = [
  'resourceTag',
  'resourceStart',
  'resourceEnd',
  'resourceMessageStart',
  'resourceMessageEnd',
] as const satisfies readonly (keyof LogsColumns)[];
const NUMBERS_OF_RESOURCES = ['resourceFirst', 'resourceLast'] as const satisfies readonly (keyof LogsColumns)[];
const PLACES_OF_SCOPES = ['scopeTag', 'scopeStart', 'scopeEnd'] as const satisfies readonly (keyof LogsColumns)[];
const NUMBERS_OF_SCOPES = [
  'scopeFirst',
  'scopeLast',
  'scopeResource',
] as const satisfies readonly (keyof LogsColumns)[];
const PLACES_OF_RECORDS = ['recordTag', 'recordStart', 'recordEnd'] as const satisfies readonly (keyof LogsColumns)[];
const PLACES_IN_RECORDS = [
  'bodyStart',
  'bodyEnd',
  'severityTextStart',
  'severityTextEnd',
  'traceStart',
  'templateStart',
  'templateEnd',
  'fileStart',
  'fileEnd',
] as const satisfies readonly (keyof LogsColumns)[];
const NUMBERS_OF_RECORDS = [
  'recordScope',
  'timeLow',
  'timeHigh',
  'observedLow',
  'observedHigh',
] as const satisfies readonly (keyof LogsColumns)[];
const BYTES_OF_RECORDS = ['bodyKind', 'severity', 'marked'] as const satisfies readonly (keyof LogsColumns)[];

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(array.length * 2);
  grown.set(array);
  return grown;
}
