/**
 * Reads a message as text into tokens: what is a value by its place (after `=`, in quotes, in brackets, after a colon)
 * is left out and leaves a gap, what remains is classified word by word.
 */
import {
  afterBracket,
  afterBracketedValue,
  afterUnbroken,
  closingQuote,
  hasTextAfter,
  isLowerCamel,
} from './brackets.ts';
import { ENDS_PATH, hashBytes, hashLower, IS_ALPHANUMERIC, IS_DELIMITER, IS_DIGIT, IS_UPPER } from './byte-classes.ts';
import { afterErrorPhrase } from './error-phrases.ts';
import { readJsonBody } from './json-body.ts';
import { afterTitleName } from './title-name.ts';
import { afterFrames } from './stack-frames.ts';
import { classify, token } from './token-class.ts';
import { tokens } from './tokens.ts';
import { afterValue, endOfFreeText, keyFollows } from './value-end.ts';
import { BEGINS_PATH, endOfWord, followsPreposition, isAddressPart, isLoneAfterColon } from './word-surroundings.ts';
import {
  CAPITAL_WORD,
  FAILURE_WORDS,
  FREE_TEXT_KEYS,
  FUNCTION_WORD,
  HTTP_METHODS,
  KEY,
  MESSAGE_KEYS,
  NAME_TAKING_WORDS,
  NOTHING,
  PHASE_WORDS,
  UNITS,
  UNKNOWN,
  VARIABLE,
  WORD,
} from './vocabulary.ts';

const MAX_KEY_BYTES = 48;
const MAX_ANGLE_BYTES = 120;
const MAX_DEPTH = 4;
/** Stands for every key that is itself variable: `eth0=`, `eth1=`. */
const VARIABLE_KEY = 0x51ed27;
/** A colon opens free text only after this much evidence: known words 1, function words 1/3, others 1/2. */
const FREE_TEXT_EVIDENCE = 1.3;

/** Where in its text the reader is. */
interface Place {
  /** Tokens that stood before this text. */
  readonly first: number;
  readonly depth: number;
  /** A colon stands before. */
  colon: boolean;
  parentheses: number;
  brackets: number;
  /** Something was read, although it may have left no token. */
  begun: boolean;
}

/** Reads `[start, end)` as text into `tokens`. */
export function readText(bytes: Uint8Array, start: number, end: number, depth = 0): void {
  if (depth > MAX_DEPTH) {
    tokens.gap = 1;
    return;
  }
  const place: Place = {
    first: tokens.count,
    depth,
    colon: false,
    parentheses: 0,
    brackets: 0,
    begun: false,
  };
  let at = start;
  while (at < end) {
    const byte = bytes[at];
    const frames = byte === 10 ? afterFrames(bytes, at, end) : at;
    if (frames > at) at = leaveGap(place, frames);
    else if (byte < 33 || (byte === 46 && bytes[at + 1] === 46)) at++;
    else if (IS_DELIMITER[byte] === 1) at = readDelimiter(bytes, at, end, place);
    else at = readWord(bytes, at, end, place);
  }
}

/** A value was left out. */
function leaveGap(place: Place, after: number): number {
  tokens.gap = 1;
  place.colon = false;
  return after;
}

function readDelimiter(bytes: Uint8Array, at: number, end: number, place: Place): number {
  const begun = tokens.count > place.first || place.begun;
  switch (bytes[at]) {
    case 34:
    case 39:
    case 96:
      return readQuote(bytes, at, end, place);
    case 91: {
      const after = afterBracketedValue(bytes, at, end);
      // A bracket with nothing after it is the message.
      if (after > 0 && (begun || hasTextAfter(bytes, after, end))) return leaveGap(place, after);
      place.brackets++;
      return at + 1;
    }
    case 93:
      place.brackets = Math.max(0, place.brackets - 1);
      return at + 1;
    case 123:
      return readBrace(bytes, at, end, place);
    case 60: {
      const after = afterBracket(bytes, at, end, 60, 62);
      return after <= 0 || after - at >= MAX_ANGLE_BYTES ? at + 1 : leaveGap(place, after);
    }
    case 40:
      place.parentheses++;
      return at + 1;
    case 41:
      place.parentheses = Math.max(0, place.parentheses - 1);
      return at + 1;
    case 58:
      return readColon(bytes, at, end, place);
    case 61:
      return readSpacedEquals(bytes, at, end, place);
    case 44:
    case 59:
      place.colon = false;
      return at + 1;
    default:
      return at + 1;
  }
}

