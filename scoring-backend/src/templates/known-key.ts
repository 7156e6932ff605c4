/**
 * A key that was assigned to a template, with what the pair model needs to know of its words. Plain arrays: there are
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

export interface KnownKey {
  /** The template, and which of the successive owners of its index. */
  index: number;
  generation: number;
  readonly hash: readonly number[];
  readonly kind: readonly number[];
  readonly flags: readonly number[];
  /** Rank in the vocabulary, 0 for other words. */
  readonly rank: readonly number[];
  readonly tailGap: number;
  /** First token of the message proper, and the number of tokens that are not structure. */
  readonly first: number;
  readonly words: number;
  /** Which search met this key last, so that a search meets it once. Not part of the state. */
  visit: number;
}

/** The key read last, as one to be remembered. */
export function rememberedKey(key: MessageKey): KnownKey {
  const hash: number[] = [];
  const kind: number[] = [];
  const flags: number[] = [];
  const rank: number[] = [];
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
    hash.push(key.hash[i]);
    kind.push(key.kind[i]);
    flags.push(flag);
    rank.push(known ?? 0);
  }
  const { tailGap } = key;
  return { index: -1, generation: 0, ...fitted(hash, kind, flags, rank), tailGap, ...extent(kind), visit: 0 };
}

/** Without the room that arrays keep to grow. */
function fitted(
  hash: readonly number[],
  kind: readonly number[],
  flags: readonly number[],
  rank: readonly number[],
): Pick<KnownKey, 'hash' | 'kind' | 'flags' | 'rank'> {
  return { hash: hash.slice(), kind: kind.slice(), flags: flags.slice(), rank: rank.slice() };
}

function extent(kind: readonly number[]): { first: number; words: number } {
  let first = -1;
  let words = 0;
  for (let i = 0; i < kind.length; i++) {
    if (kind[i] === STRUCTURE) continue;
    if (first < 0) first = i;
    words++;
  }
  return { first: first < 0 ? kind.length : first, words };
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

/** Saves each key once; returns the number of each for those who refer to it. */
export function saveKnownKeys(state: StateWriter, keys: Iterable<KnownKey>): (known: KnownKey) => number {
  const numbers = new Map<KnownKey, number>();
  for (const known of keys) if (!numbers.has(known)) numbers.set(known, numbers.size);
  state.count(numbers.size);
  for (const known of numbers.keys()) {
    state.count(known.index);
    state.count(known.generation);
    state.count(known.tailGap);
    state.count(known.hash.length);
    for (let i = 0; i < known.hash.length; i++) {
      state.word(known.hash[i]);
      state.count(known.kind[i]);
      state.count(known.flags[i]);
      state.count(known.rank[i]);
    }
  }
  return (known) => numbers.get(known) ?? 0;
}

export function loadKnownKeys(state: StateReader): KnownKey[] {
  return Array.from({ length: state.count() }, () => {
    const index = state.count();
    const generation = state.count();
    const tailGap = state.count();
    const length = state.count();
    const hash: number[] = [];
    const kind: number[] = [];
    const flags: number[] = [];
    const rank: number[] = [];
    for (let i = 0; i < length; i++) {
      hash.push(state.word());
      kind.push(state.count());
      flags.push(state.count());
      rank.push(state.count());
    }
    return {
      index,
      generation,
      ...fitted(hash, kind, flags, rank),
      tailGap,
      ...extent(kind),
      visit: 0,
    };
  });
}
