/** Words that begin tokens: by their first bytes the prefilter tells them. */
import { KEY_PREFIXES } from './finders/token.ts';
import type { RuleName } from './rules.ts';

const WORDS_OF: Readonly<Partial<Record<RuleName, readonly string[]>>> = {
  jwt: ['eyJ'],
  bearer: ['Bearer ', 'bearer ', 'BEARER '],
  awsKey: ['AKIA', 'ASIA'],
  apiKey: KEY_PREFIXES.map(({ prefix }) => prefix),
  privateKey: ['BEGIN '],
  userName: ['user '],
};

/** The words of the rules, of three bytes or more. */
export function wordsOf(rules: ReadonlySet<RuleName>): readonly string[] {
  return Object.entries(WORDS_OF).flatMap(([rule, list]) => (rules.has(rule as RuleName) ? list : []));
}

/** By `threeAt`: 1 for the first three bytes of a word. */
export function beginsOf(words: readonly string[]): Uint8Array {
  const begins = new Uint8Array(THREES);
  for (const word of words) begins[threeAt(Buffer.from(word), 0)] = 1;
  return begins;
}

/** A hash of the three bytes at `at`. */
export function threeAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] * 7 + bytes[at + 1] * 61 + bytes[at + 2] * 599) & (THREES - 1);
}

const THREES = 8192;
