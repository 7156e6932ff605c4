/** Names of people in running text, only on request: `for user bob`, `invalid user bob`, `session opened for user bob`. */
import { LOWER, WORD } from '../byte-kinds.ts';
import { type Finder, found } from '../finder.ts';
import { startsWith } from './token.ts';

const USER = Buffer.from('user ');
/** Words before "user" that make a name of what follows it. */
const BEFORE = 'for by of as from invalid illegal unknown remote'.split(' ').map((word) => Buffer.from(`${word} `));

/** At the `u` of "user". */
export const findUserName: Finder = (bytes, at, start, end) => {
  if (!startsWith(bytes, at, end, USER) || !BEFORE.some((word) => endsWith(bytes, start, at, word))) return false;
  let first = at + USER.length;
  if (first < end && (bytes[first] === 0x27 || bytes[first] === 0x22)) first++;
  let last = first;
  while (
    last < end &&
    (WORD[bytes[last]] === 1 || (isJoin(bytes[last]) && last + 1 < end && WORD[bytes[last + 1]] === 1))
  )
    last++;
  return last > first && found(first, last);
};

function isJoin(byte: number): boolean {
  return byte === 0x2d || byte === 0x2e || byte === 0x40 || byte === 0x5c;
}

function endsWith(bytes: Uint8Array, start: number, end: number, word: Uint8Array): boolean {
  if (end - start < word.length) return false;
  for (let i = 0; i < word.length; i++) if (LOWER[bytes[end - word.length + i]] !== word[i]) return false;
  return end - word.length === start || WORD[bytes[end - word.length - 1]] === 0;
}
