/**
 * Tells quickly that bytes hold no secret: one walk over the whole request, protobuf and all, two bytes a step, by a table
 * of pairs; what pairs in a row suspect is looked at once more, cheaply. It may suspect too much, never too little: what
 * the exact finders would find is always suspected (redactor.test.ts).
 */
import { DIGIT, DOMAIN, LETTER, NUMERIC } from './byte-kinds.ts';
import { endOfCard } from './finders/card.ts';
import { endOfIban } from './finders/iban.ts';
import { endOfKeyBefore } from './finders/key-value.ts';
import { endOfNorthAmerican } from './finders/phone.ts';
import { endOfApiKey, isAwsKey, isBearer } from './finders/token.ts';
import { endingAt, type KeyWords } from './key-words.ts';
import {
  AT_SIGN,
  BEGIN,
  COLONS,
  DOTTED,
  IBAN_ENDS,
  isSeparator,
  KEY_ENDS,
  NUMBER_ENDS,
  type PairTable,
  pairTable,
  PLUS,
  SUSPECT,
  WORDS,
} from './pair-table.ts';
import type { RuleSet } from './rules.ts';
import { threeAt, type WordTable, wordTable } from './token-words.ts';

/** What follows a text on the wire may look like digits: the next attribute begins with the byte "2" and its length. */
const DIGITS_BEHIND = 4;
const FEWEST_OF_CARD = 13;

export class Prefilter {
  readonly #table: PairTable;
  readonly #words: WordTable;
  readonly #keyWords: readonly KeyWords[];
  /** The endings of all of them. */
  readonly #endings = new Uint8Array(1 << 15);

