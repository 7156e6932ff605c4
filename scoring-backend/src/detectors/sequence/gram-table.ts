/**
 * Counts of contexts and of what followed them, in one open-addressing hash table of typed arrays with a bound.
 *
 * An entry is a context (its total, and how many different symbols followed it) or a continuation (how often one symbol
 * followed one context). Keys are 64 bits, from two independent 32-bit hashes; collisions are not looked for. When the
 * table is full all counts are halved and what falls to zero is forgotten: what is common or recent stays.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { int32Column } from '../../columns/small-columns.ts';

export class GramTable {
  readonly #most: number;
  #mask: number;
  #keyHigh: Int32Array;
  #keyLow: Int32Array;
  /** Total of a context, or count of a continuation; 0 marks a free slot. */
  #count: Int32Array;
  /** Different symbols after a context; of a continuation −1 − the slot of its context. */
  #kinds: Int32Array;
  #size = 0;
  /** How often the bound was reached and counts were halved. */
  halvings = 0;

  /** @param most entries kept, a power of two times ¾ at best */
  constructor(most: number) {
    this.#most = most;
    this.#mask = INITIAL - 1;
    this.#keyHigh = int32Column(INITIAL);
    this.#keyLow = int32Column(INITIAL);
    this.#count = int32Column(INITIAL);
    this.#kinds = int32Column(INITIAL);
  }

  get size(): number {
    return this.#size;
  }

  /** Slot of a key, −1 when it is not known. */
  find(high: number, low: number): number {
    let slot = low & this.#mask;
    while (this.#count[slot] !== 0) {
      if (this.#keyLow[slot] === low && this.#keyHigh[slot] === high) return slot;
      slot = (slot + 1) & this.#mask;
    }
    return -1;
  }

  count(slot: number): number {
    return this.#count[slot];
  }

  kinds(slot: number): number {
    return this.#kinds[slot];
  }

  /** Adds `weight` to a context and to what followed it. */
  add(contextHigh: number, contextLow: number, high: number, low: number, weight: number): void {
    if (this.#size + 2 > this.#most) this.#halve();
    if ((this.#size + 2) * 4 > (this.#mask + 1) * 3) this.#rebuild((this.#mask + 1) * 2);
    const context = this.#slotFor(contextHigh, contextLow);
    this.#count[context] += weight;
    const next = this.#slotFor(high, low);
    if (this.#count[next] === 0) {
      this.#kinds[context]++;
      this.#kinds[next] = -1 - context;
    }
    this.#count[next] += weight;
    if (this.#count[context] > MOST_COUNT) this.#halve();
  }

  /** The slot of a key; a new one is free (count 0) but taken as soon as it is counted. */
  #slotFor(high: number, low: number): number {
    let slot = low & this.#mask;
    while (this.#count[slot] !== 0) {
      if (this.#keyLow[slot] === low && this.#keyHigh[slot] === high) return slot;
      slot = (slot + 1) & this.#mask;
    }
    this.#keyHigh[slot] = high;
    this.#keyLow[slot] = low;
    this.#kinds[slot] = 0;
    this.#size++;
    return slot;
  }

  #halve(): void {
    this.halvings++;
    for (let slot = 0; slot <= this.#mask; slot++) {
      if (this.#kinds[slot] >= 0) this.#count[slot] = 0;
      else this.#count[slot] >>= 1;
    }
    // Contexts are what is left of their continuations.
    const totals = new Int32Array(this.#mask + 1);
    const kinds = new Int32Array(this.#mask + 1);
    for (let slot = 0; slot <= this.#mask; slot++) {
      if (this.#count[slot] === 0 || this.#kinds[slot] >= 0) continue;
      const context = -1 - this.#kinds[slot];
      totals[context] += this.#count[slot];
      kinds[context]++;
    }
    for (let slot = 0; slot <= this.#mask; slot++)
      if (totals[slot] > 0) {
        this.#count[slot] = totals[slot];
        this.#kinds[slot] = kinds[slot];
      }
    this.#rebuild(this.#mask + 1);
  }

  #rebuild(capacity: number): void {
    const {
      [0]: keyHigh,
      [1]: keyLow,
      [2]: count,
      [3]: kinds,
    } = [this.#keyHigh, this.#keyLow, this.#count, this.#kinds];
    this.#mask = capacity - 1;
    this.#keyHigh = int32Column(capacity);
    this.#keyLow = int32Column(capacity);
    this.#count = int32Column(capacity);
    this.#kinds = int32Column(capacity);
    this.#size = 0;
    const moved = new Int32Array(count.length);
    for (const contexts of [true, false])
      for (let slot = 0; slot < count.length; slot++) {
        if (count[slot] === 0 || kinds[slot] >= 0 !== contexts) continue;
        const to = this.#slotFor(keyHigh[slot], keyLow[slot]);
        this.#count[to] = count[slot];
        this.#kinds[to] = contexts ? kinds[slot] : -1 - moved[-1 - kinds[slot]];
        moved[slot] = to;
      }
  }

  save(to: StateWriter): void {
    to.number(this.#mask);
    to.number(this.#size);
    to.number(this.halvings);
    for (const column of [this.#keyHigh, this.#keyLow, this.#count, this.#kinds]) to.column(column);
  }

  load(from: StateReader): void {
    this.#mask = from.number();
    this.#size = from.number();
    this.halvings = from.number();
    const capacity = this.#mask + 1;
    this.#keyHigh = int32Column(capacity);
    this.#keyLow = int32Column(capacity);
    this.#count = int32Column(capacity);
    this.#kinds = int32Column(capacity);
    for (const column of [this.#keyHigh, this.#keyLow, this.#count, this.#kinds]) from.column(column);
  }
}

/** Slots at first: a stream without sessions shall cost next to nothing. */
const INITIAL = 64;
const MOST_COUNT = 1_000_000_000;
