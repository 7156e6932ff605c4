/**
 * The shape of a line: its bytes with every digit as 0, as a 64-bit hash. A service writes lines of few shapes, since ids,
 * times and amounts mostly keep their length; the shape is made in a fraction of the time that its words take to read.
 */
import { HASH_SEED } from './byte-classes.ts';

/** The shape made last. */
export const lineShape = { high: 0, low: 0 };

/** Of the bytes read last: they come line after line. */
let view: DataView = new DataView(new ArrayBuffer(0));
let viewed: Uint8Array = new Uint8Array(0);

/** Makes the shape of `bytes[start, end)`. */
export function makeLineShape(bytes: Uint8Array, start: number, end: number): void {
  if (bytes !== viewed) {
    viewed = bytes;
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  let high = HASH_SEED ^ (end - start);
  let low = Math.imul(end - start, 0x9e3779b1) ^ 0x2545f491;
  if (end - start < 8) {
    for (let at = start; at < end; at++) {
      const byte = withoutDigits(bytes[at]);
      high = Math.imul(high ^ byte, 0x85ebca6b);
      low = Math.imul(low ^ byte, 0xc2b2ae35);
      low ^= low >>> 13;
    }
  } else {
    const last = end - 8;
    // The last eight bytes may overlap those before them: that the same bytes count twice does no harm.
    for (let at = start; ; at = at + 8 < last ? at + 8 : last) {
      const one = withoutDigits(view.getInt32(at, true));
      const two = withoutDigits(view.getInt32(at + 4, true));
      high = (Math.imul(high ^ one, 0x85ebca6b) + two) | 0;
      high ^= high >>> 15;
      low = (Math.imul(low ^ two, 0xc2b2ae35) + one) | 0;
      low ^= low >>> 13;
      if (at === last) break;
    }
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b);
  lineShape.high = high ^ (high >>> 13);
  low = Math.imul(low ^ (low >>> 15), 0x9e3779b1);
  lineShape.low = low ^ (low >>> 16);
}

/** Four bytes with `0` instead of every digit, all four at once: a byte XOR `0` is below ten for digits only. */
function withoutDigits(four: number): number {
  const distance = four ^ 0x30303030;
  const tenOrMore = ((distance & 0x7f7f7f7f) + 0x76767676) | distance;
  return four & ~Math.imul((~tenOrMore & 0x80808080) >>> 7, 15);
}
