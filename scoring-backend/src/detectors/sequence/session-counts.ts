/** How often each symbol came in one session; one instance is reused from session to session. */
import { classOfCount } from './count-classes.ts';
import { grown, int32Column } from '../../columns/small-columns.ts';

export class SessionCounts {
  /** The session's symbols, each once, in order of first arrival; `distinct` of them. */
  symbols = int32Column(64);
  distinct = 0;
  /** By symbol, for the ones of this session only. */
  #count = int32Column(64);

  /** Counts the first `length` of `sequence`. */
  take(sequence: Int32Array, length: number): void {
    for (let j = 0; j < this.distinct; j++) this.#count[this.symbols[j]] = 0;
    this.distinct = 0;
    for (let i = 0; i < length; i++) {
      const symbol = sequence[i];
      if (symbol >= this.#count.length) this.#count = grown(this.#count, symbol * 2);
      if (this.#count[symbol]++ > 0) continue;
      if (this.distinct === this.symbols.length) this.symbols = grown(this.symbols, this.distinct * 2);
      this.symbols[this.distinct++] = symbol;
    }
  }

  /** 0 for a symbol that is not in the session. */
  countOf(symbol: number): number {
    return symbol < this.#count.length ? this.#count[symbol] : 0;
  }

  classOf(symbol: number): number {
    return classOfCount(this.countOf(symbol));
  }
}
