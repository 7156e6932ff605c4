/** E-mail addresses: `local@domain` with a domain of two labels or more, the last of letters. */
import { ALPHANUMERIC, DOMAIN, LETTER, LOCAL_PART } from '../byte-kinds.ts';
import { type Finder, found } from '../finder.ts';

/** RFC 5321, 4.5.3.1. */
const MAX_LOCAL = 64;
const MAX_DOMAIN = 255;

/** At `@`. */
export const findEmail: Finder = (bytes, at, start, end) => {
  let first = at;
  const floor = Math.max(start, at - MAX_LOCAL);
  while (first > floor && LOCAL_PART[bytes[first - 1]] === 1) first--;
  while (first < at && bytes[first] === DOT) first++;
  if (first === at) return false;
  const last = endOfDomain(bytes, at + 1, end);
  return last > 0 && found(first, last);
};

/** Behind the domain that begins at `at`, -1 when there is none with two labels. */
export function endOfDomain(bytes: Uint8Array, at: number, end: number): number {
  const limit = Math.min(end, at + MAX_DOMAIN);
  if (at >= limit || (ALPHANUMERIC[bytes[at]] === 0 && bytes[at] < 128)) return -1;
  let last = at;
  while (last < limit && DOMAIN[bytes[last]] === 1 && !(bytes[last] === DOT && bytes[last - 1] === DOT)) last++;
  // The end of a sentence is no part of it: "write to a@b.org."
  while (last > at && (bytes[last - 1] === DOT || bytes[last - 1] === HYPHEN)) last--;
  const dot = bytes.lastIndexOf(DOT, last - 1);
  if (dot <= at || last - dot < 3) return -1;
  for (let i = dot + 1; i < last; i++) if (LETTER[bytes[i]] === 0 && bytes[i] < 128) return -1;
  return last;
}

const DOT = 0x2e;
const HYPHEN = 0x2d;
