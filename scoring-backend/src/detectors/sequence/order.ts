/**
 * How unusual the order of a session is: the surprises of its symbols, −log10 of their chance after the ones before, end
 * included. Two means over the session's positions, so that long sessions and short ones compare: the mean surprise, and
 * the mean shortfall, by how many symbols the longest context that was ever followed by the symbol is shorter than it
 * could be (STIDE counts the same at one length: Forrest et al. 1996). And the largest surprise, for one impossible step.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { END, GramModel } from './gram-model.ts';

export class Order {
  readonly #model: GramModel;
  readonly #longest: number;
  /** Of the session judged last: the figures, and where the largest surprise is (the session's length is its end). */
  mean = 0;
  shortfall = 0;
  worst = 0;
  worstAt = 0;
  /** How often the rarest of its steps was seen after the same longest context. */
  rarest = Infinity;

  constructor(order: number, most: number) {
    this.#longest = order;
    this.#model = new GramModel(order, most);
  }

  get entries(): number {
    return this.#model.entries;
  }

  get halvings(): number {
    return this.#model.halvings;
  }

  judge(symbols: Int32Array, length: number, complete: boolean): void {
    const model = this.#model;
    const positions = complete ? length + 1 : length;
    let sum = 0;
    let shortfall = 0;
    this.mean = this.shortfall = this.worst = this.worstAt = 0;
    this.rarest = Infinity;
    for (let i = 0; i < positions; i++) {
      model.judge(symbols, length, i);
      const surprise = -Math.log10(model.chance);
      sum += surprise;
      this.rarest = Math.min(this.rarest, model.followed);
      if (surprise > this.worst) {
        this.worst = surprise;
        this.worstAt = i;
      }
      shortfall += Math.min(this.#longest, i + 1) - model.matched;
    }
    if (positions === 0) return;
    this.mean = sum / positions;
    this.shortfall = shortfall / positions;
  }

  /** The likeliest symbol at a position, among all below `end`, and its chance; and the chance of what came. */
  expected(
    symbols: Int32Array,
    length: number,
    at: number,
    end: number,
  ): { symbol: number; chance: number; actual: number } {
    this.#model.judge(symbols, length, at);
    const actual = this.#model.chance;
    let symbol = END;
    let chance = 0;
    for (let candidate = END; candidate < end; candidate++) {
      const of = this.#model.chanceOf(candidate);
      if (of <= chance) continue;
      chance = of;
      symbol = candidate;
    }
    return { symbol, chance, actual };
  }

  /** Before which of these symbols (their number: behind the last) one more would be the least surprise. */
  likeliestPlace(symbols: Int32Array, symbol: number): number {
    let place = 0;
    let most = -1;
    for (let at = 0; at <= symbols.length; at++) {
      this.#model.judge(symbols, symbols.length, at);
      const chance = this.#model.chanceOf(symbol);
      if (chance <= most) continue;
      most = chance;
      place = at;
    }
    return place;
  }

  /** Learns a session that came `sessions` times. */
  learn(symbols: Int32Array, length: number, complete: boolean, sessions: number): void {
    this.#model.learn(symbols, length, complete, sessions);
  }

  save(to: StateWriter): void {
    this.#model.save(to);
  }

  load(from: StateReader): void {
    this.#model.load(from);
  }
}
