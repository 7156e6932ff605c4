/**
 * The message of a log body, as a range of its bytes: what a person would call the log line. A string body is taken
 * whole, also when it is JSON (the template miner reads JSON itself); of a key-value list the most message-like entry.
 */
import { FieldReader, LENGTH } from '../otlp/wire.ts';

/** Where the last message was found; `start = end = -1` when the body has none. Filled in place: this runs per record. */
export const message = { start: -1, end: -1 };

/** Kinds of AnyValue by field number. */
const STRING = 1;
const ARRAY = 5;
const KEY_VALUES = 6;
const BYTES = 7;

/** Keys of structured logs that hold the message, best first. */
const MESSAGE_KEYS = ['message', 'msg', 'log', 'MESSAGE', 'event', 'body'].map((key) => Buffer.from(key));
const MAX_DEPTH = 8;

/**
 * Finds the message of the body whose value of this kind is `bytes[start, end)` and leaves it in `message`.
 * The value's wire format was checked when the request was decoded.
 */
export function findMessage(bytes: Uint8Array, kind: number, start: number, end: number): void {
  message.start = message.end = -1;
  if (kind === STRING || kind === BYTES) {
    message.start = start;
    message.end = end;
  } else if (kind === KEY_VALUES) findInPairs(bytes, start, end, 0);
  else if (kind === ARRAY) findInList(bytes, start, end);
}

function findInPairs(bytes: Uint8Array, start: number, end: number, depth: number): boolean {
  let best = MESSAGE_KEYS.length + 1;
  for (const entries = new FieldReader(bytes, start, end); entries.next();) {
    if (!entries.is(1, LENGTH)) continue;
    const pair = entries.message();
    let rank = MESSAGE_KEYS.length;
    let value: FieldReader | undefined;
    while (pair.next()) {
      if (pair.is(1, LENGTH)) rank = rankOf(bytes, pair.valueStart, pair.valueEnd);
      else if (pair.is(2, LENGTH)) value = pair.message();
    }
    if (value === undefined || rank >= best) continue;
    const { start: oldStart, end: oldEnd } = message;
    if (takeValue(bytes, value, rank < MESSAGE_KEYS.length && depth < MAX_DEPTH ? depth : MAX_DEPTH)) best = rank;
    else {
      message.start = oldStart;
      message.end = oldEnd;
    }
  }
  return best <= MESSAGE_KEYS.length;
}

/** Takes a string, or under a message-like key the message of the list inside. */
function takeValue(bytes: Uint8Array, value: FieldReader, depth: number): boolean {
  let found = false;
  while (value.next()) {
    if (value.is(STRING, LENGTH)) {
      message.start = value.valueStart;
      message.end = value.valueEnd;
      found = true;
    } else if (value.is(KEY_VALUES, LENGTH) && depth < MAX_DEPTH)
      found = findInPairs(bytes, value.valueStart, value.valueEnd, depth + 1);
  }
  return found;
}

function findInList(bytes: Uint8Array, start: number, end: number): void {
  for (const entries = new FieldReader(bytes, start, end); entries.next();)
    if (entries.is(1, LENGTH) && takeValue(bytes, entries.message(), MAX_DEPTH)) return;
}

function rankOf(bytes: Uint8Array, start: number, end: number): number {
  for (let rank = 0; rank < MESSAGE_KEYS.length; rank++) {
    const key = MESSAGE_KEYS[rank];
    if (key.length !== end - start) continue;
    let i = 0;
    while (i < key.length && bytes[start + i] === key[i]) i++;
    if (i === key.length) return rank;
  }
  return MESSAGE_KEYS.length;
}
