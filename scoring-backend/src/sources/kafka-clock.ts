/**
 * The time that passes for the engine while it is fed from Kafka: only while nothing waits to be read. Then ticks go on, so
 * that windows close and silence is noticed; during a backlog time is that of the records alone, so that nobody is called
 * silent whose records wait in Kafka. What time ticks name means nothing to the engine, only how much passes. Pure.
 */
interface Place {
  /** Offset behind the last message that was taken, and when that was written, ms; undefined before the first. */
  next: number | undefined;
  writtenMs: number;
  /** Nothing was left to read when it was looked at. */
  isRead: boolean;
}

/** A message that was written so lately is no backlog, ms. */
const LIVE_MS = 5000;

export class KafkaClock {
  #places = new Map<string, Place>();
  #tickMs: number;
  #lastMs: number | undefined;

  /** @param tickMs the last tick that the engine has had */
  constructor(tickMs: number) {
    this.#tickMs = tickMs;
  }

  /** These partitions are read now, and no others. */
  assign(sources: readonly string[]): void {
    const unknown = (): Place => ({ next: undefined, writtenMs: 0, isRead: false });
    this.#places = new Map(sources.map((source) => [source, this.#places.get(source) ?? unknown()]));
  }

  /** A message was taken; `writtenMs` is its timestamp. */
  took(source: string, next: number, writtenMs: number): void {
    const place = this.#places.get(source);
    if (place === undefined) return;
    place.next = next;
    place.writtenMs = Math.max(place.writtenMs, writtenMs);
  }

  /**
   * A partition ended at `end` when it was looked at.
   * @param from where reading begins, for a partition of which nothing was taken yet
   */
  looked(source: string, end: number, from: number | undefined): void {
    const place = this.#places.get(source);
    const next = place?.next ?? from;
    if (place !== undefined) place.isRead = next !== undefined && next >= end;
  }

  /** The tick for now, as far as time has passed since the call before. */
  tick(nowMs: number): number {
    const isLive = [...this.#places.values()].every(({ isRead, writtenMs }) => isRead || writtenMs > nowMs - LIVE_MS);
    if (isLive && this.#lastMs !== undefined) this.#tickMs += Math.max(0, nowMs - this.#lastMs);
    this.#lastMs = isLive ? nowMs : undefined;
    return this.#tickMs;
  }
}
