/**
 * The key of a message: its tokens without those that the other words show to be names. It is a function of the message
 * alone, so that replicas and restarts agree on it, and its hash is the id of a template.
 */
import { isLowerCamel, resetSearches } from './brackets.ts';
import { hashBytes, hashLower, IS_LOWER, IS_UPPER } from './byte-classes.ts';
import { header } from './header-constants.ts';
import { readHeader } from './header.ts';
import { readText } from './read-text.ts';
import { AFTER_GAP, BEFORE_COLON, MAX_TOKENS, tokens } from './tokens.ts';
import { FUNCTION_WORD, KEY, SEVERITIES, STRUCTURE, UNKNOWN, WORD } from './vocabulary.ts';

/** An unknown word is a name when this much evidence for the message stands beside it. */
const NAME_EVIDENCE = 1.6;
/** The same for a word that looks like an identifier. */
const IDENTIFIER_EVIDENCE = 1;
/** The same at the start of a message, where the names of commands and functions stand. */
const FIRST_NAME_EVIDENCE = 4;
/** A first word before a colon is the name of a component when the rest has this much evidence. */
const COMPONENT_EVIDENCE = 3;

/** The key of the message read last; columns as in `tokens`. */
export class MessageKey {
  count = 0;
  readonly hash = new Int32Array(MAX_TOKENS);
  readonly kind = new Uint8Array(MAX_TOKENS);
  readonly start = new Int32Array(MAX_TOKENS);
  readonly end = new Int32Array(MAX_TOKENS);
  readonly flags = new Int32Array(MAX_TOKENS);
  bytes: Uint8Array = new Uint8Array(0);
  messageStart = 0;
  messageEnd = 0;
  /** Something variable stands after the last token. */
  tailGap = 0;
  idHigh = 0;
  idLow = 0;

  /** Reads the message `bytes[start, end)`. */
  read(bytes: Uint8Array, start: number, end: number): void {
    resetSearches();
    tokens.reset(bytes, start, end);
    const message = readHeader(bytes, start, end);
    for (let i = 0; i < header.count; i++) {
      const from = header.start[i];
      const to = header.end[i];
      tokens.push(hashBytes(bytes, from, to), STRUCTURE, from, to);
    }
    const structure = tokens.count;
    readText(bytes, message, end);
    this.bytes = bytes;
    this.messageStart = start;
    this.messageEnd = end;
    this.count = 0;
    const evidence = evidenceOfTokens();
    let gap = 0;
    for (let i = 0; i < tokens.count; i++) {
      gap |= tokens.gapBefore[i];
      if (isName(bytes, i, i === structure, evidence)) gap = 1;
      else {
        this.take(i, gap);
        gap = 0;
      }
    }
    this.tailGap = gap | tokens.gap;
    this.setId();
  }

  private take(i: number, gap: number): void {
    const { count } = this;
    this.hash[count] = tokens.hash[i];
    this.kind[count] = tokens.kind[i];
    this.start[count] = tokens.start[i];
    this.end[count] = tokens.end[i];
    this.flags[count] = tokens.flags[i] | (gap === 1 ? AFTER_GAP : 0);
    this.count++;
  }

  private setId(): void {
    let high = ID_SEED_HIGH;
    let low = ID_SEED_LOW;
    for (let i = 0; i < this.count; i++) {
      high = mixHigh(high, this.hash[i]);
      low = mixLow(low, this.hash[i]);
    }
    // Without a constant: a value, an ornament such as "-----", and the empty message are three things.
    if (this.count === 0 && this.tailGap === 0) high = mixHigh(high, isBlank(this) ? EMPTY : ORNAMENT);
    this.idHigh = high;
    this.idLow = low;
  }
}

const EMPTY = 1;
const ORNAMENT = 2;

function isBlank(key: MessageKey): boolean {
  for (let i = key.messageStart; i < key.messageEnd; i++) if (key.bytes[i] > 32) return false;
  return true;
}

export const ID_SEED_HIGH = 0x2545f491;
export const ID_SEED_LOW = 0x9e3779b9 | 0;

/** Two independent 32-bit mixes of a sequence of hashes make the 64 bits of an id. */
export function mixHigh(id: number, hash: number): number {
  const mixed = Math.imul(id ^ hash, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

export function mixLow(id: number, hash: number): number {
  const mixed = Math.imul((id + hash) | 0, 0xc2b2ae35);
  return mixed ^ (mixed >>> 13);
}

function evidenceOfTokens(): number {
  let evidence = 0;
  for (let i = 0; i < tokens.count; i++) {
    const kind = tokens.kind[i];
    if (kind === WORD) evidence += 1;
    else if (kind === KEY) evidence += 0.5;
    else if (kind === FUNCTION_WORD) evidence += 0.34;
  }
  return evidence;
}

function isName(bytes: Uint8Array, i: number, first: boolean, evidence: number): boolean {
  const start = tokens.start[i];
  const end = tokens.end[i];
  if (tokens.kind[i] === UNKNOWN) {
    if (!first)
      return evidence >= NAME_EVIDENCE || (evidence >= IDENTIFIER_EVIDENCE && isIdentifier(bytes, start, end));
    return evidence >= FIRST_NAME_EVIDENCE && !isLowerCamel(bytes, start, end);
  }
  if (!first || tokens.kind[i] === KEY || (tokens.flags[i] & BEFORE_COLON) === 0) return false;
  return evidence - 1 >= COMPONENT_EVIDENCE && !SEVERITIES.has(hashLower(bytes, start, end));
}

/** my_table, nginx.service, getBlock: names of things in programs rather than words of a sentence. */
function isIdentifier(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start + 1; i < end - 1; i++) {
    const byte = bytes[i];
    if (byte === 95 || byte === 46 || (IS_UPPER[byte] === 1 && IS_LOWER[bytes[i - 1]] === 1)) return true;
  }
  return false;
}

export const key = new MessageKey();
