/** Copies a ResourceLogs with some of its records: the others are left out, every other byte stays and in its order. */
import type { LogsColumns } from '../otlp/columns.ts';
import { varintBytes, writeVarint } from '../otlp/wire.ts';

/** Bytes that a cut-out of the resource has besides its records, at most. */
export function overheadOf(columns: LogsColumns, r: number): number {
  let size = columns.resourceEnd[r] - columns.resourceTag[r] + LENGTH_BYTES;
  for (let s = columns.resourceFirst[r]; s < columns.resourceLast[r]; s++) {
    size += LENGTH_BYTES;
    for (let i = columns.scopeFirst[s]; i < columns.scopeLast[s]; i++)
      size -= columns.recordEnd[i] - columns.recordTag[i];
  }
  return size;
}

/**
 * @param chosen records of the resource, ascending, at least one
 * @returns the field `resource_logs` with tag and length: a request by itself
 */
export function cutResource(bytes: Uint8Array, columns: LogsColumns, r: number, chosen: readonly number[]): Buffer {
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: { scope: number; records: number[]; length: number }[] = [];
  let length = columns.resourceEnd[r] - columns.resourceStart[r];
  let next = 0;
  for (let s = columns.resourceFirst[r]; s < columns.resourceLast[r]; s++) {
    const records: number[] = [];
    while (next < chosen.length && chosen[next] < columns.scopeLast[s]) records.push(chosen[next++]);
    length -= columns.scopeEnd[s] - columns.scopeTag[s];
    if (records.length === 0) continue;
    let inside = columns.scopeEnd[s] - columns.scopeStart[s];
    for (let i = columns.scopeFirst[s]; i < columns.scopeLast[s]; i++)
      inside -= columns.recordEnd[i] - columns.recordTag[i];
    for (const i of records) inside += columns.recordEnd[i] - columns.recordTag[i];
    kept.push({ scope: s, records, length: inside });
    length += behindTag(bytes, columns.scopeTag[s]) - columns.scopeTag[s] + varintBytes(inside) + inside;
  }
  const head = behindTag(bytes, columns.resourceTag[r]) - columns.resourceTag[r];
  const out = Buffer.allocUnsafe(head + varintBytes(length) + length);
  let to = 0;
  const copy = (from: number, end: number): void => {
    to += source.copy(out, to, from, end);
  };
  copy(columns.resourceTag[r], columns.resourceTag[r] + head);
  to = writeVarint(out, to, length);
  let from = columns.resourceStart[r];
  let k = 0;
  for (let s = columns.resourceFirst[r]; s < columns.resourceLast[r]; s++) {
    copy(from, columns.scopeTag[s]);
    from = columns.scopeEnd[s];
    if (kept[k]?.scope !== s) continue;
    const { records, length: inside } = kept[k++];
    copy(columns.scopeTag[s], behindTag(bytes, columns.scopeTag[s]));
    to = writeVarint(out, to, inside);
    let at = columns.scopeStart[s];
    let chosenAt = 0;
    for (let i = columns.scopeFirst[s]; i < columns.scopeLast[s]; i++) {
      copy(at, columns.recordTag[i]);
      if (records[chosenAt] === i) {
        copy(columns.recordTag[i], columns.recordEnd[i]);
        chosenAt++;
      }
      at = columns.recordEnd[i];
    }
    copy(at, columns.scopeEnd[s]);
  }
  copy(from, columns.resourceEnd[r]);
  return out;
}

/** A length in a message of at most 64 MiB, as a varint. */
const LENGTH_BYTES = 5;

/** Offset behind the tag that begins at `at`, which may be of more bytes than it needs. */
function behindTag(bytes: Uint8Array, at: number): number {
  while (bytes[at++] > 127);
  return at;
}
