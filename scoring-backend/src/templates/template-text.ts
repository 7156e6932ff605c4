/** The text of a template as people read it: the first message of its kind, with `<*>` for what varies. */
import { IS_ALPHANUMERIC } from './byte-classes.ts';
import type { MessageKey } from './key.ts';
import type { StateReader, StateWriter } from './saved-state.ts';
import { bytesColumn } from '../engine/small-columns.ts';

const VARIABLE = '<*>';
/** Longer texts end in `<*>`. */
const MAX_TEXT_BYTES = 600;
const CLOSING = new Map([
  [40, 41],
  [91, 93],
  [123, 125],
  [60, 62],
  [34, 34],
  [39, 39],
]);
const decoder = new TextDecoder();

/** The first message of a template; texts are made when somebody asks. */
export interface FirstMessage {
  readonly bytes: Uint8Array;
  /** Start and end of each constant in turn; undefined for a text from upstream, which is taken as it is. */
  readonly constants: readonly number[] | undefined;
}

/** The message that `key` was read from. */
export function firstMessage(key: MessageKey): FirstMessage {
  const start = key.messageStart;
  const bytes = bytesColumn(key.bytes, start, Math.min(key.messageEnd, start + MAX_TEXT_BYTES));
  const constants: number[] = [];
  for (let i = 0; i < key.count; i++) {
    constants.push(Math.min(key.start[i] - start, MAX_TEXT_BYTES), Math.min(key.end[i] - start, MAX_TEXT_BYTES));
  }
  return { bytes, constants: constants.slice() };
}

/** The text; constants that turned out to vary are marked in `varies`. */
export function templateText(message: FirstMessage, varies: Uint8Array): string {
  const { bytes, constants } = message;
  if (constants === undefined) return decoder.decode(bytes);
  let text = '';
  let at = 0;
  for (let i = 0; i < constants.length; i += 2) {
    text += between(bytes, at, constants[i]);
    at = constants[i + 1];
    text += varies[i / 2] === 1 ? VARIABLE : decoder.decode(bytes.subarray(constants[i], at));
  }
  text += between(bytes, at, bytes.length);
  return tidy(bytes.length < MAX_TEXT_BYTES ? text : text + VARIABLE);
}

/** Values with nothing but blanks or separators between them read as one. */
function tidy(text: string): string {
  return text
    .replace(/<\*>(?:[\s,;:./|&+_@%#$!?*~^-]*<\*>)+/g, VARIABLE)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** What stands between two constants: punctuation as it is, quoted and bracketed values and the rest as `<*>`. */
function between(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  let at = start;
  while (at < end) {
    const byte = bytes[at];
    const close = CLOSING.get(byte);
    const closed = close === undefined ? -1 : bytes.subarray(at + 1, end).indexOf(close) + at + 1;
    if (close !== undefined && closed > at && holdsAlphanumeric(bytes, at + 1, closed)) {
      text += String.fromCharCode(byte) + VARIABLE + String.fromCharCode(close);
      at = closed + 1;
    } else if (IS_ALPHANUMERIC[byte] === 1) {
      while (at < end && IS_VALUE[bytes[at]] === 1) at++;
      text += VARIABLE;
    } else {
      text += String.fromCharCode(byte);
      at++;
    }
  }
  return text;
}

const IS_VALUE = Uint8Array.from({ length: 256 }, (_, byte) =>
  IS_ALPHANUMERIC[byte] === 1 || (byte > 32 && !',;=()[]{}"\'<>|`'.includes(String.fromCharCode(byte))) ? 1 : 0,
);

function holdsAlphanumeric(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (IS_ALPHANUMERIC[bytes[i]] === 1) return true;
  return false;
}

export function saveFirstMessage(state: StateWriter, message: FirstMessage): void {
  state.bytes(message.bytes);
  state.count(message.constants === undefined ? 0 : message.constants.length + 1);
  for (const place of message.constants ?? []) state.count(place);
}

export function loadFirstMessage(state: StateReader): FirstMessage {
  const bytes = state.bytes();
  const length = state.count();
  const constants = length === 0 ? undefined : Array.from({ length: length - 1 }, () => state.count());
  return { bytes, constants };
}