function readQuote(bytes: Uint8Array, at: number, end: number, place: Place): number {
  const byte = bytes[at];
  const apostrophe = byte === 39 && at > 0 && IS_ALPHANUMERIC[bytes[at - 1]] === 1;
  const close = apostrophe ? -1 : closingQuote(bytes, at, end, byte);
  if (close < 0) return at + 1;
  if (tokens.count === place.first && !place.begun) {
    // The message itself is quoted.
    readText(bytes, at + 1, close, place.depth + 1);
    return close + 1;
  }
  let i = at + 1;
  while (i < close && IS_UPPER[bytes[i]] === 1) i++;
  // A request that is the value of a name (request: "GET …") is left out whole.
  if (i > at + 3 && bytes[i] === 32 && !place.colon) {
    const method = hashBytes(bytes, at + 1, i);
    if (HTTP_METHODS.has(method)) tokens.push(method, WORD, at + 1, i);
  }
  return leaveGap(place, close + 1);
}

function readBrace(bytes: Uint8Array, at: number, end: number, place: Place): number {
  if (tokens.count > place.first || place.begun) {
    const after = afterBracket(bytes, at, end, 123, 125);
    return after > 0 ? leaveGap(place, after) : at + 1;
  }
  let i = at + 1;
  while (i < end && bytes[i] < 33) i++;
  if (i >= end || bytes[i] !== 34) return at + 1;
  return readJsonBody(bytes, at, end, (text, from, to) => readText(text, from, to, place.depth + 1));
}

/** `reason: connection reset by the other side`, `import failed: …`: the rest is one value when the words before say so. */
function readColon(bytes: Uint8Array, at: number, end: number, place: Place): number {
  place.colon = true;
  const last = tokens.count - 1;
  if (last <= place.first || at + 1 >= end || bytes[at + 1] >= 33 || tokens.end[last] !== at) return at + 1;
  let evidence = 0;
  let parameters = 0;
  for (let i = place.first; i <= last; i++) {
    const kind = tokens.kind[i];
    evidence += kind === WORD ? 1 : kind === FUNCTION_WORD ? 0.34 : 0.5;
    if (kind === UNKNOWN || (i > place.first && tokens.gapBefore[i] === 1)) parameters++;
  }
  const lower = hashLower(bytes, tokens.start[last], tokens.end[last]);
  // A statement that names what failed gives the reason too; "request failed: …" may be several statements.
  if (!FREE_TEXT_KEYS.has(lower) && !(parameters > 0 && FAILURE_WORDS.has(lower))) return at + 1;
  return evidence < FREE_TEXT_EVIDENCE ? at + 1 : leaveGap(place, endOfFreeText(bytes, at + 1, end));
}

/** `key = value`. */
function readSpacedEquals(bytes: Uint8Array, at: number, end: number, place: Place): number {
  const last = tokens.count - 1;
  if (bytes[at - 1] !== 32 || at + 1 >= end || bytes[at + 1] !== 32) return at + 1;
  let value = at + 1;
  while (value < end && bytes[value] === 32) value++;
  if (value >= end) return at + 1;
  // A setting whose name is itself a value: cache.entries.max = 17.
  if (last < place.first) {
    if (tokens.gap === 0) return at + 1;
    tokens.push(VARIABLE_KEY, KEY, at, at);
    return leaveGap(place, afterValue(bytes, value, end));
  }
  if (tokens.kind[last] === UNKNOWN || tokens.kind[last] === WORD) tokens.kind[last] = KEY;
  const free = FREE_TEXT_KEYS.has(hashLower(bytes, tokens.start[last], tokens.end[last]));
  tokens.gap = 1;
  return free ? endOfFreeText(bytes, value, end) : afterValue(bytes, value, end);
}

