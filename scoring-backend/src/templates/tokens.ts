/** The tokens of the line being read, as columns. One instance for all miners: a line is read to its end before the next. */
import { UNKNOWN } from './vocabulary.ts';

export const MAX_TOKENS = 40;

/** After a colon, after `(`, before a colon, before the end of a phrase, after a comma or semicolon. */
export const AFTER_COLON = 1;
export const AFTER_PARENTHESIS = 2;
export const BEFORE_COLON = 4;
export const BEFORE_BOUNDARY = 8;
/** Something variable was left out before the token. */
export const AFTER_GAP = 1024;

export class TokenList {
  count = 0;
  /** Something variable stands before the next token. */
  gap = 0;
  readonly hash = new Int32Array(MAX_TOKENS);
  readonly kind = new Uint8Array(MAX_TOKENS);
  readonly start = new Int32Array(MAX_TOKENS);
  readonly end = new Int32Array(MAX_TOKENS);
  readonly gapBefore = new Uint8Array(MAX_TOKENS);
  readonly flags = new Int32Array(MAX_TOKENS);
  bytes: Uint8Array = new Uint8Array(0);
  lineStart = 0;
  lineEnd = 0;

  reset(bytes: Uint8Array, start: number, end: number): void {
    this.bytes = bytes;
    this.lineStart = start;
    this.lineEnd = end;
    this.count = 0;
    this.gap = 0;
  }

  push(hash: number, kind: number, start: number, end: number): void {
    const { count } = this;
    if (count >= MAX_TOKENS) {
      this.gap = 1;
      return;
    }
    // A word said twice in a row is a list of values.
    if (count > 0 && this.hash[count - 1] === hash && kind !== UNKNOWN) {
      this.gap = 1;
      return;
    }
    this.hash[count] = hash;
    this.kind[count] = kind;
    this.start[count] = start;
    this.end[count] = end;
    this.gapBefore[count] = this.gap;
    this.flags[count] = this.surroundings(start, end);
    this.gap = 0;
    this.count++;
  }

  private surroundings(start: number, end: number): number {
    const { bytes, lineEnd } = this;
    let flags = 0;
    let i = start - 1;
    while (i >= this.lineStart && bytes[i] === 32) i--;
    if (i >= this.lineStart) {
      if (bytes[i] === 58) flags |= AFTER_COLON;
      else if (bytes[i] === 40) flags |= AFTER_PARENTHESIS;
    }
    i = end;
    if (i < lineEnd && bytes[i] === 58) flags |= BEFORE_COLON;
    while (i < lineEnd && (bytes[i] === 46 || bytes[i] === 33)) i++;
    const next = i < lineEnd ? bytes[i] : 44;
    const closes = next === 44 || next === 59 || next === 41 || next === 93 || next === 34;
    return closes || (next === 32 && i > end) ? flags | BEFORE_BOUNDARY : flags;
  }
}

export const tokens = new TokenList();
