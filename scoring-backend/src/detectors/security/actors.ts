/** The addresses or accounts of one stream that are followed by name: a bounded table, the first one in is the first to go. */
import type { StateReader, StateWriter } from '../../engine/state-codec.ts';
import { Actor } from './actor.ts';
import { uint8Column } from '../../columns/small-columns.ts';

/** The two hashes of a name made last. */
export const nameHash = { high: 0, low: 0 };

/** Hashes `bytes[start, end)` into `nameHash`; together they are as good as 52 bits. */
export function hashName(bytes: Uint8Array, start: number, end: number): void {
  let high = 0x811c9dc5;
  let low = 0x01234567;
  for (let at = start; at < end; at++) {
    high = Math.imul(high ^ bytes[at], 0x01000193);
    low = Math.imul((low + bytes[at]) | 0, 0xc2b2ae35);
    low ^= low >>> 13;
  }
  high = Math.imul(high ^ (high >>> 15), 0x85ebca6b);
  nameHash.high = high ^ (high >>> 13);
  nameHash.low = low;
}

export class Actors {
  readonly #most: number;
  readonly #periodMs: number;
  readonly #byKey = new Map<number, Actor>();
  /** By some bits of the hash: 1 where there may be somebody. Most of those asked for are strangers. */
  #marks = uint8Column(0);
  /** Actors let go of before their time because the table was full. */
  evicted = 0;

  /** @param periodMs what an actor does is counted in periods of this length */
  constructor(most: number, periodMs: number) {
    this.#most = most;
    this.#periodMs = periodMs;
  }

  /** The actor with these hashes of its name, if it is followed. */
  known(high: number, low: number): Actor | undefined {
    return this.#marks[high & (MARKS - 1)] === 1 ? this.#byKey.get(keyOf(high, low)) : undefined;
  }

  /** Follows the actor whose name is `bytes[start, end)`. */
  add(high: number, low: number, bytes: Uint8Array, start: number, end: number, timeMs: number): Actor {
    if (this.#byKey.size >= this.#most) this.#evictFirst();
    const actor = new Actor(nameOf(bytes, start, end), low, timeMs);
    this.#byKey.set(keyOf(high, low), actor);
    if (this.#marks.length === 0) this.#marks = new Uint8Array(MARKS);
    this.#marks[high & (MARKS - 1)] = 1;
    return actor;
  }

  /** Forgets those whose period is over, unless they were spoken of lately; gives those that stay. */
  sweep(timeMs: number): Iterable<Actor> {
    for (const [key, actor] of this.#byKey)
      if (actor.isOver(timeMs, this.#periodMs) && actor.spokenUntilMs <= timeMs) this.#byKey.delete(key);
    this.#markAll();
    return this.#byKey.values();
  }

  #markAll(): void {
    this.#marks.fill(0);
    if (this.#byKey.size > 0 && this.#marks.length === 0) this.#marks = new Uint8Array(MARKS);
    for (const key of this.#byKey.keys()) this.#marks[Math.floor(key / 2 ** 20) & (MARKS - 1)] = 1;
  }

  #evictFirst(): void {
    const first = this.#byKey.keys().next();
    if (first.done === true) return;
    this.#byKey.delete(first.value);
    this.evicted++;
  }

  save(to: StateWriter): void {
    to.numbers(this.evicted, this.#byKey.size);
    for (const [key, actor] of this.#byKey) {
      to.number(key);
      actor.save(to);
    }
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(2);
    from.column(numbers);
    [this.evicted] = numbers;
    this.#byKey.clear();
    for (let i = 0; i < numbers[1]; i++) this.#byKey.set(from.number(), Actor.load(from));
    this.#markAll();
  }
}

/** Eight times as many as there are actors, at most. */
const MARKS = 8192;

function keyOf(high: number, low: number): number {
  return (high >>> 0) * 2 ** 20 + (low >>> 12);
}

const MOST_NAME_BYTES = 64;
const decoder = new TextDecoder();

function nameOf(bytes: Uint8Array, start: number, end: number): string {
  const limit = Math.min(end, start + MOST_NAME_BYTES);
  let name = '';
  for (let at = start; at < limit; at++) {
    // The bytes may lie in memory shared between threads, which the decoder does not take.
    if (bytes[at] > 127) return decoder.decode(bytes.slice(start, limit));
    name += String.fromCharCode(bytes[at]);
  }
  return name;
}
