/** How often a symbol comes in sessions: its counts by class, and what a count outside of the known combinations costs. */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { float64Column, grown } from '../../columns/small-columns.ts';

/** Classes of counts: 0 to 4 exactly, then half octaves. */
export const COUNT_CLASSES = 24;

export function classOfCount(count: number): number {
  if (count <= EXACT) return count;
  return Math.min(COUNT_CLASSES - 1, Math.round(2 * Math.log2(count)));
}

/** A count in the middle of a class. */
export function countOfClass(index: number): number {
  return index <= EXACT ? index : Math.round(2 ** (index / 2));
}

export class CountClasses {
  /** Sessions by symbol and class of its count; class 0 is not kept, it is the rest of all sessions. */
  #sessions = float64Column(FEW_SYMBOLS * COUNT_CLASSES);
  /** Sessions that have the symbol. */
  #present = float64Column(FEW_SYMBOLS);
  #all = 0;

  get sessions(): number {
    return this.#all;
  }

  /** Sessions that have the symbol. */
  having(symbol: number): number {
    return symbol < this.#present.length ? this.#present[symbol] : 0;
  }

  /** A session begins to be learned; `learn` follows for each of its symbols. */
  begin(weight: number): void {
    this.#all += weight;
  }

  learn(symbol: number, countClass: number, weight: number): void {
    if (symbol >= this.#present.length) {
      this.#present = grown(this.#present, symbol * 2);
      this.#sessions = grown(this.#sessions, symbol * 2 * COUNT_CLASSES);
    }
    this.#present[symbol] += weight;
    this.#sessions[symbol * COUNT_CLASSES + countClass] += weight;
  }

  /**
   * −log10 of the chance that this symbol's count departs from a known combination, and to this class. Classes never seen
   * take a share of their neighbours'.
   */
  cost(symbol: number, countClass: number): number {
    const beside = countClass + 1 < COUNT_CLASSES ? this.#of(symbol, countClass + 1) : 0;
    const neighbours = beside + (countClass > 0 ? this.#of(symbol, countClass - 1) : 0);
    const seen =
      this.#of(symbol, countClass) +
      (countClass > EXACT ? NEAR_LARGE : NEAR_SMALL) * neighbours +
      UNSEEN / (1 + countClass);
    return -Math.log10((DEPARTS * seen) / (this.#all + 1));
  }

  #of(symbol: number, countClass: number): number {
    if (symbol >= this.#present.length) return countClass === 0 ? this.#all : 0;
    return countClass === 0 ? this.#all - this.#present[symbol] : this.#sessions[symbol * COUNT_CLASSES + countClass];
  }

  /** What is known of `from` is known of `to` too. */
  merge(from: number, to: number): void {
    if (from >= this.#present.length) return;
    for (let k = 1; k < COUNT_CLASSES; k++) {
      const sessions = this.#sessions[from * COUNT_CLASSES + k];
      if (sessions > 0) this.learn(to, k, sessions);
      this.#sessions[from * COUNT_CLASSES + k] = 0;
    }
    this.#present[from] = 0;
    if (to < this.#present.length) this.#present[to] = Math.min(this.#present[to], this.#all);
  }

  save(to: StateWriter): void {
    to.number(this.#all);
    to.number(this.#present.length);
    to.column(this.#present);
    to.column(this.#sessions);
  }

  load(from: StateReader): void {
    this.#all = from.number();
    const symbols = from.number();
    this.#present = grown(this.#present, symbols);
    this.#sessions = grown(this.#sessions, symbols * COUNT_CLASSES);
    from.column(this.#present);
    from.column(this.#sessions);
  }
}

const EXACT = 4;
/** Symbols that there is room for at first. */
const FEW_SYMBOLS = 16;
/** Chance that a count departs from a known combination. */
const DEPARTS = 0.05;
/** Share of a neighbouring class's sessions: two instead of three says much, thirty-two instead of thirty does not. */
const NEAR_SMALL = 0.0005;
const NEAR_LARGE = 0.1;
/** Sessions granted to a class that was never seen, of small counts more than of large ones. */
const UNSEEN = 0.1;