function readWord(bytes: Uint8Array, start: number, end: number, place: Place): number {
  const begun = tokens.count > place.first;
  const phrase = afterErrorPhrase(bytes, start, end);
  if (phrase > 0) {
    if (begun) return leaveGap(place, phrase);
    // A message that begins with such a phrase says more after it.
    if (phrase < end && bytes[phrase] !== 46 && bytes.subarray(start, phrase).includes(32)) {
      place.begun = true;
      tokens.gap = 1;
      return phrase;
    }
  }
  if (bytes[start] === 47 && start + 1 < end && BEGINS_PATH[bytes[start + 1]] === 1)
    return leaveGap(place, afterUnbroken(bytes, start + 1, end, ENDS_PATH));
  const named = begun ? afterTitleName(bytes, start, end) : -1;
  if (named > 0) return leaveGap(place, named);
  const at = endOfWord(bytes, start, end);
  const next = at < end ? bytes[at] : 0;
  const second = at + 1 < end ? bytes[at + 1] : 0;
  if (next === 58 && second === 47 && at + 2 < end && bytes[at + 2] === 47)
    return leaveGap(place, afterUnbroken(bytes, at, end, ENDS_PATH));
  if (
    next === 61 &&
    second !== 61 &&
    second !== 62 &&
    IS_ALPHANUMERIC[bytes[start]] === 1 &&
    at - start <= MAX_KEY_BYTES
  )
    return readKeyValue(bytes, start, at, end, place);
  // --name=value, -Dname=value: arguments of a command, as many as there are.
  if (next === 61 && bytes[start] === 45) return leaveGap(place, afterValue(bytes, at + 1, end));
  let kind = classify(bytes, start, at, !begun && tokens.gap === 0 && place.depth === 0);
  if (kind === NOTHING) return at;
  if (at - start === 2 && isAddressPart(bytes, start, end)) return leaveGap(place, at);
  // from gateway:8080, to inside:10.1.2.3/22, from mail[10.1.2.3]: a place, whatever it is called.
  if (begun && (next === 91 || (next === 58 && IS_DIGIT[second] === 1)) && followsPreposition(bytes, start))
    return leaveGap(place, next === 58 ? afterValue(bytes, at + 1, end) : at);
  if (kind === VARIABLE) return leaveGap(place, at);
  if (next === 58 && second > 32 && IS_DELIMITER[second] === 0) {
    // key:value. An unknown word in the middle of the text is more often a value (host:name) than a key.
    if (kind === UNKNOWN && begun) tokens.gap = 1;
    else tokens.push(token.hash, kind === CAPITAL_WORD ? WORD : kind === WORD ? KEY : kind, start, at);
    return leaveGap(place, afterValue(bytes, at + 1, end));
  }
  if (kind === CAPITAL_WORD) kind = place.colon ? UNKNOWN : WORD;
  if (begun && place.colon && isLoneAfterColon(bytes, start, at, end) && (kind === WORD || kind === FUNCTION_WORD)) {
    if (!saysWhatHappened(bytes, token.start, token.end)) return leaveGap(place, at);
  }
  if (kind === UNKNOWN) {
    const called = place.brackets > 0 && next === 93 && bytes[start - 1] === 91 && isLowerCamel(bytes, start, at);
    if (called) kind = WORD;
    else if (begun && (place.colon || place.parentheses > 0 || place.brackets > 0)) return leaveGap(place, at);
  }
  if (tokens.gap === 1 && at - start <= 7 && UNITS.has(hashLower(bytes, start, at))) {
    place.colon = false;
    place.begun = true;
    return at;
  }
  tokens.push(token.hash, kind, start, at);
  place.colon = false;
  return at;
}

/** `replay of the log: started`, unlike `state: started`: without the word nothing is said. */
function saysWhatHappened(bytes: Uint8Array, start: number, end: number): boolean {
  if (tokens.gap === 1 || !PHASE_WORDS.has(hashLower(bytes, start, end))) return false;
  const last = tokens.count - 1;
  return !NAME_TAKING_WORDS.has(hashLower(bytes, tokens.start[last], tokens.end[last]));
}

function readKeyValue(bytes: Uint8Array, start: number, equals: number, end: number, place: Place): number {
  const begun = tokens.count > place.first;
  const variable = classify(bytes, start, equals, false) === VARIABLE;
  const key = variable ? VARIABLE_KEY : hashBytes(bytes, start, equals);
  let value = equals + 1;
  while (value < end && bytes[value] === 32) value++;
  const spaced = value > equals + 1;
  tokens.push(key, KEY, start, equals);
  // `k= k2=v`: the first has no value.
  if (spaced && value < end && keyFollows(bytes, value, end)) {
    tokens.gap = 1;
    return equals + 1;
  }
  const first = value < end ? bytes[value] : 0;
  if (MESSAGE_KEYS.has(key)) {
    const quote = first === 34 || first === 39 ? closingQuote(bytes, value, end, first) : -1;
    if (quote > 0) {
      readText(bytes, value + 1, quote, place.depth + 1);
      return quote + 1;
    }
    if (!begun) return equals + 1;
  }
  if (value >= end) return leaveGap(place, end);
  if (spaced && first === 44) return leaveGap(place, value);
  const bracketed = first === 34 || first === 39 || first === 91 || first === 123;
  const free = !bracketed && FREE_TEXT_KEYS.has(hashLower(bytes, start, equals));
  return leaveGap(place, free ? endOfFreeText(bytes, value, end) : afterValue(bytes, value, end));
}
