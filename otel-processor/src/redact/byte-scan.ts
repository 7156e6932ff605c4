/** The scan of suspicion-scan.wat byte by byte, for where there are no vector instructions. */
import { ALONE_BITS, byteTable } from './suspicion-tables.ts';
import type { SuspicionScan } from './suspicion-scan.ts';

/** Numbers are told by what stood so many places before. */
const BACK = 8;

export class ByteScan implements SuspicionScan {
  readonly #tables: readonly Uint16Array[];
  /** What the bytes up to those eight places before may be of. */
  readonly #before = new Uint8Array(16);

  constructor(tables: Uint8Array) {
    this.#tables = [0, 1, 2, 3].map((i) => byteTable(tables, i));
  }

  start(): void {
    // Nothing is kept from call to call.
  }

  next(bytes: Uint8Array, from: number): number {
    const [first, second, third, fourth] = this.#tables;
    const before = this.#before.fill(0);
    for (let at = Math.max(3, from - BACK); at < bytes.length; at++) {
      const both = first[bytes[at - 3]] & second[bytes[at - 2]] & third[bytes[at - 1]] & fourth[bytes[at]];
      const b = both >> 8;
      before[at & 15] = b;
      if (both === 0) continue;
      const back = before[(at - 4) & 15];
      const told = (both & 0xff) | (b & (ALONE_BITS | (back << 1) | (back & before[(at - BACK) & 15])));
      if (told !== 0 && at >= from) return at;
    }
    return -1;
  }
}
