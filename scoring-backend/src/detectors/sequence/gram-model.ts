/**
 * Variable-order Markov model of sessions: the chance of a symbol after the ones before it, interpolated from long
 * contexts to short ones (Witten and Bell 1991, "method C"). Begin and end of a session are symbols of their own, so a
 * session that stops too early has a surprising last symbol. Symbols are integers from 2 up.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { GramTable } from './gram-table.ts';
import { int32Column } from '../../columns/small-columns.ts';

/** Symbol of a session's end, and of what is before its beginning. */
export const END = 1;
const BEGIN = 0;
/** Least number for a symbol of the caller's. */
export const FIRST_SYMBOL = 2;

export class GramModel {
  readonly #table: GramTable;
  readonly #order: number;
  /** Hashes of the contexts of one position, from none to the longest. */
  readonly #high: Int32Array;
  readonly #low: Int32Array;
  #contexts = 0;
  /** Of the position judged last: chance of its symbol, of the likeliest one at least, and length of the longest context that was followed by it before; −1 when the symbol was never seen. */
  chance = 0;
  matched = 0;
  /** How often the symbol judged last followed the whole context that was judged. */
  followed = 0;

  /** @param order symbols of context at most @param most entries of the table */
  constructor(order: number, most: number) {
    this.#order = order;
    this.#table = new GramTable(most);
    this.#high = int32Column(order + 1);
    this.#low = int32Column(order + 1);
  }

  get entries(): number {
    return this.#table.size;
  }

  get halvings(): number {
    return this.#table.halvings;
  }

  /** Symbol i of a session; its end is at `length`. */
  judge(symbols: Int32Array, length: number, i: number): void {
    this.#hashContexts(symbols, i);
    this.#judge(i < length ? symbols[i] : END);
  }

  /** Chance of `symbol` in place of the one judged last. */
  chanceOf(symbol: number): number {
    this.#judge(symbol);
    return this.chance;
  }

  #judge(symbol: number): void {
    const table = this.#table;
    const root = table.find(this.#high[0], this.#low[0]);
    this.matched = -1;
    this.followed = 0;
    if (root < 0) {
      this.chance = 1;
      return;
    }
    // One symbol more than are known: the unknown one.
    let chance = 1 / (table.kinds(root) + 1);
    for (let k = 0; k < this.#contexts; k++) {
      const context = k === 0 ? root : table.find(this.#high[k], this.#low[k]);
      if (context < 0) break;
      const next = table.find(continuationHigh(this.#high[k], symbol), continuationLow(this.#low[k], symbol));
      const count = next < 0 ? 0 : table.count(next);
      if (count > 0) this.matched = k;
      if (k === this.#contexts - 1) this.followed = count;
      const kinds = table.kinds(context);
      chance = (count + kinds * chance) / (table.count(context) + kinds);
    }
    this.chance = chance;
  }

  /** Learns a whole session, its end too when it is complete. */
  learn(symbols: Int32Array, length: number, complete: boolean, weight: number): void {
    const end = complete ? length : length - 1;
    for (let i = 0; i <= end; i++) {
      this.#hashContexts(symbols, i);
      const symbol = i < length ? symbols[i] : END;
      for (let k = 0; k < this.#contexts; k++)
        this.#table.add(
          this.#high[k],
          this.#low[k],
          continuationHigh(this.#high[k], symbol),
          continuationLow(this.#low[k], symbol),
          weight,
        );
    }
  }

  /** Contexts of position i, newest symbol first. */
  #hashContexts(symbols: Int32Array, i: number): void {
    let high = (this.#high[0] = 0x2545f491);
    let low = (this.#low[0] = 0x1b873593);
    let k = 1;
    for (let j = i - 1; k <= this.#order; j--) {
      const symbol = j >= 0 ? symbols[j] : BEGIN;
      this.#high[k] = high = mixHigh(high, symbol);
      this.#low[k] = low = mixLow(low, symbol);
      k++;
      if (j < 0) break;
    }
    this.#contexts = k;
  }

  save(to: StateWriter): void {
    this.#table.save(to);
  }

  load(from: StateReader): void {
    this.#table.load(from);
  }
}

/** Finalisers of MurmurHash3 with different constants: two independent 32-bit chains. */
function mixHigh(hash: number, symbol: number): number {
  let h = Math.imul(hash ^ Math.imul(symbol + 1, 0x27d4eb2f), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

function mixLow(hash: number, symbol: number): number {
  let h = Math.imul(hash ^ Math.imul(symbol + 1, 0x165667b1), 0xcc9e2d51);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  return h ^ (h >>> 14);
}

/** A continuation is told from a longer context with the same symbols by another start. */
function continuationHigh(context: number, symbol: number): number {
  return mixHigh(context ^ 0x5bd1e995, symbol);
}

function continuationLow(context: number, symbol: number): number {
  return mixLow(context ^ 0x3c6ef372, symbol);
}
