/** The 64-bit hash of a session's key, as two halves: fields instead of a result, as part of the per-record path. */
export const keyHash = { high: 0, low: 0 };

/** Hashes `bytes[start, end)` into `keyHash`. */
export function hashKey(bytes: Uint8Array, start: number, end: number): void {
  let high = 0x9747b28c;
  let low = 0x3c6ef372;
  let byte = start;
  for (; byte + 4 <= end; byte += 4) {
    const word = bytes[byte] | (bytes[byte + 1] << 8) | (bytes[byte + 2] << 16) | (bytes[byte + 3] << 24);
    high = Math.imul(high ^ word, 0x5bd1e995);
    high ^= high >>> 15;
    low = Math.imul(low ^ word, 0x01000193);
    low ^= low >>> 13;
  }
  for (; byte < end; byte++) {
    high = Math.imul(high ^ bytes[byte], 0x5bd1e995);
    low = Math.imul(low ^ bytes[byte], 0x01000193);
  }
  keyHash.high = Math.imul(high ^ (high >>> 15), 0x85ebca6b);
  low = Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  keyHash.low = low ^ (low >>> 16);
}
