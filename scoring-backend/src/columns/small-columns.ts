/**
 * Short typed arrays that live as long as their stream, many of them in one block of memory. A typed array with memory of
 * its own costs about 400 bytes besides its numbers, a view of a block 100; and a stream has hundreds of them, mostly
 * shorter than that. What one stream needs together lies together, too: fewer pages to know for the processor.
 *
 * What has become too short is given back (`release`) for the next column of that size. A block is let go of when nobody
 * has a view of it any more, so what is only needed for a moment is made `apart`. A column that is given back twice would
 * have its place belong to two others, and one stream's counts would show in another's: that is an error.
 */
type Column = Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

const BLOCK_BYTES = 32_768;
/** A longer array has memory of its own. */
const MOST_BYTES = 2_048;
const FEW_BYTES = 64;

let block = new ArrayBuffer(0);
let used = 0;
let isApart = false;
/** The blocks, to tell their columns from others; and the columns given back, as long as somebody still knows them. */
const blocks = new WeakSet<ArrayBuffer>();
const givenBack = new WeakSet<Column>();
/** Places given back, by their length in words of 8 bytes. */
const free: Column[][] = Array.from({ length: MOST_BYTES / 8 + 1 }, () => []);

/** Columns that `make` makes get memory of their own: they are not here to stay. */
export function apart<T>(make: () => T): T {
  const before = isApart;
  isApart = true;
  try {
    return make();
  } finally {
    isApart = before;
  }
}

/**
 * Gives a column's place back; of one with memory of its own nothing needs to be. Nobody may use the column afterwards: its
 * place will be another's.
 * @throws RangeError when the column was given back before
 */
export function release(column: Column): void {
  const { byteLength, buffer } = column;
  if (byteLength === 0 || !blocks.has(buffer as ArrayBuffer)) return;
  if (givenBack.has(column))
    throw new RangeError(`column of ${byteLength} bytes: expected one in use, got one that was given back before`);
  givenBack.add(column);
  free[(byteLength + 7) >>> 3].push(column);
}

/** Where the place is that was found last. */
const place = { buffer: block, at: 0 };

/** Finds a place of so many bytes, all 0; false for those that get memory of their own. */
function find(bytes: number): boolean {
  if (bytes > MOST_BYTES || isApart) return false;
  const words = (bytes + 7) >>> 3;
  const given = free[words].pop();
  if (given !== undefined) {
    given.fill(0);
    place.buffer = given.buffer as ArrayBuffer;
    place.at = given.byteOffset;
    return true;
  }
  if (used + 8 * words > block.byteLength) {
    block = new ArrayBuffer(BLOCK_BYTES);
    blocks.add(block);
    used = 0;
  }
  place.buffer = block;
  place.at = used;
  used += 8 * words;
  return true;
}

/** Zeros, as `new Float64Array(length)`. */
export function float64Column(length: number): Float64Array<ArrayBuffer> {
  if (length === 0) return NO_FLOAT64;
  return find(8 * length) ? new Float64Array(place.buffer, place.at, length) : new Float64Array(length);
}

export function float32Column(length: number): Float32Array<ArrayBuffer> {
  if (length === 0) return NO_FLOAT32;
  return find(4 * length) ? new Float32Array(place.buffer, place.at, length) : new Float32Array(length);
}

export function int32Column(length: number): Int32Array<ArrayBuffer> {
  if (length === 0) return NO_INT32;
  return find(4 * length) ? new Int32Array(place.buffer, place.at, length) : new Int32Array(length);
}

export function uint32Column(length: number): Uint32Array<ArrayBuffer> {
  if (length === 0) return NO_UINT32;
  return find(4 * length) ? new Uint32Array(place.buffer, place.at, length) : new Uint32Array(length);
}

export function uint16Column(length: number): Uint16Array<ArrayBuffer> {
  if (length === 0) return NO_UINT16;
  return find(2 * length) ? new Uint16Array(place.buffer, place.at, length) : new Uint16Array(length);
}

export function uint8Column(length: number): Uint8Array<ArrayBuffer> {
  if (length === 0) return NO_UINT8;
  return find(length) ? new Uint8Array(place.buffer, place.at, length) : new Uint8Array(length);
}

/** A copy of `bytes[start, end)`. */
export function bytesColumn(bytes: Uint8Array, start = 0, end = bytes.length): Uint8Array<ArrayBuffer> {
  const column = uint8Column(end - start);
  // A view of a few bytes costs more than they do.
  if (column.length > FEW_BYTES) column.set(bytes.subarray(start, end));
  else for (let i = 0; i < column.length; i++) column[i] = bytes[start + i];
  return column;
}

/** A longer column with the same beginning; the shorter one is released. */
export function grown<T extends Column>(column: T, length: number): T {
  if (length <= column.length) return column;
  const longer = columnLike(column, length) as T;
  longer.set(column);
  release(column);
  return longer;
}

function columnLike(column: Column, length: number): Column {
  if (column instanceof Float64Array) return float64Column(length);
  if (column instanceof Int32Array) return int32Column(length);
  if (column instanceof Uint8Array) return uint8Column(length);
  if (column instanceof Float32Array) return float32Column(length);
  return column instanceof Uint16Array ? uint16Column(length) : uint32Column(length);
}

const NO_FLOAT64 = new Float64Array(0);
const NO_FLOAT32 = new Float32Array(0);
const NO_INT32 = new Int32Array(0);
const NO_UINT32 = new Uint32Array(0);
const NO_UINT16 = new Uint16Array(0);
const NO_UINT8 = new Uint8Array(0);
