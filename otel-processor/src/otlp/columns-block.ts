/**
 * Decoded columns as one block of memory, for a reader in another thread: it need not walk over the request again.
 * Only what a reader of records asks for is in it, not the ranges that splicing needs.
 *
 * Layout: records, scopes, resources and values as 32-bit numbers, then the columns one behind the other, the wide ones first.
 */
import type { LogsColumns } from './columns.ts';

const OF_RECORDS = [
  'bodyStart',
  'bodyEnd',
  'severityTextStart',
  'severityTextEnd',
  'timeLow',
  'timeHigh',
  'observedLow',
  'observedHigh',
  'traceStart',
  'templateStart',
  'templateEnd',
  'fileStart',
  'fileEnd',
] as const satisfies readonly (keyof LogsColumns)[];
const OF_SCOPES = ['scopeFirst', 'scopeLast', 'scopeResource'] as const satisfies readonly (keyof LogsColumns)[];
const OF_RESOURCES = ['resourceMessageStart', 'resourceMessageEnd'] as const satisfies readonly (keyof LogsColumns)[];
const OF_VALUES = ['valueRecord', 'valueStart', 'valueEnd'] as const satisfies readonly (keyof LogsColumns)[];
const BYTES_OF_VALUES = ['valueMeaning', 'valueKind'] as const satisfies readonly (keyof LogsColumns)[];
const BYTES_OF_RECORDS = ['bodyKind', 'severity', 'marked'] as const satisfies readonly (keyof LogsColumns)[];
const HEADER_BYTES = 16;

/** Bytes that the block of these columns takes. */
export function columnsBlockBytes({ records, scopes, resources, values }: LogsColumns): number {
  const ofGroups = OF_SCOPES.length * scopes + OF_RESOURCES.length * resources;
  const wide = OF_RECORDS.length * records + ofGroups + OF_VALUES.length * values;
  return HEADER_BYTES + 4 * wide + BYTES_OF_RECORDS.length * records + BYTES_OF_VALUES.length * values;
}

/** Writes the columns to the beginning of `block`. @throws RangeError when it is shorter than `columnsBlockBytes` */
export function writeColumnsBlock(columns: LogsColumns, block: ArrayBufferLike): void {
  const { records, scopes, resources, values } = columns;
  new Int32Array(block, 0, 4).set([records, scopes, resources, values]);
  let at = HEADER_BYTES;
  const write = (column: Int32Array | Uint32Array | Uint8Array, length: number): void => {
    const bytes = length * column.BYTES_PER_ELEMENT;
    new Uint8Array(block, at, bytes).set(new Uint8Array(column.buffer, column.byteOffset, bytes));
    at += bytes;
  };
  for (const name of OF_RECORDS) write(columns[name], records);
  for (const name of OF_SCOPES) write(columns[name], scopes);
  for (const name of OF_RESOURCES) write(columns[name], resources);
  for (const name of OF_VALUES) write(columns[name], values);
  for (const name of BYTES_OF_RECORDS) write(columns[name], records);
  for (const name of BYTES_OF_VALUES) write(columns[name], values);
}

/** Reads what `writeColumnsBlock` wrote. Columns that are not in the block are left as they are. */
export function readColumnsBlock(block: ArrayBufferLike, columns: LogsColumns): void {
  const [records, scopes, resources, values] = new Int32Array(block, 0, 4);
  columns.growRecords(records);
  columns.growValues(values);
  columns.growGroups(Math.max(scopes, resources));
  columns.records = records;
  columns.scopes = scopes;
  columns.resources = resources;
  columns.values = values;
  let at = HEADER_BYTES;
  const read = (column: Int32Array | Uint32Array | Uint8Array, length: number): void => {
    const bytes = length * column.BYTES_PER_ELEMENT;
    new Uint8Array(column.buffer, column.byteOffset, bytes).set(new Uint8Array(block, at, bytes));
    at += bytes;
  };
  for (const name of OF_RECORDS) read(columns[name], records);
  for (const name of OF_SCOPES) read(columns[name], scopes);
  for (const name of OF_RESOURCES) read(columns[name], resources);
  for (const name of OF_VALUES) read(columns[name], values);
  for (const name of BYTES_OF_RECORDS) read(columns[name], records);
  for (const name of BYTES_OF_VALUES) read(columns[name], values);
}
