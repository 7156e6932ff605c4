/**
 * What secrets look like at a place where they can be told: four bytes in a row, each of a class. The scan
 * (suspicion-scan.ts) finds where such shapes stand, the prefilter looks at what stands there. Nothing is concluded from
 * what stands before a text: on the wire that is its length, which may look like a letter.
 */
import { DIGIT, KEY, LETTER, TOKEN, UPPER } from './byte-kinds.ts';
import { PHONE_STEMS } from './finders/named-phone.ts';
import type { KeyWords } from './key-words.ts';
import type { RuleName } from './rules.ts';

/** What a shape may be of: bits. */
export const KEY_ENDS = 1;
export const WORDS = 2;
export const AT_SIGN = 4;
export const PHONES = 8;
export const IBANS = 16;
export const NUMBERS = 32;
export const DOTTED = 64;
export const COLONS = 128;

/** By byte: 1 for those of the class. */
export type ByteClass = Uint8Array;

export interface Shape {
  readonly kind: number;
  readonly bytes: readonly [ByteClass, ByteClass, ByteClass, ByteClass];
}

/** Shapes that are suspected wherever they stand. Numbers are not among them: see FOUR_DIGITS. */
export function shapesOf(
  rules: ReadonlySet<RuleName>,
  words: readonly string[],
  keyWords: readonly KeyWords[],
): readonly Shape[] {
  const shapes: Shape[] = words.map((word) => {
    const [first, second, third, fourth] = [...word].map(of);
    return { kind: WORDS, bytes: [first, second, third, fourth ?? TOKEN] };
  });
  if (rules.has('email') || rules.has('urlPassword'))
    shapes.push({ kind: AT_SIGN, bytes: [ANY, ANY, where((byte) => byte > 0x20), of('@')] });
  if (rules.has('phone')) shapes.push(...phoneShapes());
  if (rules.has('iban')) shapes.push({ kind: IBANS, bytes: [UPPER, UPPER, DIGIT, DIGIT] });
  if (rules.has('ipv4')) shapes.push({ kind: DOTTED, bytes: [ANY, DIGIT, of('.'), DIGIT] });
  if (rules.has('ipv6')) shapes.push({ kind: COLONS, bytes: [ANY, ANY, ANY, of(':')] });
  return [...shapes, ...keyShapes(keyWords)];
}

/** A plus and what follows it, area codes in brackets, which FOUR_DIGITS do not tell, and words that announce any number. */
function phoneShapes(): Shape[] {
  const fromOne = of('123456789');
  const beginnings: Shape['bytes'][] = [
    [ANY, ANY, of('+'), fromOne],
    [of('('), of('0'), fromOne, where((byte) => DIGIT[byte] === 1 || byte === CLOSE)],
  ];
  const stems = PHONE_STEMS.map((stem): Shape['bytes'] => {
    const [first, second, third, fourth] = [...stem].map((one) => letter(one.charCodeAt(0) & 31, LETTER));
    return [first, second, third, fourth ?? where((byte) => LETTER[byte] === 0 || (byte & 31) === LETTER_N)];
  });
  return [...beginnings, ...stems].map((bytes) => ({ kind: PHONES, bytes }));
}

/**
 * The last letters of a key, and what comes first of that which sets it apart from its value: `=`, `:`, the tag of an
 * attribute's value, which follows its key directly, or quotes, escaped ones too; or a blank, and `=` or `:` behind it.
 */
function keyShapes(keyWords: readonly KeyWords[]): Shape[] {
  const endings = new Set<number>();
  for (const words of keyWords) words.endings.forEach((one, ending) => one === 1 && endings.add(ending));
  return [...endings].flatMap((ending): Shape[] => {
    const third = letter(ending >> 10, KEY);
    const second = letter((ending >> 5) & 31, KEY);
    const last = letter(ending & 31, LETTER);
    return [
      { kind: KEY_ENDS, bytes: [third, second, last, of('=:\u0012"\'\\')] },
      { kind: KEY_ENDS, bytes: [second, last, of(' '), of('=:')] },
    ];
  });
}

/** A letter by its five bits, as in `KeyWords.endings`: large, small, and what else among `bytes` has these bits. */
function letter(bits: number, bytes: ByteClass): ByteClass {
  return where((byte) => (byte & 31) === bits && bytes[byte] === 1);
}

function where(holds: (byte: number) => boolean): ByteClass {
  return Uint8Array.from({ length: 256 }, (_, byte) => (holds(byte) ? 1 : 0));
}

function of(characters: string): ByteClass {
  return where((byte) => characters.includes(String.fromCharCode(byte)));
}

const CLOSE = 0x29;
/** Its five bits: of `telno`. */
const LETTER_N = 14;
const ANY = where(() => true);
/** Of which numbers consist: suspected behind THREE_DIGITS_JOINED, and behind eight digits more. */
export const FOUR_DIGITS: Shape = { kind: NUMBERS, bytes: [DIGIT, DIGIT, DIGIT, DIGIT] };
export const THREE_DIGITS_JOINED: Shape = { kind: NUMBERS, bytes: [DIGIT, DIGIT, DIGIT, of(' -')] };
