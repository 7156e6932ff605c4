/** Bytes written front to back into a buffer that grows and is used again: for changed records (request-edits.ts). */
import { varintBytes, writeVarint } from './wire.ts';

export class ByteSink {
  bytes: Buffer = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  /** Bytes in use; setting it lower takes back what was written since. */
  length = 0;

  /** Appends `source[start, end)`; the source may be this sink's own bytes. */
  copy(source: Uint8Array, start: number, end: number): void {
    const own = source === this.bytes;
    this.room(end - start);
    const from = own ? this.bytes : source;
    if (end - start < 24) {
      const { bytes } = this;
      let to = this.length;
      for (let i = start; i < end; i++) bytes[to++] = from[i];
      this.length = to;
      return;
    }
    this.bytes.set(from.subarray(start, end), this.length);
    this.length += end - start;
  }

  byte(value: number): void {
    this.room(1);
    this.bytes[this.length++] = value;
  }

  varint(value: number): void {
    this.room(10);
    this.length = writeVarint(this.bytes, this.length, value);
  }

  /** Begins a length-delimited message of unknown length; gives the mark that `endMessage` takes. */
  beginMessage(): number {
    this.room(1);
    return this.length++;
  }

  /** Writes the length of what was written since `mark`; a long message is moved up to make room for it. */
  endMessage(mark: number): void {
    const length = this.length - mark - 1;
    const extra = varintBytes(length) - 1;
    if (extra > 0) {
      this.room(extra);
      this.bytes.copyWithin(mark + 1 + extra, mark + 1, this.length);
      this.length += extra;
    }
    writeVarint(this.bytes, mark, length);
  }

  /** A text with its length before it. */
  text(value: string): void {
    const length = Buffer.byteLength(value, 'utf8');
    this.varint(length);
    this.room(length);
    this.length += this.bytes.write(value, this.length, 'utf8');
  }

  room(bytes: number): void {
    if (this.length + bytes <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.length + bytes, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}

const INITIAL_BYTES = 16 * 1024;
