/**
 * One file of the spool: batches one behind the other, each with its length and a checksum, so that a crash in the middle
 * of a write costs that batch and no other.
 *
 * Layout of an entry, little-endian: length of what follows the checksum (u32), its CRC-32 (u32), records (u32), bytes of
 * the tenant (u16), the tenant in UTF-8, the request in protobuf.
 */
import { closeSync, fsyncSync, openSync, readSync, statSync, truncateSync, writevSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** A batch whose scoring is yet to come. */
export interface SpooledBatch {
  /** An ExportLogsServiceRequest in protobuf. */
  readonly bytes: Uint8Array;
  readonly tenant: string;
  readonly records: number;
}

const HEAD_BYTES = 8;
const FIXED_BYTES = 6;

/** Bytes that a batch takes in a segment. */
export function entryBytes({ bytes, tenant }: SpooledBatch): number {
  return HEAD_BYTES + FIXED_BYTES + Buffer.byteLength(tenant) + bytes.length;
}

/** Where a batch begins and ends. */
interface Place {
  readonly at: number;
  readonly end: number;
  readonly records: number;
}

export class SpoolSegment {
  readonly path: string;
  readonly number: number;
  /** Batches not yet taken out, oldest first. */
  readonly #places: Place[] = [];
  readonly #file: number;
  #bytes: number;
  /** Records of batches that could not be read back. */
  damaged = 0;

  /** Opens a segment, makes it where there is none. Ends at the first entry that is not whole, and cuts it off. */
  constructor(path: string, number: number) {
    this.path = path;
    this.number = number;
    this.#file = openSync(path, 'a+', 0o600);
    this.#bytes = this.#scan();
  }

  /** Size of the file. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Batches and records that are not taken out. */
  get batches(): number {
    return this.#places.length;
  }

  get records(): number {
    return this.#places.reduce((sum, { records }) => sum + records, 0);
  }

  /** Where the oldest batch begins; the size when there is none. */
  get position(): number {
    return this.#places[0]?.at ?? this.#bytes;
  }

  /** Leaves out what lies before `position`: it was taken out before a restart. */
  skipTo(position: number): void {
    while (this.#places.length > 0 && this.#places[0].at < position) this.#places.shift();
  }

  append(batch: SpooledBatch, sync: boolean): void {
    const tenant = Buffer.from(batch.tenant);
    const fixed = Buffer.alloc(FIXED_BYTES);
    fixed.writeUInt32LE(batch.records, 0);
    fixed.writeUInt16LE(tenant.length, 4);
    const head = Buffer.alloc(HEAD_BYTES);
    const length = FIXED_BYTES + tenant.length + batch.bytes.length;
    head.writeUInt32LE(length, 0);
    head.writeUInt32LE(crc32(batch.bytes, crc32(tenant, crc32(fixed))), 4);
    const at = this.#bytes;
    const written = writevSync(this.#file, [head, fixed, tenant, batch.bytes]);
    if (written < HEAD_BYTES + length) {
      truncateSync(this.path, at);
      throw new Error(`${this.path}: wrote ${written} of ${HEAD_BYTES + length} bytes`);
    }
    this.#bytes += written;
    this.#places.push({ at, end: this.#bytes, records: batch.records });
    if (sync) this.sync();
  }

  /** The oldest batch; undefined when it cannot be read back. */
  first(): SpooledBatch | undefined {
    const [place] = this.#places;
    if (place === undefined) return undefined;
    const entry = this.#read(place.at, place.end);
    if (entry === undefined) return undefined;
    const tenantBytes = entry.readUInt16LE(HEAD_BYTES + 4);
    const tenantAt = HEAD_BYTES + FIXED_BYTES;
    return {
      bytes: entry.subarray(tenantAt + tenantBytes),
      tenant: entry.toString('utf8', tenantAt, tenantAt + tenantBytes),
      records: place.records,
    };
  }

  /** Takes the oldest batch out; where the next one begins. */
  shift(): number {
    this.#places.shift();
    return this.position;
  }

  sync(): void {
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }

  /** Finds the entries; the length of those that are whole. */
  #scan(): number {
    const { size } = statSync(this.path);
    const head = Buffer.alloc(HEAD_BYTES + FIXED_BYTES);
    let at = 0;
    while (at + head.length <= size && readSync(this.#file, head, 0, head.length, at) === head.length) {
      const length = head.readUInt32LE(0);
      const end = at + HEAD_BYTES + length;
      if (length < FIXED_BYTES + head.readUInt16LE(HEAD_BYTES + 4) || end > size) break;
      this.#places.push({ at, end, records: head.readUInt32LE(HEAD_BYTES) });
      at = end;
    }
    if (at < size) truncateSync(this.path, at);
    return at;
  }

  /** The entry, if it is as it was written. */
  #read(at: number, end: number): Buffer | undefined {
    const entry = Buffer.allocUnsafe(end - at);
    if (readSync(this.#file, entry, 0, entry.length, at) < entry.length) return undefined;
    return crc32(entry.subarray(HEAD_BYTES)) === entry.readUInt32LE(4) ? entry : undefined;
  }
}
