/**
 * Which kind of its template a record is, where the template alone says little: `"GET /<*>" <*>` is every page of a site,
 * `level=info msg="<*>"` every message of a service. The kind is a hash of the route without its ids, or of the message
 * without its numbers. A template has kinds only if there are few of them: that is found out from its first records, and
 * does not change afterwards, so what was learned with or without them stays true.
 *
 * Part of the per-record path, for records of such templates that belong to a session. 0.3 KB per template.
 */
import type { PerTemplate } from '../detectors/per-template.ts';
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import { HASH_SEED, IS_DIGIT } from '../templates/byte-classes.ts';
import { findRequest, request } from '../templates/parameter-request.ts';
import { REQUEST } from '../templates/template-roles.ts';
import { eventOf, MOST_KINDS } from './session-event.ts';

interface Kinds {
  /** Bit by kind: was it seen? */
  readonly seen: Uint8Array;
  distinct: number;
  distinctAtHalf: number;
  records: number;
  state: number;
}

export class EventKinds implements PerTemplate {
  readonly #templates = new Map<number, Kinds>();

  /** The event of a record of a template with these roles (template-roles.ts), whose message is `bytes[start, end)`. */
  of(template: number, roles: number, bytes: Uint8Array, start: number, end: number): number {
    let kinds = this.#templates.get(template);
    if (kinds === undefined) {
      if (this.#templates.size >= MOST_TEMPLATES) return template;
      kinds = { seen: new Uint8Array(MOST_KINDS / 8), distinct: 0, distinctAtHalf: 0, records: 0, state: OBSERVED };
      this.#templates.set(template, kinds);
    }
    if (kinds.state === OPEN) return template;
    const kind = (roles & REQUEST) !== 0 ? kindOfRequest(bytes, start, end) : kindOfMessage(bytes, start, end);
    if (kind === 0) return template;
    const known = note(kinds, kind);
    if (kinds.state === FEW) return eventOf(template, known ? kind : OTHER);
    if (++kinds.records === HALF) kinds.distinctAtHalf = kinds.distinct;
    else if (kinds.records === 2 * HALF) {
      const isFew = kinds.distinct > 1 && kinds.distinct - kinds.distinctAtHalf <= MOST_NEW;
      kinds.state = isFew ? FEW : OPEN;
    }
    return template;
  }

  grow(): void {
    // Few templates have kinds.
  }

  clear(index: number): void {
    this.#templates.delete(index);
  }

  merge(from: number, to: number): void {
    const kinds = this.#templates.get(from);
    if (kinds === undefined) return;
    this.#templates.delete(from);
    if (!this.#templates.has(to)) this.#templates.set(to, kinds);
  }

  save(to: StateWriter): void {
    to.number(this.#templates.size);
    for (const [template, { seen, distinct, distinctAtHalf, records, state }] of this.#templates) {
      to.numbers(template, distinct, distinctAtHalf, records, state);
      to.column(seen);
    }
  }

  load(from: StateReader): void {
    this.#templates.clear();
    for (let left = from.number(); left > 0; left--) {
      const numbers = new Float64Array(5);
      from.column(numbers);
      const [template, distinct, distinctAtHalf, records, state] = numbers;
      const seen = new Uint8Array(MOST_KINDS / 8);
      from.column(seen);
      this.#templates.set(template, { seen, distinct, distinctAtHalf, records, state });
    }
  }
}

/** Takes in a kind; false when it is one too many. */
function note(kinds: Kinds, kind: number): boolean {
  const bit = 1 << (kind & 7);
  if ((kinds.seen[kind >> 3] & bit) !== 0) return true;
  if (kinds.distinct >= MOST_DISTINCT) return false;
  kinds.seen[kind >> 3] |= bit;
  kinds.distinct++;
  return true;
}

/** Method (its last letter but one) and path, without the query and the segments that hold digits. */
function kindOfRequest(bytes: Uint8Array, start: number, end: number): number {
  if (!findRequest(bytes, start, end)) return 0;
  let hash = Math.imul(HASH_SEED ^ bytes[Math.max(start, request.start - 3)], PRIME);
  for (let at = request.start; at < request.end && bytes[at] !== QUESTION;) {
    const from = at;
    let digits = 0;
    for (at++; at < request.end && bytes[at] !== SLASH && bytes[at] !== QUESTION; at++) digits += IS_DIGIT[bytes[at]];
    if (digits === 0 && at - from <= LONGEST_SEGMENT) hash = hashed(hash, bytes, from, at);
    else hash = Math.imul(hash ^ SLASH, PRIME);
  }
  return kindOf(hash);
}

/** The words of what stands behind `msg=`, without those that hold digits. */
function kindOfMessage(bytes: Uint8Array, start: number, end: number): number {
  let at = messageStart(bytes, start, end);
  if (at < 0) return 0;
  const isQuoted = bytes[at] === QUOTE;
  if (isQuoted) at++;
  let hash = HASH_SEED;
  while (at < end && bytes[at] !== QUOTE && (isQuoted || bytes[at] > BLANK)) {
    const from = at;
    let digits = 0;
    for (; at < end && bytes[at] > BLANK && bytes[at] !== QUOTE; at++) digits += IS_DIGIT[bytes[at]];
    if (digits === 0) hash = hashed(hash, bytes, from, at);
    while (at < end && bytes[at] === BLANK) at++;
  }
  return kindOf(hash);
}

/** Where the value of the key `msg`, `message` or `event` begins; -1 for none. */
function messageStart(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start + 3; at < end - 1; at++) {
    if (bytes[at] !== EQUALS) continue;
    for (const key of KEYS) {
      const from = at - key.length;
      if (from < start || (from > start && bytes[from - 1] > BLANK)) continue;
      let same = 0;
      while (same < key.length && bytes[from + same] === key[same]) same++;
      if (same === key.length) return at + 1;
    }
  }
  return -1;
}

function hashed(seed: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = seed;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at], PRIME);
  return hash;
}

/** From 1 to OTHER − 1. */
function kindOf(hash: number): number {
  const half = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return 1 + (((half ^ (half >>> 13)) >>> 0) % (OTHER - 1));
}

const PRIME = 0x01000193;
const SLASH = 47;
const QUESTION = 63;
const EQUALS = 61;
const QUOTE = 34;
const BLANK = 32;
const KEYS = ['msg', 'message', 'event'].map((key) => new TextEncoder().encode(key));
/** A longer segment is an id, whatever it is made of. */
const LONGEST_SEGMENT = 32;
/** Kinds beyond the most that are told apart are one. */
const OTHER = MOST_KINDS - 1;
const MOST_DISTINCT = 128;
/** Records that show whether there are few kinds: of the second half, hardly any may be new. */
const HALF = 50;
const MOST_NEW = 5;
const [OBSERVED, FEW, OPEN] = [0, 1, 2];
const MOST_TEMPLATES = 256;
