/** Writes and reads the binary state of a miner: counts as LEB128, hashes as four bytes. */

export class StateWriter {
  private buffer = new Uint8Array(1024);
  private view = new DataView(this.buffer.buffer);
  private at = 0;

  /** Begins a state, in the memory of the one before. */
  begin(): void {
    this.at = 0;
  }

  /** A whole number from 0 to 2^53. */
  count(value: number): void {
    if (this.at + 8 > this.buffer.length) this.reserve(8);
    let rest = value;
    for (; rest > LARGEST_INT32; rest = Math.floor(rest / 128)) this.buffer[this.at++] = (rest % 128) | 128;
    // Nearly all counts are small, and whole numbers of 32 bits are divided by a shift.
    for (; rest >= 128; rest >>>= 7) this.buffer[this.at++] = (rest & 127) | 128;
    this.buffer[this.at++] = rest;
  }

  /** Any 32 bits. */
  word(value: number): void {
    if (this.at + 4 > this.buffer.length) this.reserve(4);
    this.view.setInt32(this.at, value, true);
    this.at += 4;
  }

  bytes(value: Uint8Array): void {
    this.count(value.length);
    this.reserve(value.length);
    this.buffer.set(value, this.at);
    this.at += value.length;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return this.buffer.slice(0, this.at);
  }

  private reserve(more: number): void {
    if (this.at + more <= this.buffer.length) return;
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.at + more));
    larger.set(this.buffer);
    this.buffer = larger;
    this.view = new DataView(larger.buffer);
  }
}

const LARGEST_INT32 = 2 ** 31 - 1;

/** Reads what a StateWriter wrote; throws a RangeError where the bytes end too early. */
export class StateReader {
  private readonly buffer: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.buffer = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  count(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = this.view.getUint8(this.at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
  }

  word(): number {
    this.at += 4;
    return this.view.getInt32(this.at - 4, true);
  }

  bytes(): Uint8Array {
    const length = this.count();
    if (this.at + length > this.buffer.length) throw new RangeError('the saved miner ends inside a text');
    this.at += length;
    return this.buffer.slice(this.at - length, this.at);
  }
}
