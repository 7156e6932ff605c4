/** Where a word of running text ends, and what stands around it. */
import { hashLower, IS_ALPHANUMERIC, IS_DELIMITER, IS_HEX, IS_LETTER, IS_LOWER } from './byte-classes.ts';
import { tokens } from './tokens.ts';
import { PREPOSITIONS } from './vocabulary.ts';

/** Begins the rest of a path after `/`: a name, `..`, `~`, `_`, or the query of a URL. */
export const BEGINS_PATH = Uint8Array.from({ length: 256 }, (_, byte) =>
  IS_ALPHANUMERIC[byte] === 1 || '.~_?'.includes(String.fromCharCode(byte)) ? 1 : 0,
);

/** The state in `state: running` and `(state: running, …)`. */
export function isLoneAfterColon(bytes: Uint8Array, start: number, at: number, end: number): boolean {
  if (bytes[start - 1] !== 32 || bytes[start - 2] !== 58) return false;
  if (at >= end) return true;
  const next = bytes[at];
  return next === 44 || next === 59 || next === 41 || next === 93;
}

/** `ed` of 88:75:56:a0:95:ed. */
export function isAddressPart(bytes: Uint8Array, at: number, end: number): boolean {
  if (IS_HEX[bytes[at]] + IS_HEX[bytes[at + 1]] < 2) return false;
  const before = bytes[at - 1] === 58 && IS_HEX[bytes[at - 2]] + IS_HEX[bytes[at - 3]] === 2;
  return (
    before ||
    (at + 5 <= end &&
      bytes[at + 2] === 58 &&
      IS_HEX[bytes[at + 3]] + IS_HEX[bytes[at + 4]] === 2 &&
      (at + 5 === end || IS_ALPHANUMERIC[bytes[at + 5]] === 0))
  );
}

/** Whether the token before is a preposition, with nothing between. */
export function followsPreposition(bytes: Uint8Array, start: number): boolean {
  const last = tokens.count - 1;
  if (tokens.gap === 1 || tokens.end[last] !== start - 1) return false;
  return PREPOSITIONS.has(hashLower(bytes, tokens.start[last], tokens.end[last]));
}

/** Words hold apostrophes (don't), the `::` of qualified names and the `<` of constructors (org.acme.Order.<init>). */
export function endOfWord(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const byte = bytes[at];
    if (IS_DELIMITER[byte] === 0) {
      // A leader of dots parts a word from its value: "address space.........0".
      if (byte === 46 && at > start && bytes[at + 1] === 46 && bytes[at + 2] === 46 && at + 3 < end) break;
      at++;
      continue;
    }
    if (at === start || at + 1 >= end) break;
    if (byte === 39 && IS_LOWER[bytes[at + 1]] === 1 && IS_LOWER[bytes[at - 1]] === 1) at += 2;
    else if (byte === 58 && bytes[at + 1] === 58 && at + 2 < end && isQualifier(bytes, at)) at += 2;
    else if (byte === 60 && bytes[at - 1] === 46) at++;
    else break;
  }
  return at;
}

/** The `::` of `std::string`, unlike that of an IPv6 address. */
function isQualifier(bytes: Uint8Array, at: number): boolean {
  return IS_LETTER[bytes[at + 2]] === 1 && IS_HEX[bytes[at - 1]] === 0;
}
