/**
 * The 1 min windows of a tenant's streams, put together minute by minute, in order of time. A minute is complete when every
 * stream has closed it. One that falls behind the others is waited for, for ten minutes of their event time, and then left
 * out until it is less behind; its windows are counted as late.
 */
import type { StreamIdentity } from '../stream-identity.ts';

/** Records of a stream in a minute of event time; NaN where the window is incomplete. */
export interface StreamMinute {
  readonly stream: StreamIdentity;
  readonly key: string;
  readonly startMs: number;
  readonly records: number;
}

/** A complete minute of a tenant: its windows by stream. */
export interface TenantMinute {
  readonly startMs: number;
  readonly windows: ReadonlyMap<string, StreamMinute>;
}

/** A name for a stream among all. */
export function streamKey({ tenant, namespace, service, environment }: StreamIdentity): string {
  return JSON.stringify([tenant, namespace, service, environment]);
}

export class TenantMinutes {
  /** End of the last window of each stream. */
  readonly #ends = new Map<string, number>();
  readonly #pending = new Map<number, Map<string, StreamMinute>>();
  #completeMs = -1;
  /** Windows that came after their minute, or too far ahead of all others. */
  late = 0;

  /** Takes in a window. A stream's windows come in order; one that comes again (after a crash) is passed over. */
  take(minute: StreamMinute): void {
    const { key, startMs } = minute;
    if (startMs < (this.#ends.get(key) ?? -1)) return;
    this.#ends.set(key, startMs + MINUTE_MS);
    const pending = this.#pending.get(startMs);
    if (pending !== undefined) pending.set(key, minute);
    else if (startMs < this.#completeMs || !this.#hasRoom(startMs)) this.late++;
    else this.#pending.set(startMs, new Map([[key, minute]]));
  }

  /** Minutes that have become complete, in order. */
  *complete(): Generator<TenantMinute> {
    while (this.#pending.size > 0) {
      const startMs = Math.min(...this.#pending.keys());
      const windows = this.#pending.get(startMs);
      if (windows === undefined || !this.#isComplete(startMs + MINUTE_MS)) return;
      this.#pending.delete(startMs);
      this.#completeMs = startMs + MINUTE_MS;
      yield { startMs, windows };
    }
  }

  #isComplete(endMs: number): boolean {
    const ends = [...this.#ends.values()];
    if (ends.every((end) => end >= endMs || end < this.#completeMs - WAIT_MS)) return true;
    // Half of the streams decide what time it is, so that one whose clock is wrong does not.
    return ends.sort((a, b) => a - b)[Math.floor(ends.length / 2)] >= endMs + WAIT_MS;
  }

  /** What lies far ahead gives way. */
  #hasRoom(startMs: number): boolean {
    if (this.#pending.size < MOST_PENDING) return true;
    const last = Math.max(...this.#pending.keys());
    if (startMs > last) return false;
    this.late += this.#pending.get(last)?.size ?? 0;
    this.#pending.delete(last);
    return true;
  }
}

const MINUTE_MS = 60_000;
const WAIT_MS = 10 * MINUTE_MS;
const MOST_PENDING = 120;