  constructor(rules: RuleSet) {
    this.#words = wordTable(rules.enabled);
    this.#keyWords = [rules.secretKeys, rules.userKeys].filter((words) => words !== undefined);
    this.#table = pairTable(rules.enabled, this.#words, this.#keyWords);
    for (const { endings } of this.#keyWords) endings.forEach((one, i) => (this.#endings[i] |= one));
  }

  /** The place of the first suspicion in `bytes[from, end)`, -1 for none. What stands before `from` is read as well. */
  find(bytes: Uint8Array, view: DataView, from: number, end: number): number {
    const { steps, kinds } = this.#table;
    const last = end - 1;
    stepsTaken = 0;
    for (let at = nextSuspicion(view, steps, from, last); at >= 0; at = nextSuspicion(view, steps, at, last)) {
      if ((stepsTaken & KEY_ENDS) !== 0 && (this.#isKeyBefore(bytes, at) || this.#isKeyBefore(bytes, at + 1)))
        return at;
      if ((stepsTaken & IBAN_ENDS) !== 0 && (endOfIban(bytes, at - 10, end) > 0 || endOfIban(bytes, at - 9, end) > 0))
        return at;
      const kind = kinds[bytes[at] | (bytes[at + 1] << 8)];
      if (kind !== 0 && this.#confirms(bytes, kind, at, end)) return at;
      if ((stepsTaken & NUMBER_ENDS) === 0) {
        at += 2;
        continue;
      }
      const behind = behindNumbers(bytes, at, end);
      if (behind < 0) return at;
      at = behind;
      stepsTaken = 0;
    }
    return -1;
  }

  #confirms(bytes: Uint8Array, kind: number, at: number, end: number): boolean {
    if ((kind & WORDS) !== 0 && this.#isToken(bytes, at, end)) return true;
    if ((kind & AT_SIGN) !== 0)
      for (let i = at; i < at + 2; i++) if (bytes[i] === AT && isAddress(bytes, i, end)) return true;
    if ((kind & PLUS) !== 0)
      for (let i = at; i < at + 2; i++) if (bytes[i] === PLUS_SIGN && isPhone(bytes, i, end)) return true;
    return ((kind & DOTTED) !== 0 && isIpv4(bytes, at)) || ((kind & COLONS) !== 0 && isIpv6(bytes, at, end));
  }

  /** Is there a separator at `at`, and before it a key that ends as the telling ones do? */
  #isKeyBefore(bytes: Uint8Array, at: number): boolean {
    if (!isSeparator(bytes[at])) return false;
    const keyEnd = endOfKeyBefore(bytes, at, 0);
    if (keyEnd < 3 || this.#endings[endingAt(bytes, keyEnd)] === 0) return false;
    for (const words of this.#keyWords) if (words.endKey(bytes, 0, keyEnd)) return true;
    return false;
  }

  /** Does one of the words that the pair at `at` may be of begin a token? */
  #isToken(bytes: Uint8Array, at: number, end: number): boolean {
    const { back, begins } = this.#words;
    for (let offsets = back[bytes[at] | (bytes[at + 1] << 8)], i = at; offsets > 0; offsets >>= 1, i--)
      if ((offsets & 1) === 1 && i >= 0 && begins[threeAt(bytes, i)] === 1 && beginsToken(bytes, i, end)) return true;
    return false;
  }
}

/** Steps that the last pair looked at is: where `nextSuspicion` goes on, and why it stopped. */
let stepsTaken = 0;

/**
 * The next pair that is the last step of a chain, -1 for none. A loop of its own, without calls and with two pairs a turn,
 * for its speed.
 */
function nextSuspicion(view: DataView, steps: Int32Array, at: number, last: number): number {
  let taken = stepsTaken;
  for (; at < last - 2; at += 4) {
    const four = view.getInt32(at, true);
    const first = ((taken << 1) | BEGIN) & steps[four & 0xffff];
    taken = ((first << 1) | BEGIN) & steps[four >>> 16];
    if (((first | taken) & SUSPECT) === 0) continue;
    if ((first & SUSPECT) === 0) at += 2;
    else taken = first;
    stepsTaken = taken;
    return at;
  }
  if (at < last) {
    stepsTaken = ((taken << 1) | BEGIN) & steps[view.getUint16(at, true)];
    if ((stepsTaken & SUSPECT) !== 0) return at;
  }
  return -1;
}

/** Behind the run of digits around `at` when it holds nothing, -1 when it may. */
function behindNumbers(bytes: Uint8Array, at: number, end: number): number {
  let first = at;
  while (first > 0 && NUMERIC[bytes[first - 1]] === 1) first--;
  let digits = 0;
  let joined = false;
  let last = first;
  for (; last < end && NUMERIC[bytes[last]] === 1; last++) {
    digits += DIGIT[bytes[last]];
    joined ||= bytes[last] === HYPHEN;
  }
  // Dates and times are no more than ten digits; without a hyphen there is no telephone number.
  if ((digits >= FEWEST_OF_CARD && holdsCard(bytes, first, last)) || (joined && holdsPhone(bytes, first, last, end)))
    return -1;
  return last;
}

function holdsCard(bytes: Uint8Array, first: number, last: number): boolean {
  let i = first;
  // No card stands behind `blk_` or `blk_-`; what follows a letter is no length, so that this is text.
  if (bytes[first - 1] === UNDERSCORE && LETTER[bytes[first - 2]] === 1) {
    if (bytes[i] === HYPHEN) i++;
    while (i < last && DIGIT[bytes[i]] === 1) i++;
  } else if (DIGIT[bytes[first]] === 1 && isCard(bytes, first + 1, last)) return true; // The first may be a length.
  for (; i < last; i++) {
    if (DIGIT[bytes[i]] === 0) continue;
    if (isCard(bytes, i, last)) return true;
    while (i < last && DIGIT[bytes[i + 1]] === 1) i++;
  }
  return false;
}

function holdsPhone(bytes: Uint8Array, first: number, last: number, end: number): boolean {
  for (let i = first; i < last; i++)
    if ((bytes[i + 3] === HYPHEN || bytes[i] === OPEN) && endOfNorthAmerican(bytes, i, end) > 0) return true;
  return false;
}

/** A card number at `at`, also when digits that do not belong to it follow directly. */
function isCard(bytes: Uint8Array, at: number, last: number): boolean {
  if (bytes[at] < 0x32 || bytes[at] > 0x36) return false;
  let digits = at;
  while (digits < last && DIGIT[bytes[digits]] === 1) digits++;
  for (let less = 0; less <= DIGITS_BEHIND && digits - at - less >= FEWEST_OF_CARD; less++)
    if (endOfCard(bytes, at, digits - less) > 0) return true;
  return digits - at >= 4 && digits - at < FEWEST_OF_CARD && endOfCard(bytes, at, last, false) > 0;
}

/** An e-mail address, or a URL with user and password, around the sign at `at`. */
function isAddress(bytes: Uint8Array, at: number, end: number): boolean {
  if (at === 0 || bytes[at - 1] <= 0x20) return false;
  const limit = Math.min(end, at + 260);
  for (let i = at + 1; i < limit && DOMAIN[bytes[i]] === 1; i++)
    if (bytes[i] === 0x2e && i + 2 < limit && isNameByte(bytes[i + 1]) && isNameByte(bytes[i + 2])) return true;
  const floor = Math.max(0, at - 520);
  for (let i = at - 1; i > floor && bytes[i] > 0x20; i--) if (bytes[i] === SLASH && bytes[i - 1] === SLASH) return true;
  return false;
}

function isNameByte(byte: number): boolean {
  return LETTER[byte] === 1 || byte >= 128;
}

/** Eight digits behind the sign, whatever joins them. */
function isPhone(bytes: Uint8Array, at: number, end: number): boolean {
  if (at + 1 >= end || bytes[at + 1] < 0x31 || bytes[at + 1] > 0x39) return false;
  let digits = 0;
  const limit = Math.min(end, at + 32);
  for (let i = at + 1; i < limit; i++) {
    if (DIGIT[bytes[i]] === 1) {
      if (++digits === 8) return true;
    } else if (NUMERIC[bytes[i]] === 0 && bytes[i] !== 0x2e) return false;
  }
  return false;
}

/** A token, or what stands before one, at `at`. */
function beginsToken(bytes: Uint8Array, at: number, end: number): boolean {
  switch (bytes[at]) {
    case 0x65:
      return bytes[at + 1] === 0x79 && bytes[at + 2] === 0x4a;
    case 0x42:
    case 0x62:
      return isBearer(bytes, at, end) || (bytes[at + 1] === 0x45 && bytes[at + 2] === 0x47);
    case 0x75:
      return bytes[at + 3] === 0x72 && bytes[at + 4] === 0x20;
    default:
      return isAwsKey(bytes, at, end) || endOfApiKey(bytes, at, end) > 0;
  }
}

/** Four numbers with dots between, of which the first dot is in the pair at `at`. */
function isIpv4(bytes: Uint8Array, at: number): boolean {
  let i = bytes[at] === 0x2e ? at : at + 1;
  for (let part = 0; part < 3; part++) {
    if (bytes[i++] !== 0x2e) return false;
    const first = i;
    while (i - first < 3 && DIGIT[bytes[i]] === 1) i++;
    if (i === first) return false;
  }
  return true;
}

function isIpv6(bytes: Uint8Array, at: number, end: number): boolean {
  let colons = 0;
  for (let i = Math.max(0, at - 8); i < Math.min(end, at + 8); i++) if (bytes[i] === COLON) colons++;
  return colons >= 2;
}

const OPEN = 0x28;
const PLUS_SIGN = 0x2b;
const HYPHEN = 0x2d;
const SLASH = 0x2f;
const COLON = 0x3a;
const AT = 0x40;
const UNDERSCORE = 0x5f;
