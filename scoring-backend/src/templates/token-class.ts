/** The kind of one token, by its shape and the vocabulary. */
import {
  hashBytes,
  hashByte,
  hashLower,
  HASH_SEED,
  IS_DIGIT,
  IS_HEX,
  IS_LOWER,
  IS_UPPER,
  LOWER,
} from './byte-classes.ts';
import { CAPITAL_WORD, kindOfWord, NOTHING, TERMS_WITH_DIGITS, UNKNOWN, VARIABLE, WORD } from './vocabulary.ts';

/** What `classify` found besides the kind: the token without the punctuation around it, and its hash. */
export const token = { hash: 0, start: 0, end: 0 };

/** Most digits in the name of a function that begins a message. */
export const MAX_SYMBOL_DIGITS = 2;

/** The kind of the token `[start, end)`; `first`: nothing of the message stands before it. */
export function classify(bytes: Uint8Array, start: number, end: number, first: boolean): number {
  const kind = classifyUnsigned(bytes, start, end, first);
  // +link and -link: what came and what went.
  if (first && token.start === start + 1 && (kind === WORD || kind === UNKNOWN))
    if (bytes[start] === 43 || bytes[start] === 45) token.hash = hashByte(token.hash, bytes[start]);
  return kind;
}

function classifyUnsigned(bytes: Uint8Array, start: number, end: number, first: boolean): number {
  trimToken(bytes, start, end);
  start = token.start;
  end = token.end;
  if (start === end) return NOTHING;
  if (bytes[start] === 37 && isMessageCode(bytes, start, end)) {
    token.hash = hashBytes(bytes, start, end);
    return WORD;
  }
  let lower = 0;
  let upper = 0;
  let digits = 0;
  let dots = 0;
  let slashes = 0;
  let ats = 0;
  let hyphens = 0;
  let underscores = 0;
  let notHex = 0;
  let others = 0;
  let camel = 0;
  let backslashes = 0;
  let colons = 0;
  let plus = -1;
  for (let i = start; i < end; i++) {
    const byte = bytes[i];
    if (IS_LOWER[byte] === 1) {
      lower++;
      notHex += 1 - IS_HEX[byte];
    } else if (IS_UPPER[byte] === 1) {
      upper++;
      notHex += 1 - IS_HEX[byte];
      if (i > start) camel += IS_LOWER[bytes[i - 1]];
    } else if (IS_DIGIT[byte] === 1) digits++;
    else if (byte === 46) dots++;
    else if (byte === 47) slashes++;
    else if (byte === 64) ats++;
    else if (byte === 45) hyphens++;
    else if (byte === 95) underscores++;
    else if (byte === 43) plus = plus < 0 ? i : plus;
    else if (byte === 92) backslashes++;
    else if (byte === 58) colons++;
    else others++;
  }
  const letters = lower + upper;
  const length = end - start;
  if (letters + digits === 0) return NOTHING;
  if (backslashes > 0) return VARIABLE;
  if (digits > 0) {
    // A symbol with its offset, as in a stack trace: tcp_v4_rcv+0x1a/0x20.
    if (plus > start && plus + 2 < end && bytes[plus + 1] === 48 && bytes[plus + 2] === 120) {
      token.end = plus;
      token.hash = hashBytes(bytes, start, plus);
      return WORD;
    }
    token.hash = hashBytes(bytes, start, end);
    if (TERMS_WITH_DIGITS.has(hashLower(bytes, start, end))) return WORD;
    // A function of the program that speaks: uart8250_probe, get_v2Config; WorkerPool-2 is one of many.
    const symbol = first && digits <= MAX_SYMBOL_DIGITS && lower >= 3 && underscores + camel > 0;
    return symbol && slashes + ats + dots + colons + hyphens === 0 ? UNKNOWN : VARIABLE;
  }
  if (ats > 0) return VARIABLE;
  token.hash = hashBytes(bytes, start, end);
  if (slashes > 0) {
    if (slashes === 1 && dots + others === 0 && bytes[start] !== 47 && joinsWords(bytes, start, end, 47)) return WORD;
    return bytes[start] === 47 || slashes > 1 || dots > 0 ? VARIABLE : UNKNOWN;
  }
  if (notHex === 0 && length >= 8 && hyphens + underscores === 0) return VARIABLE;
  if (others > 0 && letters < 2) return NOTHING;
  if (dots >= 2 && IS_UPPER[bytes[bytes.lastIndexOf(46, end - 1) + 1]] === 0) return VARIABLE;
  if (dots > 0 || letters === 1) return UNKNOWN;
  const known = kindOfWord(hashLower(bytes, start, end));
  if (known === VARIABLE) return upper > 0 && length <= 4 && !first ? VARIABLE : UNKNOWN;
  if (known === WORD && upper > 1 && lower === 0 && !first) return CAPITAL_WORD;
  if (known !== undefined) return known;
  const plain = hyphens + underscores + others === 0;
  if (plain && (upper === 0 || (upper === 1 && IS_UPPER[bytes[start]] === 1)) && isInflected(bytes, start, end))
    return WORD;
  return length > 9 && endsAsThrowable(bytes, end) ? WORD : UNKNOWN;
}

