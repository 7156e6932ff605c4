/**
 * Tells quickly that bytes hold no secret: a scan of the whole request, protobuf and all, finds where shapes of secrets
 * stand (suspicion-scan.ts), and what stands there is looked at once more, cheaply. It may suspect too much, never too
 * little: what the exact finders would find is always suspected (redactor.test.ts).
 */
import { DIGIT, DOMAIN, LETTER, UPPER } from './byte-kinds.ts';
import { endOfCard } from './finders/card.ts';
import { endOfIban } from './finders/iban.ts';
import { endOfKeyBefore } from './finders/key-value.ts';
import { endOfApiKey, isAwsKey, isBearer } from './finders/token.ts';
import type { KeyWords } from './key-words.ts';
import { suspectsPhone, suspectsPhoneDigits } from './phone-suspicion.ts';
import type { RuleSet } from './rules.ts';
import { suspicionScan } from './suspicion-scan.ts';
import {
  AT_SIGN,
  COLONS,
  DOTTED,
  FOUR_DIGITS,
  IBANS,
  KEY_ENDS,
  NUMBERS,
  PHONES,
  type Shape,
  shapesOf,
  WORDS,
} from './suspicion-shapes.ts';
import type { SuspicionScan } from './suspicions.ts';
import { tablesOf } from './suspicion-tables.ts';
import { beginsOf, threeAt, wordsOf } from './token-words.ts';

/** What follows a text on the wire may look like digits: the next attribute begins with the byte "2" and its length. */
const DIGITS_BEHIND = 4;
const FEWEST_OF_CARD = 13;

export class Prefilter {
  readonly #scan: SuspicionScan;
  /** By the last of the four bytes of a shape: what it may be of. */
  readonly #kinds: Uint8Array;
  readonly #begins: Uint8Array;
  readonly #keyWords: readonly KeyWords[];
  /** The digits before this place are no card number. */
  #digitsEnd = 0;
  /** No user and password of a URL stand before the sign here. */
  #noUserBefore = 0;

  /** @param vectors Whether vector instructions are used where there are any. */
  constructor(rules: RuleSet, vectors = true) {
    const { enabled } = rules;
    const words = wordsOf(enabled);
    this.#begins = beginsOf(words);
    this.#keyWords = [rules.secretKeys, rules.userKeys].filter((one) => one !== undefined);
    const shapes = shapesOf(enabled, words, this.#keyWords);
    const numbers = enabled.has('card') || enabled.has('phone');
    this.#kinds = kindsOf(numbers ? [...shapes, FOUR_DIGITS] : shapes);
    this.#scan = suspicionScan(tablesOf(shapes, numbers), vectors);
  }

  /** Begins with another request. */
  start(): void {
    this.#scan.start();
    this.#digitsEnd = this.#noUserBefore = 0;
  }

  /** The next place of suspicion at `from` or behind it, -1 for none. What stands before `from` is read as well. */
  find(bytes: Uint8Array, from: number): number {
    for (let at = this.#scan.next(bytes, from); at >= 0;) {
      if (this.#confirms(bytes, at, bytes.length)) return at;
      // Nothing but the same number ends within its digits.
      at = this.#scan.next(bytes, Math.max(at + 1, this.#digitsEnd));
    }
    return -1;
  }

  /** Is there what one of the shapes whose last byte is at `at` stands for? */
  #confirms(bytes: Uint8Array, at: number, end: number): boolean {
    const kinds = this.#kinds[bytes[at]];
    // Four digits are no shape but that of numbers.
    if ((kinds & NUMBERS) !== 0 && DIGIT[bytes[at - 1]] + DIGIT[bytes[at - 2]] + DIGIT[bytes[at - 3]] === 3)
      return this.#isNumber(bytes, at, end);
    if ((kinds & KEY_ENDS) !== 0 && this.#isBehindKey(bytes, at)) return true;
    if ((kinds & WORDS) !== 0 && this.#begins[threeAt(bytes, at - 3)] === 1 && beginsToken(bytes, at - 3, end))
      return true;
    if ((kinds & AT_SIGN) !== 0 && this.#isAddress(bytes, at, end)) return true;
    if ((kinds & PHONES) !== 0 && suspectsPhone(bytes, at, end)) return true;
    if ((kinds & IBANS) !== 0 && UPPER[bytes[at - 2]] === 1 && endOfIban(bytes, at - 3, end) > 0) return true;
    if ((kinds & DOTTED) !== 0 && bytes[at - 1] === DOT && isIpv4(bytes, at - 1)) return true;
    return (kinds & COLONS) !== 0 && isIpv6(bytes, at, end);
  }

  /** Is a card or telephone number around the four digits that end at `at`? */
  #isNumber(bytes: Uint8Array, at: number, end: number): boolean {
    const joint = bytes[at - 4];
    if (DIGIT[joint] === 0) return isCardInGroups(bytes, at, joint, end) || suspectsPhoneDigits(bytes, at, joint, end);
    let first = at - 4;
    while (first > 0 && DIGIT[bytes[first - 1]] === 1) first--;
    let last = at + 1;
    while (last < end && DIGIT[bytes[last]] === 1) last++;
    this.#digitsEnd = last;
    if (last - first < FEWEST_OF_CARD || isOfBlock(bytes, first)) return false;
    // The first may be a length.
    return isCard(bytes, first, last) || isCard(bytes, first + 1, last);
  }

  /** Does a telling key end before `at`, and does what follows it set it apart from a value? */
  #isBehindKey(bytes: Uint8Array, at: number): boolean {
    let separator = at;
    if (bytes[separator] === BACKSLASH) separator++;
    if (bytes[separator] === QUOTE || bytes[separator] === APOSTROPHE) separator++;
    if (bytes[separator] === BLANK) separator++;
    if (!isSeparator(bytes[separator])) return false;
    const keyEnd = endOfKeyBefore(bytes, separator, 0);
    for (const words of this.#keyWords) if (words.endKey(bytes, 0, keyEnd)) return true;
    return false;
  }

  /** An e-mail address, or a URL with user and password, around the sign at `at`. */
  #isAddress(bytes: Uint8Array, at: number, end: number): boolean {
    const limit = Math.min(end, at + 260);
    for (let i = at + 1; i < limit && DOMAIN[bytes[i]] === 1; i++)
      if (bytes[i] === DOT && i + 2 < limit && isNameByte(bytes[i + 1]) && isNameByte(bytes[i + 2])) return true;
    // A sign before this one has looked at the same.
    const floor = Math.max(this.#noUserBefore, at - 520);
    for (let i = at - 1; i > floor && bytes[i] > BLANK; i--)
      if (bytes[i] === SLASH && bytes[i - 1] === SLASH) return true;
    this.#noUserBefore = at;
    return false;
  }
}

function kindsOf(shapes: readonly Shape[]): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) =>
    shapes.reduce((kinds, { kind, bytes }) => (bytes[3][byte] === 1 ? kinds | kind : kinds), 0),
  );
}

