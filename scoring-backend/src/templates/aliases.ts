/** Which template a key was assigned to that is not the one it was made of. Two bounded generations, as in candidates.ts. */
import { KeyTable } from './key-table.ts';
import type { StateReader, StateWriter } from './saved-state.ts';

const MAX_KEYS_PER_GENERATION = 16_384;

export class Aliases {
  private younger = new KeyTable();
  private older = new KeyTable();

  /** The index, or -1; `generations` are those of the live templates. */
  get(high: number, low: number, generations: Uint32Array): number {
    let index = this.younger.get(high, low);
    if (index >= 0) return generations[index] === this.younger.generation(high, low) >>> 0 ? index : -1;
    index = this.older.get(high, low);
    if (index < 0 || generations[index] !== this.older.generation(high, low) >>> 0) return -1;
    this.set(high, low, index, generations);
    return index;
  }

  set(high: number, low: number, index: number, generations: Uint32Array): void {
    if (this.younger.size >= MAX_KEYS_PER_GENERATION) {
      this.older = this.younger;
      this.younger = new KeyTable();
    }
    this.younger.set(high, low, index, generations[index]);
  }

  save(state: StateWriter): void {
    this.younger.save(state);
    this.older.save(state);
  }

  load(state: StateReader): void {
    this.younger.load(state);
    this.older.load(state);
  }
}
