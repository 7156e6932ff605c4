/** The scan of suspicion-scan.wat byte by byte, for where there are no vector instructions. */
import { ALONE_BITS, byteTable } from './suspicion-tables.ts';
import type { SuspicionScan } from './suspicions.ts';

/** A number is told by eleven bytes before its last one. */
const CONTEXT = 11;

export class ByteScan implements SuspicionScan {
  readonly #tables: readonly Uint16Array[];

  constructor(tables: Uint8Array) {
    this.#tables = [0, 1, 2, 3].map((i) => byteTable(tables, i));
  }

  start(): void {
    // Nothing is kept from call to call.
  }

  next(bytes: Uint8Array, from: number): number {
    const [first, second, third, fourth] = this.#tables;
    // What the last byte, the last two and the last three begin.
    let [one, two, three] = [0, 0, 0];
    // What b held up to four places before, eight bits each, and up to eight.
    let [near, far] = [0, 0];
    for (let at = Math.max(0, from - CONTEXT); at < bytes.length; at++) {
      const byte = bytes[at];
      const four = three & fourth[byte];
      three = two & third[byte];
      two = one & second[byte];
      one = first[byte];
      const back = near >>> 24;
      const told = (four & 0xff) | ((four >> 8) & (ALONE_BITS | (back << 1) | (back & (far >>> 24))));
      far = (far << 8) | back;
      near = (near << 8) | (four >> 8);
      if (told !== 0 && at >= from) return at;
    }
    return -1;
  }
}
