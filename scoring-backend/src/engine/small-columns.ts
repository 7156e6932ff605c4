/**
 * Short typed arrays that live as long as their stream, many of them in one block of memory. A typed array with memory of
 * its own costs about 400 bytes besides its numbers, a view of a block 100; and a stream has hundreds of them, mostly
 * shorter than that. What one stream needs together lies together, too: fewer pages to know for the processor.
 *
 * A block is let go of when nobody has a view of it any more, so what is only needed for a moment is made `apart`.
 */
const BLOCK_BYTES = 32_768;
/** From here on an array has memory of its own. */
const LARGE_BYTES = 2_048;

let block = new ArrayBuffer(0);
let used = 0;
let isApart = false;

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

/** Is this one worth a place in a block? Then the place is at `placed` of `block`. */
function place(bytes: number): boolean {
  if (bytes > LARGE_BYTES || isApart) return false;
  const rounded = (bytes + 7) & ~7;
  if (used + rounded > block.byteLength) {
    block = new ArrayBuffer(BLOCK_BYTES);
    used = 0;
  }
  placed = used;
  used += rounded;
  return true;
}

let placed = 0;

/** Zeros, as `new Float64Array(length)`. */
export function float64Column(length: number): Float64Array<ArrayBuffer> {
  if (length === 0) return NO_FLOAT64;
  return place(8 * length) ? new Float64Array(block, placed, length) : new Float64Array(length);
}

export function float32Column(length: number): Float32Array<ArrayBuffer> {
  if (length === 0) return NO_FLOAT32;
  return place(4 * length) ? new Float32Array(block, placed, length) : new Float32Array(length);
}

export function int32Column(length: number): Int32Array<ArrayBuffer> {
  if (length === 0) return NO_INT32;
  return place(4 * length) ? new Int32Array(block, placed, length) : new Int32Array(length);
}

export function uint32Column(length: number): Uint32Array<ArrayBuffer> {
  if (length === 0) return NO_UINT32;
  return place(4 * length) ? new Uint32Array(block, placed, length) : new Uint32Array(length);
}

export function uint16Column(length: number): Uint16Array<ArrayBuffer> {
  if (length === 0) return NO_UINT16;
  return place(2 * length) ? new Uint16Array(block, placed, length) : new Uint16Array(length);
}

export function uint8Column(length: number): Uint8Array<ArrayBuffer> {
  if (length === 0) return NO_UINT8;
  return place(length) ? new Uint8Array(block, placed, length) : new Uint8Array(length);
}

const NO_FLOAT64 = new Float64Array(0);
const NO_FLOAT32 = new Float32Array(0);
const NO_INT32 = new Int32Array(0);
const NO_UINT32 = new Uint32Array(0);
const NO_UINT16 = new Uint16Array(0);
const NO_UINT8 = new Uint8Array(0);
