/** Finds the longest known error phrase at a place of a line: it is the value of a `%s`, however many words it has. */
import { hashByte, hashWord, HASH_SEED, LOWER } from './byte-classes.ts';
import { ERROR_PHRASES } from './error-phrase-list.ts';

const MAX_WORDS = 9;
const BEGINNING = 1;
const WHOLE = 2;

function extend(phrase: number, word: number): number {
  return Math.imul(phrase ^ word, 0x85ebca6b) ^ (phrase >>> 13);
}

/** Hash of each phrase and of each beginning of one, made of whole words. */
const PHRASES = new Map<number, typeof BEGINNING | typeof WHOLE>();
for (const phrase of ERROR_PHRASES) {
  const words = phrase.split(/[ ,()'`]+/).filter((word) => word !== '');
  let hash = 7;
  for (const [i, word] of words.entries()) {
    hash = extend(hash, hashWord(word));
    if (i === words.length - 1) PHRASES.set(hash, WHOLE);
    else if (!PHRASES.has(hash)) PHRASES.set(hash, BEGINNING);
  }
}

/** The first two bytes of the phrases, in small letters: nearly every word of a line is dismissed by them. */
const BEGINNINGS = new Uint8Array(1 << 16);
for (const phrase of ERROR_PHRASES) BEGINNINGS[(phrase.charCodeAt(0) << 8) | phrase.charCodeAt(1)] = 1;

const ENDS_WORD = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 33 || [...',()\'`;:"]'].some((c) => c.charCodeAt(0) === byte) ? 1 : 0,
);

/** After the longest phrase that begins at `at`, or -1. */
export function afterErrorPhrase(bytes: Uint8Array, at: number, end: number): number {
  if (at + 1 >= end || BEGINNINGS[(LOWER[bytes[at]] << 8) | LOWER[bytes[at + 1]]] === 0) return -1;
  let phrase = 7;
  let best = -1;
  let i = at;
  for (let words = 0; words < MAX_WORDS; words++) {
    const start = i;
    let word = HASH_SEED;
    let beforeDot = word;
    while (i < end && ENDS_WORD[bytes[i]] === 0) {
      beforeDot = word;
      word = hashByte(word, LOWER[bytes[i++]]);
    }
    if (i === start) break;
    phrase = extend(phrase, i > start + 1 && bytes[i - 1] === 46 ? beforeDot : word);
    const known = PHRASES.get(phrase);
    if (known === undefined) break;
    if (known === WHOLE) best = i;
    while (i < end && bytes[i] === 32) i++;
  }
  return best;
}
