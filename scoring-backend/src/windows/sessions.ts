/**
 * The open sessions of one stream: which templates came with the same key (a trace id, an attribute, an id in the line),
 * in order. A session ends when event time has passed its last record by the idle time, or up to an eighth of it later. Part of the per-record path: a
 * record costs a look-up in an open-addressing table and a few numbers.
 *
 * Bounds: sessions open at once (the one idle longest is ended early for a new one, and counted) and events kept of each.
 */
import type { SessionFeatures } from '../detectors/sequence/session-features.ts';
import type { PerTemplate } from '../detectors/per-template.ts';
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import { EventPool } from './event-pool.ts';
import { hashKey, keyHash } from './session-key.ts';
import {
  END_MS,
  ERRORS,
  FIRST,
  HIGH,
  KEY_LENGTH,
  LAST,
  LINKED_MS,
  LOW,
  NEWER,
  OLDER,
  RECORDS,
  ROW,
  ROW_TIMES,
  SessionSlots,
  START_MS,
  TORN,
} from './session-slots.ts';
import { grown, int32Column, uint8Column } from '../columns/small-columns.ts';

export interface SessionLimits {
  /** Event time without a record after which a session has ended, in ms. */
  readonly sessionIdleMs: number;
  readonly maxOpenSessions: number;
  /** Events kept of one session; further records are only counted. */
  readonly maxSessionEvents: number;
}

/** Takes an ended session; it is reused after the call. */
export type SessionEnded = (session: SessionFeatures) => void;

/** An ended session, with the bytes of its key. */
class Ended implements SessionFeatures {
  templates: Int32Array;
  length = 0;
  records = 0;
  startMs = 0;
  endMs = 0;
  errors = 0;
  complete = true;
  readonly keyBytes = uint8Column(KEY_BYTES);
  keyLength = 0;

  constructor(most: number) {
    this.templates = int32Column(most);
  }

  get key(): string {
    const bytes = this.keyBytes.subarray(0, Math.abs(this.keyLength));
    return this.keyLength > 0 ? new TextDecoder().decode(bytes) : bytes.toHex();
  }
}

export class OpenSessions implements PerTemplate {
  readonly #limits: SessionLimits;
  readonly #relinkMs: number;
  readonly #ended: SessionEnded;
  readonly #events = new EventPool();
  /** The one that ended last. */
  #session: Ended | undefined;
  readonly #slots = new SessionSlots();
  /** By session number: its key. */
  #key = uint8Column(0);
  /** Of no meaning: it keeps what was fetched from being left out as unused. */
  fetched = 0;
  /** Sessions ended: their numbers are given anew, so that what `find` said before may not hold. */
  #ends = 0;
  #endsWhenFound = 0;
  #open = 0;
  #oldest = -1;
  #newest = -1;
  /** Sessions ended early for lack of room. */
  evicted = 0;
  /** From this watermark on `advance` has something to do. */
  dueMs = Infinity;

  constructor(limits: SessionLimits, ended: SessionEnded) {
    this.#limits = limits;
    this.#relinkMs = limits.sessionIdleMs / 8;
    this.#ended = ended;
  }

  get open(): number {
    return this.#open;
  }

