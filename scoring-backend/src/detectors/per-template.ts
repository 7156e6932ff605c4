/** State that is kept per template, as columns indexed by the miner's dense index: what must happen when templates change. */
export interface PerTemplate {
  /** Makes room for indexes below `capacity`. */
  grow(capacity: number): void;
  /** Forgets a template; its index may be used for another one. */
  clear(index: number): void;
  /** Adds what is known of `from` to `to`, and forgets `from`. */
  merge(from: number, to: number): void;
}

/** Templates that a young stream has room for: it doubles from here on. */
export const INITIAL_TEMPLATES = 16;