/** The tag of an attribute's value among them. */
function isSeparator(byte: number): boolean {
  return byte === EQUALS || byte === COLON || byte === VALUE_TAG;
}

/** No card stands behind `blk_` or `blk_-`; what follows a letter is no length, so that this is text. */
function isOfBlock(bytes: Uint8Array, first: number): boolean {
  const i = bytes[first - 1] === HYPHEN ? first - 2 : first - 1;
  return bytes[i] === UNDERSCORE && LETTER[bytes[i - 1]] === 1;
}

/** A card number among the digits `bytes[at, last)`, also when some behind it do not belong to it. */
function isCard(bytes: Uint8Array, at: number, last: number): boolean {
  if (!mayBeginCard(bytes[at])) return false;
  for (let less = 0; less <= DIGITS_BEHIND && last - at - less >= FEWEST_OF_CARD; less++)
    if (endOfCard(bytes, at, last - less) > 0) return true;
  return false;
}

/** A card number of which four digits end at `at`, behind a group of four: the next group is of four or six. */
function isCardInGroups(bytes: Uint8Array, at: number, joint: number, end: number): boolean {
  if (bytes[at + 1] !== joint && bytes[at + 3] !== joint) return false;
  return mayBeginCard(bytes[at - 8]) && endOfCard(bytes, at - 8, end, false) > 0;
}

function mayBeginCard(byte: number): boolean {
  return byte >= 0x32 && byte <= 0x36;
}

function isNameByte(byte: number): boolean {
  return LETTER[byte] === 1 || byte >= 128;
}

/** A token, or what stands before one, at `at`. */
function beginsToken(bytes: Uint8Array, at: number, end: number): boolean {
  switch (bytes[at]) {
    case 0x65:
      return bytes[at + 1] === 0x79 && bytes[at + 2] === 0x4a;
    case 0x42:
    case 0x62:
      return isBearer(bytes, at, end) || (bytes[at - 1] === HYPHEN && bytes[at + 1] === 0x45 && bytes[at + 2] === 0x47);
    case 0x75:
      return bytes[at + 3] === 0x72 && bytes[at + 4] === 0x20;
    default:
      return isAwsKey(bytes, at, end) || endOfApiKey(bytes, at, end) > 0;
  }
}

/** Four numbers with dots between, of which the first dot is at `at`. */
function isIpv4(bytes: Uint8Array, at: number): boolean {
  let i = at;
  for (let part = 0; part < 3; part++) {
    if (bytes[i++] !== DOT) return false;
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

const VALUE_TAG = 0x12;
const BLANK = 0x20;
const QUOTE = 0x22;
const APOSTROPHE = 0x27;
const HYPHEN = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const COLON = 0x3a;
const EQUALS = 0x3d;
const BACKSLASH = 0x5c;
const UNDERSCORE = 0x5f;
