/**
 * Fingerprints of batches that were scored and then refused by the next hop: when the same bytes come again they are
 * scored but not learned a second time. Bounded in number and age; the oldest goes first. Time is an argument.
 */
import { hash } from 'node:crypto';

/** Clients give up earlier (the Collector after 5 minutes); a queue on disk may take an outage of the next hop to come back. */
export const REMEMBERED_MS = 60 * 60 * 1000;

export class RefusedBatches {
  readonly #limit: number;
  readonly #onForgotten: () => void;
  /** Fingerprint → when it was refused last, in ms; insertion order is age. */
  readonly #held = new Map<string, number>();

  /** @param onForgotten told of each batch that is forgotten before it came again */
  constructor(limit: number, onForgotten: () => void) {
    this.#limit = limit;
    this.#onForgotten = onForgotten;
  }

  /** Are any held? Only then are fingerprints of incoming batches worth computing. */
  any(nowMs: number): boolean {
    for (const [oldest, since] of this.#held) {
      if (nowMs - since < REMEMBERED_MS) return true;
      this.#held.delete(oldest);
      this.#onForgotten();
    }
    return false;
  }

  has(fingerprint: string): boolean {
    return this.#held.has(fingerprint);
  }

  remember(fingerprint: string, nowMs: number): void {
    this.#held.delete(fingerprint);
    this.#held.set(fingerprint, nowMs);
    if (this.#held.size <= this.#limit) return;
    for (const oldest of this.#held.keys()) {
      this.#held.delete(oldest);
      break;
    }
    this.#onForgotten();
  }

  forget(fingerprint: string): void {
    this.#held.delete(fingerprint);
  }
}

/** 256 bits over the bytes, and the tenant: two batches never share one by accident. */
export function fingerprintOf(bytes: Uint8Array, tenant: string): string {
  return `${hash('sha256', bytes, 'base64')} ${tenant}`;
}
