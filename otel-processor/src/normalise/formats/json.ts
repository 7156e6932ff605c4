/**
 * JSON text as a log line: its message, level and time by the usual keys of its outermost object. One walk, no parsing:
 * what lies deeper is passed over, and a line that is cut off is read as far as it goes.
 */
import { severityOfText } from '../severity.ts';
import type { LineFields } from '../line-fields.ts';

const MESSAGES = ['message', 'msg', 'log', 'MESSAGE', 'event', 'body'];
const LEVELS = ['severity', 'level', 'lvl', 'severity_text', 'log.level', 'severityText', 'loglevel'];
const TIMES = ['timestamp', '@timestamp', 'time', 'ts', 't', 'datetime'];
const keysOf = (names: readonly string[]): Uint8Array[] => names.map((name) => Buffer.from(name));
const MESSAGE_KEYS = keysOf(MESSAGES);
const LEVEL_KEYS = keysOf(LEVELS);
const TIME_KEYS = keysOf(TIMES);
/** Levels of pino and bunyan: 10 trace, 20 debug … 60 fatal. */
const NUMBERED = [1, 5, 9, 13, 17, 21];

/** False when the text is no JSON object. */
export function readJson(bytes: Uint8Array, start: number, end: number, fields: LineFields): boolean {
  let at = afterBlanks(bytes, start, end);
  if (at >= end || bytes[at] !== 0x7b) return false;
  let best = MESSAGE_KEYS.length;
  for (at++; at < end;) {
    at = afterBlanks(bytes, at, end);
    if (bytes[at] === 0x2c) {
      at++;
      continue;
    }
    if (bytes[at] !== QUOTE) break;
    const key = at + 1;
    const keyEnd = closingQuote(bytes, key, end);
    at = afterBlanks(bytes, keyEnd + 1, end);
    if (at >= end || bytes[at] !== 0x3a) break;
    const value = afterBlanks(bytes, at + 1, end);
    at = afterValue(bytes, value, end);
    const quoted = bytes[value] === QUOTE;
    const first = quoted ? value + 1 : value;
    const last = quoted ? Math.max(first, at - 1) : at;
    const rank = rankOf(bytes, key, keyEnd, MESSAGE_KEYS);
    if (rank < best && quoted && last > first) {
      best = rank;
      fields.messageStart = first;
      fields.messageEnd = last;
    } else if (rankOf(bytes, key, keyEnd, LEVEL_KEYS) < LEVEL_KEYS.length) {
      const level = quoted ? severityOfText(bytes, first, last) : numberedLevel(bytes, first, last);
      if (level > 0) fields.severity = level;
    } else if (rankOf(bytes, key, keyEnd, TIME_KEYS) < TIME_KEYS.length && fields.timeStart < 0) {
      fields.timeStart = first;
      fields.timeEnd = last;
    }
  }
  return true;
}

function numberedLevel(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = start; i < end && i < start + 3; i++) value = value * 10 + bytes[i] - 0x30;
  return NUMBERED[value / 10 - 1] ?? 0;
}

function rankOf(bytes: Uint8Array, start: number, end: number, keys: readonly Uint8Array[]): number {
  for (let rank = 0; rank < keys.length; rank++) {
    const key = keys[rank];
    if (key.length !== end - start || bytes[start] !== key[0]) continue;
    let i = 1;
    while (i < key.length && bytes[start + i] === key[i]) i++;
    if (i === key.length) return rank;
  }
  return keys.length;
}

function afterBlanks(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && bytes[at] <= 0x20) at++;
  return at;
}

/** The quote that closes the string whose content begins at `at`, `end` when none does. */
function closingQuote(bytes: Uint8Array, at: number, end: number): number {
  while (at < end && bytes[at] !== QUOTE) at += bytes[at] === 0x5c ? 2 : 1;
  return Math.min(at, end);
}

function afterValue(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] === QUOTE) return Math.min(end, closingQuote(bytes, at + 1, end) + 1);
  let depth = 0;
  for (; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) at = closingQuote(bytes, at + 1, end);
    else if (byte === 0x7b || byte === 0x5b) depth++;
    else if (byte === 0x7d || byte === 0x5d) {
      if (depth-- <= 0) return at;
      if (depth === 0) return at + 1;
    } else if (depth === 0 && (byte === 0x2c || byte <= 0x20)) return at;
  }
  return end;
}

const QUOTE = 0x22;
