/** State that is kept per template: what happens to it when templates change, and how its columns grow. */
import {
  float32Column,
  float64Column,
  int32Column,
  uint16Column,
  uint32Column,
  uint8Column,
} from '../engine/small-columns.ts';

/** State that is kept per template, as columns indexed by the miner's dense index: what must happen when templates change. */
export interface PerTemplate {
  /** Makes room for indexes below `capacity`. */
  grow(capacity: number): void;
  /** Forgets a template; its index may be used for another one. */
  clear(index: number): void;
  /** Adds what is known of `from` to `to`, and forgets `from`. */
  merge(from: number, to: number): void;
}

/** A longer column with the same beginning. */
export function grown<T extends Float64Array | Float32Array | Int32Array | Uint32Array | Uint16Array | Uint8Array>(
  column: T,
  capacity: number,
): T {
  if (capacity <= column.length) return column;
  const longer = longerColumn(column, capacity) as T;
  longer.set(column);
  return longer;
}

function longerColumn(column: object, length: number): object {
  if (column instanceof Float64Array) return float64Column(length);
  if (column instanceof Int32Array) return int32Column(length);
  if (column instanceof Uint8Array) return uint8Column(length);
  if (column instanceof Float32Array) return float32Column(length);
  return column instanceof Uint16Array ? uint16Column(length) : uint32Column(length);
}

/** Templates that a young stream has room for: it doubles from here on. */
export const INITIAL_TEMPLATES = 16;
