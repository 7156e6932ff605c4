/** About how many different things were seen, by linear counting (Whang et al. 1990): one bit per hash, a fixed number of bits. */
export class DistinctBits {
  readonly words: Int32Array;
  #set = 0;

  /** @param bits a power of two, at least 32; counts up to about four times as many are told well */
  constructor(bits: number) {
    this.words = new Int32Array(bits / 32);
  }

  /** Adds a well mixed hash; true when its bit was new. */
  add(hash: number): boolean {
    const bit = (hash >>> 0) % (this.words.length * 32);
    const mask = 1 << (bit & 31);
    if ((this.words[bit >> 5] & mask) !== 0) return false;
    this.words[bit >> 5] |= mask;
    this.#set++;
    return true;
  }

  get count(): number {
    const bits = this.words.length * 32;
    return this.#set === bits ? bits * Math.log(bits) : Math.round(-bits * Math.log(1 - this.#set / bits));
  }

  clear(): void {
    if (this.#set === 0) return;
    this.words.fill(0);
    this.#set = 0;
  }

  /** After `words` were filled from a snapshot. */
  recount(): void {
    this.#set = 0;
    for (let word of this.words) for (; word !== 0; word &= word - 1) this.#set++;
  }
}
