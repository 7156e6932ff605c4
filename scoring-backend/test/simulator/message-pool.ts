/** Messages of the simulator as bytes, written once and used many times, so that a record costs no string. */

export class MessagePool {
  bytes: Uint8Array;
  readonly #start: number[] = [];
  readonly #end: number[] = [];
  #used: number;

  /** @param reserved bytes left free at the beginning of the buffer, for what changes from batch to batch */
  constructor(reserved: number) {
    this.bytes = new Uint8Array(reserved + (1 << 18));
    this.#used = reserved;
  }

  /** Keeps a message: its index. */
  add(text: string): number {
    const message = Buffer.from(text);
    if (this.#used + message.length > this.bytes.length) {
      const longer = new Uint8Array(Math.max(this.bytes.length * 2, this.#used + message.length));
      longer.set(this.bytes);
      this.bytes = longer;
    }
    this.bytes.set(message, this.#used);
    this.#start.push(this.#used);
    this.#used += message.length;
    this.#end.push(this.#used);
    return this.#start.length - 1;
  }

  start(message: number): number {
    return this.#start[message];
  }

  end(message: number): number {
    return this.#end[message];
  }
}
