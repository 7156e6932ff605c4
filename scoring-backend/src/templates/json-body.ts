/** Reads a body that is a JSON object: its top-level keys are the constants, its values are left out, the message is read. */
import { afterBracket, closingJsonQuote } from './brackets.ts';
import { hashBytes, IS_DIGIT } from './byte-classes.ts';
import { tokens } from './tokens.ts';
import { MESSAGE_KEYS, STRUCTURE } from './vocabulary.ts';

/** After the object that opens at `at`; `readText` reads the value of msg, message and the like as text. */
export function readJsonBody(
  bytes: Uint8Array,
  at: number,
  end: number,
  readText: (bytes: Uint8Array, start: number, end: number) => void,
): number {
  let depth = 0;
  let i = at;
  while (i < end) {
    const byte = bytes[i];
    if (byte === 123 || byte === 91) depth++;
    if (byte === 125 || byte === 93) depth--;
    if (byte !== 34) {
      i++;
      if (depth === 0) break;
      continue;
    }
    const quote = closingJsonQuote(bytes, i, end);
    if (quote < 0) {
      i++;
      continue;
    }
    const colon = afterBlanks(bytes, quote + 1, end);
    if (colon >= end || bytes[colon] !== 58 || depth !== 1) {
      if (colon >= end || bytes[colon] !== 58) tokens.gap = 1;
      i = quote + 1;
      continue;
    }
    const key = hashBytes(bytes, i + 1, quote);
    // "17": a number as a key is a value, and there are as many as there are.
    if (!isNumber(bytes, i + 1, quote)) tokens.push(key, STRUCTURE, i + 1, quote);
    const value = afterBlanks(bytes, colon + 1, end);
    i = afterJsonValue(bytes, value, end);
    if (MESSAGE_KEYS.has(key) && bytes[value] === 34 && i > value + 1) readText(bytes, value + 1, i - 1);
    tokens.gap = 1;
  }
  return i;
}

function isNumber(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (IS_DIGIT[bytes[i]] === 0) return false;
  return end > start;
}

function afterBlanks(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && bytes[i] < 33) i++;
  return i;
}

function afterJsonValue(bytes: Uint8Array, at: number, end: number): number {
  const first = at < end ? bytes[at] : 0;
  if (first === 34) {
    const quote = closingJsonQuote(bytes, at, end);
    return quote > 0 ? quote + 1 : at + 1;
  }
  if (first === 123 || first === 91) {
    const after = afterBracket(bytes, at, end, first, first + 2);
    return after > 0 ? after : at + 1;
  }
  let i = at;
  while (i < end && bytes[i] !== 44 && bytes[i] !== 125) i++;
  return i;
}