  /** Counts a record of the session whose key is `bytes[start, end)`; `found` is what `find` said of it, −1 nothing. */
  add(
    bytes: Uint8Array,
    start: number,
    end: number,
    isText: boolean,
    template: number,
    timeMs: number,
    error: number,
    found: number,
  ): void {
    let session = this.#ends === this.#endsWhenFound ? found : -1;
    if (session < 0) {
      hashKey(bytes, start, end);
      session = this.#slots.find(keyHash.high, keyHash.low);
    }
    if (session < 0) {
      const { high, low } = keyHash;
      if (this.#open === this.#limits.maxOpenSessions) {
        this.evicted++;
        this.#end(this.#stalest(), false);
      }
      session = this.#begin(high, low, timeMs);
      this.#keep(session, bytes, start, end, isText);
    }
    const { rows, times } = this.#slots;
    const row = session * ROW;
    const at = rows[row + RECORDS]++;
    if (at < this.#limits.maxSessionEvents) rows[row + LAST] = this.#events.push(rows[row + LAST], at, template);
    const time = session * ROW_TIMES;
    if (timeMs > times[time + END_MS]) times[time + END_MS] = timeMs;
    else if (timeMs < times[time + START_MS]) times[time + START_MS] = timeMs;
    rows[row + ERRORS] += error;
    if (times[time + END_MS] - times[time + LINKED_MS] < this.#relinkMs) return;
    this.#unlink(session);
    this.#link(session);
  }

  /**
   * The number of the session with this key, −1 for none, for `add`; changes nothing. Sessions are many and lie all over the
   * memory: asked for all records of a batch beforehand, the processor fetches many of them at a time.
   */
  find(bytes: Uint8Array, start: number, end: number): number {
    hashKey(bytes, start, end);
    const session = this.#slots.find(keyHash.high, keyHash.low);
    this.#endsWhenFound = this.#ends;
    if (session >= 0) this.fetched ^= this.#events.fetch(this.#slots.rows[session * ROW + LAST]);
    return session;
  }

  /** Ends the sessions that have been idle for long enough by the watermark. */
  advance(watermarkMs: number): void {
    const idleMs = this.#limits.sessionIdleMs;
    while (this.#oldest >= 0 && this.#endMsOf(this.#oldest) + idleMs <= watermarkMs) this.#end(this.#oldest, true);
    // Looked at now and then only: a session ends up to a second late.
    this.dueMs = this.#oldest < 0 ? Infinity : Math.max(this.#endMsOf(this.#oldest) + idleMs, watermarkMs + STEP_MS);
  }

  /** Records may have been missed: what is open now may have been longer. */
  markGap(): void {
    for (let session = 0; session < this.#open; session++) this.#slots.rows[session * ROW + TORN] = 1;
  }

  #endMsOf(session: number): number {
    return this.#slots.times[session * ROW_TIMES + END_MS];
  }

  /** The session idle longest. */
  #stalest(): number {
    while (this.#slots.times[this.#oldest * ROW_TIMES + LINKED_MS] < this.#endMsOf(this.#oldest)) {
      const session = this.#oldest;
      this.#unlink(session);
      this.#link(session);
    }
    return this.#oldest;
  }

  #begin(high: number, low: number, timeMs: number): number {
    if (this.#open === this.#slots.capacity) this.#resize(Math.max(INITIAL, 2 * this.#open), this.#open);
    // Numbers are dense: the last one takes the place of one that ends.
    const session = this.#open++;
    const { rows, times } = this.#slots;
    const row = session * ROW;
    rows[row + HIGH] = high;
    rows[row + LOW] = low;
    this.#slots.place(session);
    rows[row + FIRST] = rows[row + LAST] = this.#events.begin();
    rows[row + RECORDS] = rows[row + ERRORS] = rows[row + TORN] = 0;
    const time = session * ROW_TIMES;
    times[time + START_MS] = times[time + END_MS] = timeMs;
    this.#link(session);
    if (this.dueMs === Infinity) this.dueMs = timeMs + this.#limits.sessionIdleMs;
    return session;
  }

  #keep(session: number, bytes: Uint8Array, start: number, end: number, isText: boolean): void {
    const length = Math.min(end - start, KEY_BYTES);
    for (let i = 0; i < length; i++) this.#key[session * KEY_BYTES + i] = bytes[start + i];
    this.#slots.rows[session * ROW + KEY_LENGTH] = isText ? length : -length;
  }

  #end(session: number, idle: boolean): void {
    this.#ends++;
    const ended = (this.#session ??= new Ended(this.#limits.maxSessionEvents));
    const { rows, times } = this.#slots;
    const row = session * ROW;
    const records = rows[row + RECORDS];
    const kept = Math.min(records, this.#limits.maxSessionEvents);
    ended.length = this.#events.take(rows[row + FIRST], kept, ended.templates);
    ended.records = records;
    ended.startMs = times[session * ROW_TIMES + START_MS];
    ended.endMs = times[session * ROW_TIMES + END_MS];
    ended.errors = rows[row + ERRORS];
    ended.complete = idle && ended.length === records && rows[row + TORN] === 0;
    ended.keyLength = rows[row + KEY_LENGTH];
    for (let i = 0; i < KEY_BYTES; i++) ended.keyBytes[i] = this.#key[session * KEY_BYTES + i];
    this.#unlink(session);
    this.#slots.remove(session);
    this.#open--;
    if (session !== this.#open) this.#move(this.#open, session);
    if (ended.length > 0) this.#ended(ended);
  }

  /** Makes a session the newest. Not every record does: sessions are ordered but for an eighth of the idle time. */
  #link(session: number): void {
    const { rows, times } = this.#slots;
    times[session * ROW_TIMES + LINKED_MS] = times[session * ROW_TIMES + END_MS];
    rows[session * ROW + OLDER] = this.#newest;
    rows[session * ROW + NEWER] = -1;
    if (this.#newest < 0) this.#oldest = session;
    else rows[this.#newest * ROW + NEWER] = session;
    this.#newest = session;
  }

  #unlink(session: number): void {
    const { rows } = this.#slots;
    const older = rows[session * ROW + OLDER];
    const newer = rows[session * ROW + NEWER];
    if (older < 0) this.#oldest = newer;
    else rows[older * ROW + NEWER] = newer;
    if (newer < 0) this.#newest = older;
    else rows[newer * ROW + OLDER] = older;
  }

  /** Gives an open session another number, one that is free. */
  #move(from: number, to: number): void {
    this.#slots.move(from, to);
    this.#key.copyWithin(to * KEY_BYTES, from * KEY_BYTES, (from + 1) * KEY_BYTES);
    const { rows } = this.#slots;
    const older = rows[to * ROW + OLDER];
    const newer = rows[to * ROW + NEWER];
    if (older < 0) this.#oldest = to;
    else rows[older * ROW + NEWER] = to;
    if (newer < 0) this.#newest = to;
    else rows[newer * ROW + OLDER] = to;
  }

  #resize(capacity: number, open: number): void {
    this.#slots.resize(capacity, open);
    this.#key = grown(this.#key, capacity * KEY_BYTES);
  }

  grow(): void {
    // Templates are kept by session, not the other way round.
  }

  clear(index: number): void {
    if (this.#open > 0) this.#events.rename(index, -1);
  }

  merge(from: number, to: number): void {
    if (this.#open > 0) this.#events.rename(from, to);
  }

  save(to: StateWriter): void {
    to.numbers(this.#open, this.#oldest, this.#newest, this.evicted, this.dueMs);
    to.column(this.#slots.rows, this.#open * ROW);
    to.column(this.#key, this.#open * KEY_BYTES);
    this.#events.save(to);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(5);
    from.column(numbers);
    [this.#open, this.#oldest, this.#newest, this.evicted, this.dueMs] = numbers;
    let capacity = this.#open === 0 ? 0 : INITIAL;
    while (capacity < this.#open) capacity *= 2;
    if (capacity > 0) this.#resize(capacity, 0);
    from.column(this.#slots.rows);
    from.column(this.#key);
    this.#events.load(from);
    if (capacity > 0) this.#slots.resize(capacity, this.#open);
  }
}

const INITIAL = 16;
/** Bytes kept of a key, to show it. */
const KEY_BYTES = 48;
const STEP_MS = 1_000;
