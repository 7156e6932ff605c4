/**
 * The fields of a JSON object that somebody wants, by name, as ranges of its bytes. One walk, no value is made. What it
 * takes for an object, and which of several equal names it takes (the last), is as with JSON.parse.
 */
import {
  afterBlanks,
  afterValue,
  CLOSE_OBJECT,
  closingQuote,
  COLON,
  COMMA,
  escapes,
  NO_JSON,
  OPEN_OBJECT,
  QUOTE,
} from './grammar.ts';
import type { LineBytes } from './line-bytes.ts';
import { FieldNames } from './names.ts';

/** What a field holds. */
const NOTHING = 0;
const TEXT = 1;
/** A text with escapes: it is decoded when it is wanted. */
const ESCAPED = 2;
const NUMBER = 3;
/** True, false, an object, an array. */
const OTHER = 4;

/** Names that mean the same, the one that counts first. */
export type Synonyms = readonly string[];

export class JsonFields {
  readonly #text: LineBytes;
  readonly #names: FieldNames;
  /** The fields of meaning m are `[#from[m], #from[m + 1])`. */
  readonly #from: readonly number[];
  readonly #meaning: Uint8Array;
  /** Meanings that have fields in this object, a bit each; what is kept of others is of objects before. */
  #said = 0;
  readonly #kind: Uint8Array;
  readonly #start: Int32Array;
  readonly #end: Int32Array;
  readonly #inner: JsonFields | undefined;
  readonly #innerField: number;

  /**
   * @param text holds the objects
   * @param meanings at most 31, each with the names of its fields
   * @param inner fields that are wanted of an object within, and the meaning (of one name) which that object has
   */
  constructor(text: LineBytes, meanings: readonly Synonyms[], inner?: { meaning: number; fields: JsonFields }) {
    const names = meanings.flat();
    this.#text = text;
    this.#names = new FieldNames(names);
    this.#from = meanings.reduce((from, own) => [...from, from[from.length - 1] + own.length], [0]);
    this.#meaning = Uint8Array.from(meanings.flatMap((own, meaning) => own.map(() => meaning)));
    this.#kind = new Uint8Array(names.length);
    this.#start = new Int32Array(names.length);
    this.#end = new Int32Array(names.length);
    this.#inner = inner?.fields;
    this.#innerField = inner === undefined ? names.length : this.#from[inner.meaning];
  }

  /** Reads the object that the bytes `[start, end)` are; false when they are no object. */
  read(start: number, end: number): boolean {
    const { bytes } = this.#text;
    if (start >= end || bytes[start] !== OPEN_OBJECT) return false;
    const behind = this.#walk(bytes, start, end);
    return behind >= 0 && afterBlanks(bytes, behind, end) === end;
  }

  /** The field that says what this means: the first that is there and not null, -1 for none. */
  find(meaning: number): number {
    if ((this.#said & (1 << meaning)) === 0) return -1;
    for (let field = this.#from[meaning]; field < this.#from[meaning + 1]; field++)
      if (this.#kind[field] !== NOTHING) return field;
    return -1;
  }

  /** Where the value of a field lies; of a text, what is between the quotes. */
  start(field: number): number {
    return this.#start[field];
  }

  end(field: number): number {
    return this.#end[field];
  }

  isNumber(field: number): boolean {
    return field >= 0 && this.#kind[field] === NUMBER;
  }

  /** Does the field hold a text? It is decoded from here on. */
  isText(field: number): boolean {
    if (field < 0) return false;
    if (this.#kind[field] !== ESCAPED) return this.#kind[field] === TEXT;
    const start = this.#text.used;
    this.#text.writeUnescaped(this.#start[field], this.#end[field]);
    this.#kind[field] = TEXT;
    this.#start[field] = start;
    this.#end[field] = this.#text.used;
    return true;
  }

  /** The place behind the object at `at`. */
  #walk(bytes: Uint8Array, at: number, end: number): number {
    this.#said = 0;
    if (this.#inner !== undefined) this.#inner.#said = 0;
    at = afterBlanks(bytes, at + 1, end);
    if (at < end && bytes[at] === CLOSE_OBJECT) return at + 1;
    for (;;) {
      if (at >= end || bytes[at] !== QUOTE) return NO_JSON;
      const key = at + 1;
      let passed = escapes.passed;
      const keyEnd = closingQuote(bytes, key, end);
      if (keyEnd < 0) return NO_JSON;
      const field = escapes.passed === passed ? this.#names.find(bytes, key, keyEnd) : this.#escapedField(key, keyEnd);
      at = afterBlanks(bytes, keyEnd + 1, end);
      if (at >= end || bytes[at] !== COLON) return NO_JSON;
      const value = afterBlanks(bytes, at + 1, end);
      passed = escapes.passed;
      at = field === this.#innerField ? this.#within(bytes, value, end) : afterValue(bytes, value, end);
      if (at < 0) return NO_JSON;
      if (field >= 0) this.#set(field, KINDS[bytes[value]], escapes.passed > passed, value, at);
      at = afterBlanks(bytes, at, end);
      if (at >= end) return NO_JSON;
      if (bytes[at] === CLOSE_OBJECT) return at + 1;
      if (bytes[at] !== COMMA) return NO_JSON;
      at = afterBlanks(bytes, at + 1, end);
    }
  }

  /** The place behind the value at `at`, whose fields are wanted if it is an object. */
  #within(bytes: Uint8Array, at: number, end: number): number {
    const inner = this.#inner;
    if (inner === undefined) return NO_JSON;
    inner.#said = 0;
    return at < end && bytes[at] === OPEN_OBJECT ? inner.#walk(bytes, at, end) : afterValue(bytes, at, end);
  }

  #escapedField(start: number, end: number): number {
    const { used } = this.#text;
    this.#text.writeUnescaped(start, end);
    const field = this.#names.find(this.#text.bytes, used, this.#text.used);
    this.#text.used = used;
    return field;
  }

  #set(field: number, kind: number, escaped: boolean, start: number, end: number): void {
    const meaning = this.#meaning[field];
    if ((this.#said & (1 << meaning)) === 0) {
      this.#said |= 1 << meaning;
      for (let other = this.#from[meaning]; other < this.#from[meaning + 1]; other++) this.#kind[other] = NOTHING;
    }
    const quote = kind === TEXT ? 1 : 0;
    this.#start[field] = start + quote;
    this.#end[field] = end - quote;
    this.#kind[field] = kind === TEXT && escaped ? ESCAPED : kind;
  }
}

/** What a value is by its first byte. */
const KINDS = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === QUOTE) return TEXT;
  if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) return NUMBER;
  return byte === 0x6e ? NOTHING : OTHER;
});
