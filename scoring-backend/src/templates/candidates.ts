/**
 * Known keys by the words they may share with a new one: its first, its last and its rarest. Two generations bound it:
 * when the younger is full the older is forgotten.
 */
import { KnownKey } from './known-key.ts';
import type { StateReader, StateWriter } from './saved-state.ts';
import { STRUCTURE, WORD } from './vocabulary.ts';

const MAX_KEYS_PER_GENERATION = 8192;
const MAX_KEYS_PER_WORD = 24;

/** Keys by word. Most words have one: it needs no array. */
type Generation = Map<number, KnownKey | KnownKey[]>;

export class Candidates {
  private younger: Generation = new Map();
  private older: Generation = new Map();
  private keysInYounger = 0;
  private visits = 0;

  /** Calls `take` for at most `limit` keys that share a word with `key`, the latest of a word first, none twice. */
  visit(key: KnownKey, limit: number, take: (known: KnownKey) => void): void {
    const visit = ++this.visits;
    let left = limit;
    for (const word of sharedWords(key)) {
      const ring = ringOf(this.younger, word) ?? ringOf(this.older, word);
      if (ring === undefined) continue;
      for (let i = ring.length - 1; i >= 0 && left > 0; i--) {
        const known = ring[i];
        if (known.visit === visit) continue;
        known.visit = visit;
        left--;
        take(known);
      }
    }
  }

  add(key: KnownKey): void {
    if (++this.keysInYounger > MAX_KEYS_PER_GENERATION) {
      this.older = this.younger;
      this.younger = new Map();
      this.keysInYounger = 0;
    }
    for (const word of sharedWords(key)) {
      const ring = ringOf(this.younger, word) ?? ringOf(this.older, word) ?? [];
      this.younger.set(word, ring.length === 0 ? key : [...ring, key].slice(-MAX_KEYS_PER_WORD));
    }
  }

  save(state: StateWriter, numberOf: (known: KnownKey) => number): void {
    state.count(this.keysInYounger);
    for (const generation of [this.younger, this.older]) {
      state.count(generation.size);
      for (const word of generation.keys()) {
        const ring = ringOf(generation, word) ?? [];
        state.word(word);
        state.count(ring.length);
        for (const known of ring) state.count(numberOf(known));
      }
    }
  }

  load(state: StateReader, known: readonly KnownKey[]): void {
    this.keysInYounger = state.count();
    for (const generation of [this.younger, this.older]) {
      for (let words = state.count(); words > 0; words--) {
        const word = state.word();
        const ring = Array.from({ length: state.count() }, () => known[state.count()]);
        generation.set(word, ring.length === 1 ? ring[0] : ring);
      }
    }
  }

  /** Visits all keys that can still be met, some of them several times. */
  each(visitor: (known: KnownKey) => void): void {
    for (const generation of [this.younger, this.older])
      for (const ring of generation.values())
        if (ring instanceof KnownKey) visitor(ring);
        else for (const known of ring) visitor(known);
  }
}

function ringOf(generation: Generation, word: number): readonly KnownKey[] | undefined {
  const ring = generation.get(word);
  return ring instanceof KnownKey ? [ring] : ring;
}

/**
 * First, last and rarest inner word of a key, told apart by their lowest bits. Keys of different structure have nothing
 * in common, so the structure is part of each.
 */
function sharedWords(key: KnownKey): number[] {
  let structure = 0;
  let last = -1;
  let rarest = -1;
  for (let i = 0; i < key.length; i++) {
    if (key.kind(i) === STRUCTURE) structure = Math.imul(structure ^ key.hash(i), 0x85ebca6b);
    else last = i;
  }
  if (last < 0) return [];
  for (let i = key.first + 1; i < last; i++) {
    if (key.kind(i) === WORD && (rarest < 0 || key.rank(i) > key.rank(rarest))) rarest = i;
  }
  const words = [(structure ^ key.hash(key.first)) | 1];
  if (last > key.first) words.push((structure ^ key.hash(last)) & ~1);
  if (rarest >= 0) words.push(structure ^ key.hash(rarest) ^ 0x5555);
  return words;
}
