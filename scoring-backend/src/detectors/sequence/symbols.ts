/**
 * Template indexes as symbols that are never used twice: an index that is evicted and given to another template gets a
 * new symbol, so what was learned of the old one cannot be mistaken for the new one.
 */
import type { StateReader, StateWriter } from '../../engine/state-codec.ts';
import { grown, INITIAL_TEMPLATES, type PerTemplate } from '../per-template.ts';
import { FIRST_SYMBOL } from './gram-model.ts';

export class Symbols implements PerTemplate {
  /** By template index; 0 before its first session. */
  #symbol = new Int32Array(INITIAL_TEMPLATES);
  #template: Int32Array = new Int32Array(INITIAL_TEMPLATES).fill(-1);
  #next = FIRST_SYMBOL;

  /** The symbol of a template. */
  of(template: number): number {
    if (template >= this.#symbol.length) this.grow(template * 2);
    const known = this.#symbol[template];
    if (known !== 0) return known;
    const symbol = this.#next++;
    if (symbol >= this.#template.length) this.#template = extended(this.#template, symbol * 2);
    this.#symbol[template] = symbol;
    this.#template[symbol] = template;
    return symbol;
  }

  /** Has the template a symbol already? */
  has(template: number): boolean {
    return template < this.#symbol.length && this.#symbol[template] !== 0;
  }

  /** The template of a symbol; −1 for one that is gone, and for begin and end. */
  templateOf(symbol: number): number {
    return symbol < this.#template.length ? this.#template[symbol] : -1;
  }

  /** Symbols are numbered below this. */
  get end(): number {
    return this.#next;
  }

  grow(capacity: number): void {
    this.#symbol = grown(this.#symbol, capacity);
  }

  clear(index: number): void {
    if (!this.has(index)) return;
    this.#template[this.#symbol[index]] = -1;
    this.#symbol[index] = 0;
  }

  merge(from: number, to: number): void {
    if (!this.has(to) && this.has(from)) {
      this.#symbol[to] = this.#symbol[from];
      this.#template[this.#symbol[to]] = to;
      this.#symbol[from] = 0;
    } else this.clear(from);
  }

  save(to: StateWriter): void {
    to.number(this.#next);
    to.number(this.#symbol.length);
    to.column(this.#symbol);
    to.number(this.#template.length);
    to.column(this.#template);
  }

  load(from: StateReader): void {
    this.#next = from.number();
    this.#symbol = new Int32Array(from.number());
    from.column(this.#symbol);
    this.#template = new Int32Array(from.number());
    from.column(this.#template);
  }
}

function extended(column: Int32Array, capacity: number): Int32Array {
  const longer = new Int32Array(capacity).fill(-1);
  longer.set(column);
  return longer;
}
