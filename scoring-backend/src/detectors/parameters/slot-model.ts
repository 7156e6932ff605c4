/**
 * What is normal in one slot of a template: a closed set of values, numbers, or texts of one make; mostly it is not known
 * beforehand, so a slot begins with the set and gets the other models when its values ask for them.
 */
import { hashBytes } from '../../templates/byte-classes.ts';
import { number, readNumber } from '../../templates/parameter-number.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { sidak } from '../ensemble.ts';
import { CategoryModel } from './category-model.ts';
import { KnownWords } from './known-words.ts';
import { NumberModel } from './number-model.ts';
import { StringModel } from './string-model.ts';

/** Why a value is odd. */
export type Oddity = 'number' | 'unseen' | 'make';

export class SlotModel {
  readonly #categories = new CategoryModel();
  readonly #words = new KnownWords();
  #numbers: NumberModel | undefined;
  #strings: StringModel | undefined;
  #values = 0;
  #numeric = 0;
  /** Values in turn that were too odd to be learned. */
  #refused = 0;
  /** Of the value judged last. */
  oddity: Oddity = 'unseen';
  magnitude = 0;

  /** Whether the slot needs a model of texts, which are counted. */
  get hasStrings(): boolean {
    return this.#strings !== undefined;
  }

  /** What numbers here are like; NaN for other slots. */
  get expected(): number {
    return this.#isNumeric ? (this.#numbers?.median() ?? NaN) : NaN;
  }

  get #isNumeric(): boolean {
    return isMostlyNumbers(this.#numeric, this.#values);
  }

  /** What the values here are like, for people; '' when too little is known. */
  usual(): string {
    if (this.#values < VALUES_NEEDED) return '';
    if (this.#isNumeric && !this.#isCode) return this.#numbers?.usual() ?? '';
    if (this.#categories.isOpen) return this.#strings?.usual() ?? '';
    const words = this.#words.all.map((word) => `“${word}”`).join(', ');
    return `${this.#categories.known} different ones so far: ${words}${this.#categories.known > this.#words.all.length ? ', …' : ''}`;
  }

  /** Judges `bytes[start, end)`; the answer is in `magnitude` and `oddity`. */
  judge(bytes: Uint8Array, start: number, end: number): void {
    this.magnitude = 0;
    if (this.#values < VALUES_NEEDED) return;
    const isNumber = readNumber(bytes, start, end);
    if (this.#isNumeric) {
      if (!isNumber) this.#set('make', -Math.log10((this.#values - this.#numeric + 1) / (this.#values + 2)));
      else if (this.#isCode) this.#set('unseen', this.#categories.magnitude(hashBytes(bytes, start, end)));
      else this.#set('number', this.#numbers?.magnitude(number.value) ?? 0);
      return;
    }
    const unseen = this.#categories.magnitude(hashBytes(bytes, start, end));
    const make = this.#strings?.magnitude(bytes, start, end) ?? 0;
    // A value that was seen is made as it should be.
    if (this.#categories.isOpen) this.#set('make', make);
    else if (unseen > 0) this.#set(unseen >= make ? 'unseen' : 'make', sidak(Math.max(unseen, make), 2));
  }

  /** Few different numbers, told again and again: codes and states rather than measures. */
  get #isCode(): boolean {
    return !this.#categories.isOpen && this.#categories.known * 20 <= this.#categories.values;
  }

  /**
   * Learns a value; one that was judged too odd only when odd values have been all that came for a while.
   * @param mayHaveStrings is there room for one more model of texts?
   */
  learn(bytes: Uint8Array, start: number, end: number, isOdd: boolean, mayHaveStrings: boolean): void {
    if (isOdd && ++this.#refused < REFUSED_IN_TURN) return;
    if (!isOdd) this.#refused = 0;
    this.#values++;
    const { known } = this.#categories;
    this.#categories.learn(hashBytes(bytes, start, end));
    if (this.#categories.known > known) this.#words.add(bytes, start, end);
    else if (this.#categories.isOpen) this.#words.clear();
    if (readNumber(bytes, start, end)) {
      this.#numeric++;
      (this.#numbers ??= new NumberModel()).learn(number.value);
    } else if (this.#strings !== undefined || (mayHaveStrings && !this.#isNumeric))
      (this.#strings ??= new StringModel()).learn(bytes, start, Math.max(start, end));
    if (this.#values < MOST_VALUES) return;
    this.#values /= 2;
    this.#numeric /= 2;
  }

  /** The slot is no more. */
  release(): void {
    this.#categories.release();
    this.#words.clear();
    this.#numbers?.release();
    this.#strings?.release();
  }

  #set(oddity: Oddity, magnitude: number): void {
    this.oddity = oddity;
    this.magnitude = magnitude;
  }

  save(to: StateWriter): void {
    const has = (this.#numbers === undefined ? 0 : 1) + (this.#strings === undefined ? 0 : 2);
    to.numbers(this.#values, this.#numeric, this.#refused, has);
    this.#categories.save(to);
    this.#words.save(to);
    this.#numbers?.save(to);
    this.#strings?.save(to);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(4);
    from.column(numbers);
    [this.#values, this.#numeric, this.#refused] = numbers;
    this.#categories.load(from);
    this.#words.load(from);
    if ((numbers[3] & 1) !== 0) (this.#numbers = new NumberModel()).load(from);
    if ((numbers[3] & 2) !== 0) (this.#strings = new StringModel()).load(from);
  }
}

/** Is a place with so many numbers among its values one of numbers? */
export function isMostlyNumbers(numbers: number, values: number): boolean {
  return numbers >= values * MOSTLY && numbers > 0;
}

/** Values before a slot says anything. */
export const VALUES_NEEDED = 30;
/** Share of numbers from which a slot is one of numbers. */
const MOSTLY = 0.95;
/** After so many odd values in turn they are what is normal now. */
const REFUSED_IN_TURN = 20;
const MOST_VALUES = 2 ** 20;
