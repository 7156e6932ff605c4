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
export function grown<T extends Float64Array | Int32Array | Uint8Array>(column: T, capacity: number): T {
  if (capacity <= column.length) return column;
  const longer = new (column.constructor as new (length: number) => T)(capacity);
  longer.set(column);
  return longer;
}

export const INITIAL_TEMPLATES = 64;
