/**
 * How evenly a window's records spread over addresses: Shannon entropy in bits of counts by hashed address. 256 cells, 1 KiB,
 * so at most 8 bits; addresses that share a cell count as one. Two sketches add up to that of both windows.
 */
import { int32Column } from '../columns/small-columns.ts';
export class EntropySketch {
  readonly cells = int32Column(CELLS);

  /** @param hash 32 well mixed bits */
  add(hash: number): void {
    this.cells[hash >>> 24]++;
  }

  merge(other: EntropySketch): void {
    for (let i = 0; i < CELLS; i++) this.cells[i] += other.cells[i];
  }

  /** Bits: 0 when all records are of one address. */
  entropy(): number {
    let total = 0;
    let weighted = 0;
    for (const count of this.cells) {
      if (count === 0) continue;
      total += count;
      weighted += count * Math.log2(count);
    }
    return total === 0 ? 0 : Math.max(0, Math.log2(total) - weighted / total);
  }

  clear(): void {
    this.cells.fill(0);
  }
}

const CELLS = 256;
