/** Names of several words in running text: "Started Daily Cleanup of Temporary Directories", "Finished Order Export Task." */
import { hashLower, IS_LETTER, IS_LOWER, IS_UPPER } from './byte-classes.ts';
import { tokens } from './tokens.ts';
import { FUNCTION_WORD, kindOfWord, STATE_WORDS } from './vocabulary.ts';

/** Fewer words with a capital may say what happened: "Link Down", "Invalid User". */
const MIN_WORDS = 3;

/**
 * After the words with a capital that begin at `start`, with the small words between them ("of", "for"), or -1. They name
 * something when they follow a constant word directly and none of them says what happened.
 */
export function afterTitleName(bytes: Uint8Array, start: number, end: number): number {
  if (IS_UPPER[bytes[start]] === 0 || tokens.gap === 1 || tokens.end[tokens.count - 1] !== start - 1) return -1;
  let words = 0;
  let after = start;
  let at = start;
  while (at < end) {
    const from = at;
    while (at < end && (IS_LETTER[bytes[at]] === 1 || bytes[at] === 45)) at++;
    if (at === from) break;
    const lower = hashLower(bytes, from, at);
    if (IS_UPPER[bytes[from]] === 1) {
      if (IS_LOWER[bytes[at - 1]] === 1) {
        if (STATE_WORDS.has(lower)) return -1;
        words++;
      }
      after = at;
    } else if (kindOfWord(lower) !== FUNCTION_WORD) break;
    if (bytes[at] !== 32) break;
    at++;
  }
  return words < MIN_WORDS ? -1 : after;
}
