/**
 * Buffers in shared memory for the bytes of requests. A fresh buffer per request would cost more than all the rest
 * (allocation, zeroing, garbage collection), so they are pooled; a request that fits none gets one of its own.
 */
export interface Slot {
  readonly bytes: Uint8Array<SharedArrayBuffer>;
  /** What the engine threads know the buffer by. */
  readonly name: number | SharedArrayBuffer;
}

export class SlotPool {
  readonly buffers: readonly SharedArrayBuffer[];
  readonly #slotBytes: number;
  readonly #free: Slot[];
  readonly #waiting: ((slot: Slot) => void)[] = [];

  constructor(slots: number, slotBytes: number) {
    this.#slotBytes = slotBytes;
    this.buffers = Array.from({ length: slots }, () => new SharedArrayBuffer(slotBytes));
    this.#free = this.buffers.map((buffer, name) => ({ bytes: new Uint8Array(buffer), name }));
  }

  /** Requests that wait for a buffer. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** A buffer of at least `length` bytes, in the order of the calls. */
  async acquire(length: number): Promise<Slot> {
    if (length > this.#slotBytes) {
      const buffer = new SharedArrayBuffer(length);
      return { bytes: new Uint8Array(buffer), name: buffer };
    }
    const slot = this.#waiting.length === 0 ? this.#free.pop() : undefined;
    return slot ?? new Promise((resolve) => this.#waiting.push(resolve));
  }

  release(slot: Slot): void {
    if (typeof slot.name !== 'number') return;
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(slot);
    else next(slot);
  }
}
