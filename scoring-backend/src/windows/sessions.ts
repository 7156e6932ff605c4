/**
 * The open sessions of one stream: which templates came with the same key (a trace id, an attribute, an id in the line),
 * in order. A session ends when event time has passed its last record by the idle time, or up to an eighth of it later. Part of the per-record path: a
 * record costs a look-up in an open-addressing table and a few numbers.
 *
 * Bounds: sessions open at once (the one idle longest is ended early for a new one, and counted) and events kept of each.
 */
import type { SessionFeatures } from '../detectors/sequence/session-features.ts';
import { grown, type PerTemplate } from '../detectors/per-template.ts';
import type { StateReader, StateWriter } from '../engine/state-codec.ts';
import { EventPool } from './event-pool.ts';
import { SessionSlots } from './session-slots.ts';

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
  readonly keyBytes = new Uint8Array(KEY_BYTES);
  keyLength = 0;

  constructor(most: number) {
    this.templates = new Int32Array(most);
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
  readonly #session: Ended;
  readonly #slots = new SessionSlots(INITIAL);
  /** By session number, from here on. Its key, and the sessions beside it in the order of last records. */
  #key = new Uint8Array(INITIAL * KEY_BYTES);
  /** Length of the key; negative for the bytes of a binary one. */
  #keyLength = new Int32Array(INITIAL);
  #older = new Int32Array(INITIAL);
  #newer = new Int32Array(INITIAL);
  #first = new Int32Array(INITIAL);
  #last = new Int32Array(INITIAL);
  #records = new Int32Array(INITIAL);
  #errors = new Int32Array(INITIAL);
  #startMs = new Float64Array(INITIAL);
  #endMs = new Float64Array(INITIAL);
  /** What `#endMs` was when the session was put among the newest. */
  #linkedMs = new Float64Array(INITIAL);
  /** 1: records of it may have been missed. */
  #torn = new Uint8Array(INITIAL);
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
    this.#session = new Ended(limits.maxSessionEvents);
  }

  get open(): number {
    return this.#open;
  }

  /** Counts a record of the session whose key is `bytes[start, end)`. */
  add(
    bytes: Uint8Array,
    start: number,
    end: number,
    isText: boolean,
    template: number,
    timeMs: number,
    error: number,
  ): void {
    let high = 0x9747b28c;
    let low = 0x3c6ef372;
    let byte = start;
    for (; byte + 4 <= end; byte += 4) {
      const word = bytes[byte] | (bytes[byte + 1] << 8) | (bytes[byte + 2] << 16) | (bytes[byte + 3] << 24);
      high = Math.imul(high ^ word, 0x5bd1e995);
      high ^= high >>> 15;
      low = Math.imul(low ^ word, 0x01000193);
      low ^= low >>> 13;
    }
    for (; byte < end; byte++) {
      high = Math.imul(high ^ bytes[byte], 0x5bd1e995);
      low = Math.imul(low ^ bytes[byte], 0x01000193);
    }
    high = Math.imul(high ^ (high >>> 15), 0x85ebca6b);
    low = Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
    low ^= low >>> 16;
    let session = this.#slots.find(high, low);
    if (session < 0) {
      if (this.#open === this.#limits.maxOpenSessions) {
        this.evicted++;
        this.#end(this.#stalest(), false);
      }
      session = this.#begin(high, low, timeMs);
      this.#keep(session, bytes, start, end, isText);
    }
    const at = this.#records[session]++;
    if (at < this.#limits.maxSessionEvents) this.#last[session] = this.#events.push(this.#last[session], at, template);
    if (timeMs > this.#endMs[session]) this.#endMs[session] = timeMs;
    else if (timeMs < this.#startMs[session]) this.#startMs[session] = timeMs;
    this.#errors[session] += error;
    if (this.#endMs[session] - this.#linkedMs[session] < this.#relinkMs) return;
    this.#unlink(session);
    this.#link(session);
  }

  /** Ends the sessions that have been idle for long enough by the watermark. */
  advance(watermarkMs: number): void {
    const idleMs = this.#limits.sessionIdleMs;
    while (this.#oldest >= 0 && this.#endMs[this.#oldest] + idleMs <= watermarkMs) this.#end(this.#oldest, true);
    // Looked at now and then only: a session ends up to a second late.
    this.dueMs = this.#oldest < 0 ? Infinity : Math.max(this.#endMs[this.#oldest] + idleMs, watermarkMs + STEP_MS);
  }

  /** Records may have been missed: what is open now may have been longer. */
  markGap(): void {
    for (let session = this.#oldest; session >= 0; session = this.#newer[session]) this.#torn[session] = 1;
  }

  /** The session idle longest. */
  #stalest(): number {
    while (this.#linkedMs[this.#oldest] < this.#endMs[this.#oldest]) {
      const session = this.#oldest;
      this.#unlink(session);
      this.#link(session);
    }
    return this.#oldest;
  }

  #begin(high: number, low: number, timeMs: number): number {
    if (this.#open === this.#slots.capacity) this.#resize(2 * this.#open, this.#open);
    // Numbers are dense: the last one takes the place of one that ends.
    const session = this.#open++;
    this.#slots.high[session] = high;
    this.#slots.low[session] = low;
    this.#slots.place(session);
    this.#first[session] = this.#last[session] = this.#events.begin();
    this.#records[session] = this.#errors[session] = this.#torn[session] = 0;
    this.#startMs[session] = this.#endMs[session] = timeMs;
    this.#link(session);
    if (this.dueMs === Infinity) this.dueMs = timeMs + this.#limits.sessionIdleMs;
    return session;
  }

  #keep(session: number, bytes: Uint8Array, start: number, end: number, isText: boolean): void {
    const length = Math.min(end - start, KEY_BYTES);
    for (let i = 0; i < length; i++) this.#key[session * KEY_BYTES + i] = bytes[start + i];
    this.#keyLength[session] = isText ? length : -length;
  }

  #end(session: number, idle: boolean): void {
    const ended = this.#session;
    const records = this.#records[session];
    const kept = Math.min(records, this.#limits.maxSessionEvents);
    ended.length = this.#events.take(this.#first[session], kept, ended.templates);
    ended.records = records;
    ended.startMs = this.#startMs[session];
    ended.endMs = this.#endMs[session];
    ended.errors = this.#errors[session];
    ended.complete = idle && ended.length === records && this.#torn[session] === 0;
    ended.keyLength = this.#keyLength[session];
    for (let i = 0; i < KEY_BYTES; i++) ended.keyBytes[i] = this.#key[session * KEY_BYTES + i];
    this.#unlink(session);
    this.#slots.remove(session);
    this.#open--;
    if (session !== this.#open) this.#move(this.#open, session);
    if (ended.length > 0) this.#ended(ended);
  }

  /** Makes a session the newest. Not every record does: sessions are ordered but for an eighth of the idle time. */
  #link(session: number): void {
    this.#linkedMs[session] = this.#endMs[session];
    this.#older[session] = this.#newest;
    this.#newer[session] = -1;
    if (this.#newest < 0) this.#oldest = session;
    else this.#newer[this.#newest] = session;
    this.#newest = session;
  }

  #unlink(session: number): void {
    const older = this.#older[session];
    const newer = this.#newer[session];
    if (older < 0) this.#oldest = newer;
    else this.#newer[older] = newer;
    if (newer < 0) this.#newest = older;
    else this.#older[newer] = older;
  }

  /** Gives an open session another number, one that is free. */
  #move(from: number, to: number): void {
    this.#slots.move(from, to);
    for (const column of this.#columns()) column[to] = column[from];
    this.#key.copyWithin(to * KEY_BYTES, from * KEY_BYTES, (from + 1) * KEY_BYTES);
    if (this.#older[to] < 0) this.#oldest = to;
    else this.#newer[this.#older[to]] = to;
    if (this.#newer[to] < 0) this.#newest = to;
    else this.#older[this.#newer[to]] = to;
  }

  #resize(capacity: number, open: number): void {
    this.#slots.resize(capacity, open);
    this.#key = grown(this.#key, capacity * KEY_BYTES);
    this.#keyLength = grown(this.#keyLength, capacity);
    this.#older = grown(this.#older, capacity);
    this.#newer = grown(this.#newer, capacity);
    this.#first = grown(this.#first, capacity);
    this.#last = grown(this.#last, capacity);
    this.#records = grown(this.#records, capacity);
    this.#errors = grown(this.#errors, capacity);
    this.#startMs = grown(this.#startMs, capacity);
    this.#endMs = grown(this.#endMs, capacity);
    this.#linkedMs = grown(this.#linkedMs, capacity);
    this.#torn = grown(this.#torn, capacity);
  }

  #columns(): (Int32Array | Float64Array | Uint8Array)[] {
    return [
      ...[this.#keyLength, this.#older, this.#newer, this.#first, this.#last],
      ...[this.#records, this.#errors, this.#startMs, this.#endMs, this.#linkedMs, this.#torn],
    ];
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
    to.column(Float64Array.of(this.#open, this.#oldest, this.#newest, this.evicted, this.dueMs));
    for (const column of [this.#slots.high, this.#slots.low, ...this.#columns()]) to.column(column, this.#open);
    to.column(this.#key, this.#open * KEY_BYTES);
    this.#events.save(to);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(5);
    from.column(numbers);
    [this.#open, this.#oldest, this.#newest, this.evicted, this.dueMs] = numbers;
    let capacity = INITIAL;
    while (capacity < this.#open) capacity *= 2;
    this.#resize(capacity, 0);
    for (const column of [this.#slots.high, this.#slots.low, ...this.#columns()]) from.column(column);
    from.column(this.#key);
    this.#events.load(from);
    this.#slots.resize(capacity, this.#open);
  }
}

const INITIAL = 16;
/** Bytes kept of a key, to show it. */
const KEY_BYTES = 48;
const STEP_MS = 1_000;
