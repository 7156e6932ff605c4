/**
 * About how many different users or addresses a window had: HyperLogLog with 256 registers (Flajolet et al. 2007), and
 * linear counting (Whang et al. 1990) while few are set. 256 bytes; standard error 6.5 %, below 100 about 3 %.
 * Two sketches add up to that of both windows.
 */
import { uint8Column } from '../columns/small-columns.ts';
export class DistinctSketch {
  readonly registers = uint8Column(REGISTERS);

  /** @param hash 32 well mixed bits */
  add(hash: number): void {
    const register = hash >>> 24;
    // The marker bit bounds the rank when the other bits are all 0.
    const rank = Math.clz32((hash << 8) | 0x80) + 1;
    if (rank > this.registers[register]) this.registers[register] = rank;
  }

  merge(other: DistinctSketch): void {
    const { registers } = this;
    for (let i = 0; i < REGISTERS; i++) if (other.registers[i] > registers[i]) registers[i] = other.registers[i];
  }

  estimate(): number {
    let sum = 0;
    let zero = 0;
    for (const rank of this.registers) {
      sum += 2 ** -rank;
      if (rank === 0) zero++;
    }
    const raw = (ALPHA * REGISTERS * REGISTERS) / sum;
    return raw <= 2.5 * REGISTERS && zero > 0 ? REGISTERS * Math.log(REGISTERS / zero) : raw;
  }

  clear(): void {
    this.registers.fill(0);
  }
}

const REGISTERS = 256;
/** The paper's bias correction for this many registers. */
const ALPHA = 0.7213 / (1 + 1.079 / REGISTERS);