/** `%FACILITY-4-MNEMONIC`, the name of a message of network devices: with a digit for its severity, and often a number. */
export function isMessageCode(bytes: Uint8Array, start: number, end: number): boolean {
  let hyphens = 0;
  let severity = 0;
  for (let i = start + 1; i < end; i++) {
    const byte = bytes[i];
    if (byte === 45) {
      if (++hyphens === 1) severity = IS_DIGIT[bytes[i + 1]] === 1 && bytes[i + 2] === 45 ? 1 : 0;
    } else if (IS_UPPER[byte] + IS_DIGIT[byte] === 0 && byte !== 95) return false;
  }
  return severity === 1 && hyphens >= 2 && bytes[end - 1] !== 45;
}

/** Takes the end of the sentence and ornaments (`*** x ***`, `--x`, `#x`) off the token. */
export function trimToken(bytes: Uint8Array, start: number, end: number): void {
  while (
    end > start &&
    (bytes[end - 1] === 46 || bytes[end - 1] === 33 || bytes[end - 1] === 63 || bytes[end - 1] === 42)
  )
    end--;
  while (start < end && isOrnament(bytes[start])) start++;
  while (end > start && (bytes[end - 1] === 45 || bytes[end - 1] === 35 || bytes[end - 1] === 95)) end--;
  token.start = start;
  token.end = end;
}

function isOrnament(byte: number): boolean {
  return byte === 42 || byte === 35 || byte === 45 || byte === 43 || byte === 46 || byte === 126;
}

function joinsWords(bytes: Uint8Array, start: number, end: number, separator: number): boolean {
  const at = bytes.indexOf(separator, start);
  return kindOfWord(hashLower(bytes, start, at)) === WORD && kindOfWord(hashLower(bytes, at + 1, end)) === WORD;
}

/** `...Exception`, `...Error`. */
function endsAsThrowable(bytes: Uint8Array, end: number): boolean {
  const exception = bytes[end - 9] === 69 && bytes[end - 4] === 116 && bytes[end - 3] === 105 && bytes[end - 1] === 110;
  return exception || (bytes[end - 5] === 69 && bytes[end - 1] === 114);
}

/** Whether the token is a regular form (-s -d -ed -ing -ly re- un- de-) of a word of the vocabulary. */
function isInflected(bytes: Uint8Array, start: number, end: number): boolean {
  const length = end - start;
  if (length < 5) return false;
  const z = bytes[end - 1];
  const y = bytes[end - 2];
  const x = bytes[end - 3];
  if (z === 115 && y !== 115 && isWord(bytes, start, end - 1)) return true;
  if (z === 100 && y === 101) {
    if (isWord(bytes, start, end - 2) || isWord(bytes, start, end - 1)) return true;
    if (x === bytes[end - 4] && isWord(bytes, start, end - 3)) return true;
  }
  if (z === 103 && y === 110 && x === 105) {
    if (isWord(bytes, start, end - 3) || isWord(bytes, start, end - 3, 101)) return true;
    if (bytes[end - 4] === bytes[end - 5] && isWord(bytes, start, end - 4)) return true;
  }
  if (z === 121 && y === 108 && isWord(bytes, start, end - 2)) return true;
  if (length <= 6) return false;
  const a = LOWER[bytes[start]];
  const b = LOWER[bytes[start + 1]];
  const prefixed = (b === 101 && (a === 114 || a === 100)) || (a === 117 && b === 110);
  return prefixed && isWord(bytes, start + 2, end);
}

/** Whether the bytes, with one more letter where given, are a word of the vocabulary. */
function isWord(bytes: Uint8Array, start: number, end: number, letter?: number): boolean {
  let hash = HASH_SEED;
  for (let i = start; i < end; i++) hash = hashByte(hash, LOWER[bytes[i]]);
  return kindOfWord(letter === undefined ? hash : hashByte(hash, letter)) === WORD;
}
