/**
 * Events of sessions (windows/session-event.ts: templates, and kinds of them) as symbols that are never used twice: a
 * template's index that is evicted and given to another template gets new symbols, so what was learned of the old one
 * cannot be mistaken for the new one.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { templateOfEvent, withTemplate } from '../../windows/session-event.ts';
import { INITIAL_TEMPLATES, type PerTemplate } from '../per-template.ts';
import { FIRST_SYMBOL } from './gram-model.ts';
import { grown, int32Column } from '../../columns/small-columns.ts';

export class Symbols implements PerTemplate {
  /** Of a template without kinds, by its index; 0 before its first session. */
  #symbol = int32Column(INITIAL_TEMPLATES);
  /** Of kinds of templates. */
  readonly #kinds = new Map<number, number>();
  /** By symbol: its event, −1 when that is gone. */
  #event: Int32Array = int32Column(INITIAL_TEMPLATES).fill(-1);
  #next = FIRST_SYMBOL;

  /** The symbol of an event. */
  of(event: number): number {
    const template = templateOfEvent(event);
    const known = template === event ? this.#ofTemplate(template) : this.#kinds.get(event);
    if (known !== undefined && known !== 0) return known;
    const symbol = this.#next++;
    if (symbol >= this.#event.length) this.#event = extended(this.#event, symbol * 2);
    this.#set(event, symbol);
    this.#event[symbol] = event;
    return symbol;
  }

  /** Has the event a symbol already? */
  has(event: number): boolean {
    if (templateOfEvent(event) !== event) return this.#kinds.has(event);
    return event < this.#symbol.length && this.#symbol[event] !== 0;
  }

  /** The events of a template that have symbols. */
  eventsOf(template: number): number[] {
    const events = [...this.#kinds.keys()].filter((event) => templateOfEvent(event) === template);
    return this.has(template) ? [template, ...events] : events;
  }

  #ofTemplate(template: number): number {
    if (template >= this.#symbol.length) this.grow(template * 2);
    return this.#symbol[template];
  }

  #set(event: number, symbol: number): void {
    if (templateOfEvent(event) === event) this.#symbol[event] = symbol;
    else if (symbol === 0) this.#kinds.delete(event);
    else this.#kinds.set(event, symbol);
  }

  /** The event of a symbol; −1 for one that is gone, and for begin and end. */
  eventOf(symbol: number): number {
    return symbol < this.#event.length ? this.#event[symbol] : -1;
  }

  /** The template of a symbol's event, −1 likewise. */
  templateOf(symbol: number): number {
    const event = this.eventOf(symbol);
    return event < 0 ? -1 : templateOfEvent(event);
  }

  /** Symbols are numbered below this. */
  get end(): number {
    return this.#next;
  }

  grow(capacity: number): void {
    this.#symbol = grown(this.#symbol, capacity);
  }

  clear(index: number): void {
    for (const event of this.eventsOf(index)) this.#forget(event);
  }

  merge(from: number, to: number): void {
    for (const event of this.eventsOf(from)) {
      const other = withTemplate(event, to);
      if (this.has(other)) this.#forget(event);
      else {
        const symbol = this.of(event);
        this.#set(event, 0);
        this.#set(other, symbol);
        this.#event[symbol] = other;
      }
    }
  }

  #forget(event: number): void {
    this.#event[this.of(event)] = -1;
    this.#set(event, 0);
  }

  save(to: StateWriter): void {
    to.number(this.#next);
    to.number(this.#symbol.length);
    to.column(this.#symbol);
    to.number(this.#event.length);
    to.column(this.#event);
    to.number(this.#kinds.size);
    to.column(Float64Array.from([...this.#kinds].flat()));
  }

  load(from: StateReader): void {
    this.#next = from.number();
    this.#symbol = int32Column(from.number());
    from.column(this.#symbol);
    this.#event = int32Column(from.number());
    from.column(this.#event);
    const kinds = new Float64Array(2 * from.number());
    from.column(kinds);
    this.#kinds.clear();
    for (let i = 0; i < kinds.length; i += 2) this.#kinds.set(kinds[i], kinds[i + 1]);
  }
}

function extended(column: Int32Array, capacity: number): Int32Array {
  const longer = new Int32Array(capacity).fill(-1);
  longer.set(column);
  return longer;
}
