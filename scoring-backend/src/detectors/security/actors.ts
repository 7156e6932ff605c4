/** The addresses or accounts of one stream that are followed by name: a bounded table, the first one in is the first to go. */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { Actor } from './actor.ts';
import { ActorRows, HASH, KEY, PERIOD_START_MS, ROW, SPOKEN_UNTIL_MS } from './actor-rows.ts';
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
  /** Made for the first actor: most streams have none. */
  #rows: ActorRows | undefined;
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
    const rows = (this.#rows ??= new ActorRows());
    const row = rows.take();
    rows.setName(row, bytes, start, end);
    const { numbers } = rows;
    const key = keyOf(high, low);
    numbers[row * ROW + KEY] = key;
    numbers[row * ROW + HASH] = low;
    numbers[row * ROW + PERIOD_START_MS] = timeMs;
    numbers[row * ROW + SPOKEN_UNTIL_MS] = -1;
    const actor = new Actor(rows, row);
    this.#byKey.set(key, actor);
    if (this.#marks.length === 0) this.#marks = new Uint8Array(MARKS);
    this.#marks[high & (MARKS - 1)] = 1;
    return actor;
  }

  /** Forgets those whose period is over, unless they were spoken of lately; gives those that stay. */
  sweep(timeMs: number): Iterable<Actor> {
    for (const [key, actor] of this.#byKey)
      if (actor.isOver(timeMs, this.#periodMs) && actor.spokenUntilMs <= timeMs) this.#forget(key, actor);
    if (this.#byKey.size === 0) {
      this.#rows?.release();
      this.#rows = undefined;
    }
    this.#markAll();
    return this.#byKey.values();
  }

  #markAll(): void {
    this.#marks.fill(0);
    if (this.#byKey.size > 0 && this.#marks.length === 0) this.#marks = new Uint8Array(MARKS);
    for (const key of this.#byKey.keys()) this.#marks[Math.floor(key / 2 ** 20) & (MARKS - 1)] = 1;
  }

  #evictFirst(): void {
    const first = this.#byKey.entries().next();
    if (first.done === true) return;
    this.#forget(...first.value);
    this.evicted++;
  }

  #forget(key: number, actor: Actor): void {
    this.#byKey.delete(key);
    this.#rows?.giveBack(actor.row);
  }

  save(to: StateWriter): void {
    to.numbers(this.evicted, this.#byKey.size);
    if (this.#rows === undefined || this.#byKey.size === 0) return;
    const actors = [...this.#byKey.values()];
    for (const actor of actors) actor.noteParts();
    this.#rows.save(to, actors);
    for (const actor of actors) actor.save(to);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(2);
    from.column(numbers);
    [this.evicted] = numbers;
    const size = numbers[1];
    this.#byKey.clear();
    this.#rows = undefined;
    if (size === 0) return;
    const rows = (this.#rows = new ActorRows());
    rows.load(from, size);
    for (let row = 0; row < size; row++) {
      const actor = new Actor(rows, row);
      actor.load(from);
      this.#byKey.set(rows.numbers[row * ROW + KEY], actor);
    }
    this.#markAll();
  }
}

/** Eight times as many as there are actors, at most. */
const MARKS = 8192;

function keyOf(high: number, low: number): number {
  return (high >>> 0) * 2 ** 20 + (low >>> 12);
}
