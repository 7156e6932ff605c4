/**
 * Buffers in shared memory through which requests go to the engine threads and verdicts come back. Fresh buffers per
 * request would cost more than all the rest (allocation, zeroing, garbage collection), so they are pooled; a request that
 * fits none gets one of its own, and its answer is handed over.
 */
export interface SlotBuffers {
  /** The bytes of the request. */
  readonly request: SharedArrayBuffer;
  /** Its decoded columns, where the sender has them (columns-block.ts). */
  readonly columns: SharedArrayBuffer;
  /** The encoded verdicts of each engine thread. */
  readonly verdicts: readonly SharedArrayBuffer[];
}

export interface Slot {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** What the engine threads know the buffer by. */
  readonly name: number | SharedArrayBuffer;
  /** Undefined for a request that fits none of the pooled buffers. */
  readonly buffers: SlotBuffers | undefined;
}

/** Room for columns and for verdicts, as shares of that for the bytes: records of 64 bytes have both. */
const COLUMNS_SHARE = 1;
const VERDICTS_SHARE = 0.5;

export class SlotPool {
  readonly buffers: readonly SlotBuffers[];
  readonly #slotBytes: number;
  readonly #free: Slot[];
  readonly #waiting: ((slot: Slot) => void)[] = [];

  constructor(slots: number, slotBytes: number, partitions: number) {
    this.#slotBytes = slotBytes;
    this.buffers = Array.from({ length: slots }, () => ({
      request: new SharedArrayBuffer(slotBytes),
      columns: new SharedArrayBuffer(slotBytes * COLUMNS_SHARE),
      verdicts: Array.from({ length: partitions }, () => new SharedArrayBuffer(slotBytes * VERDICTS_SHARE)),
    }));
    this.#free = this.buffers.map((buffers, name) => ({ bytes: new Uint8Array(buffers.request), name, buffers }));
  }

  /** Requests that wait for a buffer. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Does the next request of this length get its buffer at once? */
  isFree(length: number): boolean {
    return length > this.#slotBytes || (this.#waiting.length === 0 && this.#free.length > 0);
  }

  /** A buffer of at least `length` bytes, in the order of the calls. */
  async acquire(length: number): Promise<Slot> {
    if (length > this.#slotBytes) {
      const buffer = new SharedArrayBuffer(length);
      return { bytes: new Uint8Array(buffer), name: buffer, buffers: undefined };
    }
    const slot = this.#waiting.length === 0 ? this.#free.pop() : undefined;
    return slot ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  release(slot: Slot): void {
    if (slot.buffers === undefined) return;
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(slot);
    else next(slot);
  }
}
