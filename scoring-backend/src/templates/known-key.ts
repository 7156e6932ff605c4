/**
 * A key that was assigned to a template, with what the pair model needs to know of its words. One plain array: there are
 * thousands of short ones, and typed arrays of more than 64 bytes live outside the young heap.
 */
import { hashLower, IS_LOWER } from './byte-classes.ts';
import type { MessageKey } from './key.ts';
import type { StateReader, StateWriter } from './saved-state.ts';
import { NAME_TAKING_WORDS, PREPOSITIONS, rankOfWord, STATE_WORDS, STRUCTURE } from './vocabulary.ts';

/** Flags of words, beside those of tokens.ts. */
export const STATE = 16;
export const INFLECTED = 32;
export const CAPITALS = 64;
export const NAME_TAKING = 128;
export const PREPOSITION = 256;
export const COMMON = 512;

const COMMON_RANK = 1000;

/** Where the flags of a token begin beside its kind, and its rank. */
const FLAGS_AT = 3;
const RANK_AT = 14;

export class KnownKey {
  /** The template, and which of the successive owners of its index. */
  index = -1;
  generation = 0;
  /**
   * Which search met this key last (from 1 on), so that a search meets it once; or, below 0, its number in the last save
   * (see saveKnownKeys). Not part of the state.
   */
  visit = 0;
  readonly tailGap: number;
  /** First token of the message proper, and the number of tokens that are not structure. */
  readonly first: number;
  readonly words: number;
  /** Of each token the hash, then kind, flags and rank in one number. */
  readonly #tokens: readonly number[];

  /** @param tokens hash, kind, flags and rank of each */
  constructor(tokens: readonly number[], tailGap: number) {
    const packed: number[] = [];
    for (let at = 0; at < tokens.length; at += 4)
      packed.push(tokens[at], tokens[at + 1] | (tokens[at + 2] << FLAGS_AT) | (tokens[at + 3] << RANK_AT));
    // Without the room that arrays keep to grow.
    this.#tokens = packed.slice();
    this.tailGap = tailGap;
    let first = -1;
    let words = 0;
    for (let i = 0; i < this.length; i++) {
      if (this.kind(i) === STRUCTURE) continue;
      if (first < 0) first = i;
      words++;
    }
    this.first = first < 0 ? this.length : first;
    this.words = words;
  }

  /** Tokens. */
  get length(): number {
    return this.#tokens.length >> 1;
  }

  hash(i: number): number {
    return this.#tokens[2 * i];
  }

  kind(i: number): number {
    return this.#tokens[2 * i + 1] & ((1 << FLAGS_AT) - 1);
  }

  flags(i: number): number {
    return (this.#tokens[2 * i + 1] & ((1 << RANK_AT) - 1)) >> FLAGS_AT;
  }

  /** Rank in the vocabulary, 0 for other words. */
  rank(i: number): number {
    return this.#tokens[2 * i + 1] >> RANK_AT;
  }
}

/** The key read last, as one to be remembered. */
export function rememberedKey(key: MessageKey): KnownKey {
  const tokens: number[] = [];
  for (let i = 0; i < key.count; i++) {
    const start = key.start[i];
    const end = key.end[i];
    const lower = hashLower(key.bytes, start, end);
    const known = rankOfWord(lower);
    let flag = key.flags[i];
    if (STATE_WORDS.has(lower)) flag |= STATE;
    if (NAME_TAKING_WORDS.has(lower)) flag |= NAME_TAKING;
    if (PREPOSITIONS.has(lower)) flag |= PREPOSITION;
    if (known !== undefined && known < COMMON_RANK) flag |= COMMON;
    if (endsInflected(key.bytes, start, end)) flag |= INFLECTED;
    if (!holdsSmallLetter(key.bytes, start, end)) flag |= CAPITALS;
    tokens.push(key.hash[i], key.kind[i], flag, known ?? 0);
  }
  return new KnownKey(tokens, key.tailGap);
}

function endsInflected(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= 4) return false;
  const z = bytes[end - 1];
  const y = bytes[end - 2];
  return (z === 100 && y === 101) || (z === 103 && y === 110 && bytes[end - 3] === 105) || (z === 121 && y === 108);
}

function holdsSmallLetter(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (IS_LOWER[bytes[i]] === 1) return true;
  return false;
}

/**
 * Saves each key that `each` visits once; returns the number of each for those who refer to it. Until it is searched for
 * again a key remembers its number itself: thousands are saved with every checkpoint.
 */
export function saveKnownKeys(
  state: StateWriter,
  each: (visitor: (known: KnownKey) => void) => void,
): (known: KnownKey) => number {
  const keys: KnownKey[] = [];
  each((known) => {
    if (known.visit < 0 && keys[-1 - known.visit] === known) return;
    known.visit = -1 - keys.length;
    keys.push(known);
  });
  state.count(keys.length);
  for (const known of keys) {
    state.count(known.index);
    state.count(known.generation);
    state.count(known.tailGap);
    state.count(known.length);
    for (let i = 0; i < known.length; i++) {
      state.word(known.hash(i));
      state.count(known.kind(i));
      state.count(known.flags(i));
      state.count(known.rank(i));
    }
  }
  return (known) => -1 - known.visit;
}

export function loadKnownKeys(state: StateReader): KnownKey[] {
  return Array.from({ length: state.count() }, () => {
    const index = state.count();
    const generation = state.count();
    const tailGap = state.count();
    const length = state.count();
    const tokens: number[] = [];
    for (let i = 0; i < length; i++) tokens.push(state.word(), state.count(), state.count(), state.count());
    const known = new KnownKey(tokens, tailGap);
    known.index = index;
    known.generation = generation;
    return known;
  });
}
