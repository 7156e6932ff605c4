/**
 * Payment card numbers: 13 to 19 digits of a known issuer range that pass the Luhn check (ISO/IEC 7812-1), in one piece
 * or in the groups that are printed on cards. The ranges keep times, block ids and counters, which are as long, apart.
 */
import { DIGIT, WORD } from '../byte-kinds.ts';
import { type Finder, found } from '../finder.ts';

const MAX_DIGITS = 19;
/** The digits of the number being looked at. */
const digits = new Uint8Array(MAX_DIGITS);

/** Groups as printed: most, American Express, Diners Club, and UnionPay's longest. */
const GROUPS: readonly (readonly number[])[] = [
  [4, 4, 4, 4, 3],
  [4, 4, 4, 4],
  [4, 6, 5],
  [4, 6, 4],
];

/** At the first digit of a run. */
export const findCard: Finder = (bytes, at, start, end) => {
  if (at > start && !mayPrecede(bytes, at, start)) return false;
  if (bytes[at] < 0x32 || bytes[at] > 0x36) return false;
  const last = endOfCard(bytes, at, end);
  return last > 0 && (last === end || mayFollow(bytes, last, end)) && found(at, last);
};

/**
 * Behind the card number that begins at `at`; -1 when there is none.
 * @param strict Whether groups must not be followed directly by more letters or digits.
 */
export function endOfCard(bytes: Uint8Array, at: number, end: number, strict = true): number {
  let count = 0;
  while (at + count < end && count <= MAX_DIGITS && DIGIT[bytes[at + count]] === 1) count++;
  if (count >= 13 && count <= MAX_DIGITS) {
    for (let i = 0; i < count; i++) digits[i] = bytes[at + i] - 0x30;
    return isCard(count) ? at + count : -1;
  }
  if (count !== 4) return -1;
  const separator = bytes[at + 4];
  if (separator !== 0x20 && separator !== 0x2d) return -1;
  // The second group is of four digits or of six: dates are not looked at any further.
  if (bytes[at + 9] !== separator && bytes[at + 11] !== separator) return -1;
  for (const groups of GROUPS) {
    const last = endOfGroups(bytes, at, end, groups, separator);
    if (last > 0 && (!strict || last === end || WORD[bytes[last]] === 0)) return last;
  }
  return -1;
}

function endOfGroups(bytes: Uint8Array, at: number, end: number, groups: readonly number[], separator: number): number {
  let count = 0;
  for (let g = 0; g < groups.length; g++) {
    if (g > 0 && (at >= end || bytes[at++] !== separator)) return -1;
    for (let i = 0; i < groups[g]; i++) {
      if (at >= end || DIGIT[bytes[at]] === 0) return -1;
      digits[count++] = bytes[at++] - 0x30;
    }
  }
  return isCard(count) ? at : -1;
}

/** Issuer ranges with the lengths they are given in, and Luhn. */
function isCard(count: number): boolean {
  const two = digits[0] * 10 + digits[1];
  const four = two * 100 + digits[2] * 10 + digits[3];
  const known =
    (digits[0] === 4 && (count === 13 || count === 16 || count === 19)) ||
    (((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) && count === 16) ||
    ((two === 34 || two === 37) && count === 15) ||
    (((four >= 3000 && four <= 3059) || two === 36 || two === 38 || two === 39) && count === 14) ||
    ((four === 6011 || (four >= 6440 && four <= 6599)) && (count === 16 || count === 19)) ||
    (four >= 3528 && four <= 3589 && count >= 16) ||
    (two === 62 && count >= 16) ||
    ((two === 50 || (two >= 56 && two <= 58) || two === 63 || two === 67) && count >= 16);
  return known && passesLuhn(count);
}

function passesLuhn(count: number): boolean {
  let sum = 0;
  for (let i = count - 1, double = false; i >= 0; i--, double = !double) {
    const digit = double ? digits[i] * 2 : digits[i];
    sum += digit > 9 ? digit - 9 : digit;
  }
  return sum % 10 === 0;
}

/** `blk_-4000…`, `x.4000…` and `-4000…` are no cards; `card-4000…` may be one. */
function mayPrecede(bytes: Uint8Array, at: number, start: number): boolean {
  const before = bytes[at - 1];
  if (before === 0x2d) return at - 1 > start && bytes[at - 2] !== 0x5f && WORD[bytes[at - 2]] === 1;
  return WORD[before] === 0 && before !== 0x2e;
}

function mayFollow(bytes: Uint8Array, last: number, end: number): boolean {
  if (WORD[bytes[last]] === 1) return false;
  // A fraction, or a longer number in groups.
  const joined = bytes[last] === 0x2e || bytes[last] === 0x2d;
  return !(joined && last + 1 < end && DIGIT[bytes[last + 1]] === 1);
}
