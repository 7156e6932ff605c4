/** Where secrets are suspected: what the prefilter asks of a scan, by vector instructions or byte by byte. */

/** Places of suspicion, in ascending order. */
export interface SuspicionScan {
  /** Begins with another request. */
  start(): void;
  /** The last of the next four bytes at `from` or behind it that have a shape, -1 for none; `from` never goes back. */
  next(bytes: Uint8Array, from: number): number;
}
