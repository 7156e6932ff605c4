/** The text of a template as people read it: the first message of its kind, with `<*>` for what varies. */
import { IS_ALPHANUMERIC } from './byte-classes.ts';
import type { MessageKey } from './key.ts';
import type { StateReader, StateWriter } from './saved-state.ts';

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

/**
 * The first message of a template; texts are made when somebody asks. Its bytes are characters of a string: there are
 * hundreds of short ones in a stream, and a typed array takes more than what it holds.
 */
export class FirstMessage {
  /** Of each constant in turn: start and end (two bytes each), 1 when it turned out to vary; then the message. */
  #bytes: string;
  /** Constants; NOT_CUT for a text from upstream, which is taken as it is. */
  readonly #constants: number;

  /** @param constants start and end of each in turn, within the first 64 KiB; undefined for a text from upstream */
  constructor(text: Uint8Array, constants: readonly number[] | undefined) {
    this.#constants = constants === undefined ? NOT_CUT : constants.length / 2;
    const head = new Uint8Array(PLACE * Math.max(0, this.#constants));
    constants?.forEach((place, i) => {
      const at = (i >> 1) * PLACE + 2 * (i & 1);
      head[at] = place;
      head[at + 1] = place >> 8;
    });
    this.#bytes = Buffer.concat([head, text]).toString('latin1');
  }

  /** The constants `[from, to)` turned out to vary. */
  markVarying(from: number, to: number): void {
    const bytes = Buffer.from(this.#bytes, 'latin1');
    for (let c = from; c < to; c++) bytes[c * PLACE + 4] = 1;
    this.#bytes = bytes.toString('latin1');
  }

  text(): string {
    const bytes = this.#message();
    if (this.#constants === NOT_CUT) return decoder.decode(bytes);
    let text = '';
    let at = 0;
    for (let c = 0; c < this.#constants; c++) {
      const start = this.#place(c, 0);
      text += between(bytes, at, start);
      at = this.#place(c, 2);
      text += this.#varies(c) === 1 ? VARIABLE : decoder.decode(bytes.subarray(start, at));
    }
    text += between(bytes, at, bytes.length);
    return tidy(bytes.length < MAX_TEXT_BYTES ? text : text + VARIABLE);
  }

  #message(): Uint8Array {
    return Buffer.from(this.#bytes, 'latin1').subarray(PLACE * Math.max(0, this.#constants));
  }

  #place(constant: number, which: 0 | 2): number {
    const at = constant * PLACE + which;
    return this.#bytes.charCodeAt(at) | (this.#bytes.charCodeAt(at + 1) << 8);
  }

  #varies(constant: number): number {
    return this.#bytes.charCodeAt(constant * PLACE + 4);
  }

  save(state: StateWriter): void {
    state.bytes(this.#message());
    state.count(this.#constants === NOT_CUT ? 0 : 2 * this.#constants + 1);
    for (let c = 0; c < this.#constants; c++) {
      state.count(this.#place(c, 0));
      state.count(this.#place(c, 2));
    }
    for (let c = 0; c < this.#constants; c++) state.count(this.#varies(c));
  }

  static load(state: StateReader): FirstMessage {
    const bytes = state.bytes();
    const length = state.count();
    const constants = length === 0 ? undefined : Array.from({ length: length - 1 }, () => state.count());
    const message = new FirstMessage(bytes, constants);
    for (let c = 0; c < message.#constants; c++) if (state.count() === 1) message.markVarying(c, c + 1);
    return message;
  }
}

/** Bytes of a constant's places and mark. */
const PLACE = 5;
const NOT_CUT = -1;

/** The message that `key` was read from. */
export function firstMessage(key: MessageKey): FirstMessage {
  const start = key.messageStart;
  const constants: number[] = [];
  for (let i = 0; i < key.count; i++) {
    constants.push(Math.min(key.start[i] - start, MAX_TEXT_BYTES), Math.min(key.end[i] - start, MAX_TEXT_BYTES));
  }
  return new FirstMessage(key.bytes.subarray(start, Math.min(key.messageEnd, start + MAX_TEXT_BYTES)), constants);
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
