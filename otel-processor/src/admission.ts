/** Counts the bytes held for requests against a limit. What is over the limit is turned away, never queued. */
export class Admission {
  readonly limit: number;
  #used = 0;

  /** @param limit bytes */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** Bytes held now. */
  get used(): number {
    return this.#used;
  }

  /**
   * Takes `bytes` when there is room, or when nothing else is held: one request alone is never too much.
   * @param share of the limit that may be used up for this one, in (0, 1]
   */
  tryTake(bytes: number, share = 1): boolean {
    if (this.#used > 0 && this.#used + bytes > this.limit * share) return false;
    this.#used += bytes;
    return true;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}
