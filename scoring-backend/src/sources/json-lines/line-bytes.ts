/** Lines, and behind them what was decoded of them: one buffer, so that the records of a batch can point into one. */
import { BACKSLASH, HEX } from './grammar.ts';

const INITIAL_BYTES = 65_536;
/** UTF-8 needs at most three bytes for a UTF-16 unit. */
const BYTES_PER_UNIT = 3;
/** What stands for half a surrogate pair in UTF-8. */
const REPLACEMENT = 0xfffd;

export class LineBytes {
  bytes = new Uint8Array(INITIAL_BYTES);
  /** Where the next thing is written. */
  used = 0;
  readonly #encoder = new TextEncoder();

  /** Forgets everything and takes these. */
  set(lines: Uint8Array): void {
    this.used = 0;
    this.#room(lines.length);
    this.bytes.set(lines);
    this.used = lines.length;
  }

  /** Writes a text; half a surrogate pair becomes U+FFFD. */
  write(text: string): void {
    this.#room(text.length * BYTES_PER_UNIT);
    this.used += this.#encoder.encodeInto(text, this.bytes.subarray(this.used)).written;
  }

  /** Writes what `[start, end)`, the content of a JSON string, stands for; half a surrogate pair becomes U+FFFD. */
  writeUnescaped(start: number, end: number): void {
    // What an escape stands for is never longer than the escape.
    this.#room(end - start);
    const { bytes } = this;
    let to = this.used;
    for (let at = start; at < end;) {
      const byte = bytes[at++];
      if (byte !== BACKSLASH) {
        bytes[to++] = byte;
        continue;
      }
      const kind = bytes[at++];
      if (kind !== 0x75) {
        bytes[to++] = MEANINGS[kind];
        continue;
      }
      let code = hexCode(bytes, at);
      at += 4;
      if (isHigh(code) && at < end && bytes[at] === BACKSLASH && bytes[at + 1] === 0x75) {
        const low = hexCode(bytes, at + 2);
        if (isLow(low)) {
          code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
          at += 6;
        }
      }
      to = writeCode(bytes, to, isHigh(code) || isLow(code) ? REPLACEMENT : code);
    }
    this.used = to;
  }

  /** Writes the bytes that the 2 · n hexadecimal digits from `start` on stand for. */
  writeHex(start: number, n: number): void {
    this.#room(n);
    for (let i = 0; i < n; i++)
      this.bytes[this.used++] = (HEX[this.bytes[start + 2 * i]] << 4) | HEX[this.bytes[start + 2 * i + 1]];
  }

  #room(bytes: number): void {
    if (this.used + bytes <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.bytes.length * 2, this.used + bytes));
    grown.set(this.bytes.subarray(0, this.used));
    this.bytes = grown;
  }
}

/** The byte that an escape of one letter stands for, by the letter. */
const MEANINGS = new Uint8Array(256);
for (const [letter, meaning] of ['""', '\\\\', '//', 'b\b', 'f\f', 'n\n', 'r\r', 't\t'])
  MEANINGS[letter.charCodeAt(0)] = meaning.charCodeAt(0);

function hexCode(bytes: Uint8Array, at: number): number {
  return (HEX[bytes[at]] << 12) | (HEX[bytes[at + 1]] << 8) | (HEX[bytes[at + 2]] << 4) | HEX[bytes[at + 3]];
}

function isHigh(code: number): boolean {
  return code >= 0xd800 && code < 0xdc00;
}

function isLow(code: number): boolean {
  return code >= 0xdc00 && code < 0xe000;
}

/** Writes a code point in UTF-8; returns the place behind it. */
function writeCode(bytes: Uint8Array, at: number, code: number): number {
  if (code < 0x80) {
    bytes[at++] = code;
    return at;
  }
  if (code < 0x800) bytes[at++] = 0xc0 | (code >> 6);
  else {
    if (code < 0x10000) bytes[at++] = 0xe0 | (code >> 12);
    else {
      bytes[at++] = 0xf0 | (code >> 18);
      bytes[at++] = 0x80 | ((code >> 12) & 0x3f);
    }
    bytes[at++] = 0x80 | ((code >> 6) & 0x3f);
  }
  bytes[at++] = 0x80 | (code & 0x3f);
  return at;
}
