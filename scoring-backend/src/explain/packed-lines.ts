/**
 * A few lines with their time, severity and trace, one behind the other in one block of bytes, the oldest first: most
 * templates keep a handful of short lines, and an object for each would take more than its text.
 */
import { grown, release, uint8Column } from '../columns/small-columns.ts';

/** A line as it is kept. */
export interface PackedLine {
  readonly timeMs: number;
  readonly severity: number;
  /** Which line of its source it is. */
  readonly line: number;
  readonly text: Uint8Array;
  /** 16 bytes, or none for a line without one. */
  readonly trace: Uint8Array;
}

export class PackedLines {
  /** Per line: time and number as float64, length of the text, severity, length of the trace; then trace and text. */
  #bytes = uint8Column(0);
  #used = 0;
  /** Lines kept. */
  count = 0;

  /** Bytes of the oldest line's text. */
  get oldestLength(): number {
    return lengthAt(this.#bytes, 0);
  }

  /** Adds a line with the text `bytes[start, start + length)`, and a trace from `traceStart` on unless that is below 0. */
  add(
    bytes: Uint8Array,
    start: number,
    length: number,
    traceStart: number,
    timeMs: number,
    severity: number,
    line: number,
  ): void {
    const traceLength = traceStart < 0 ? 0 : TRACE_BYTES;
    let at = this.#used;
    this.#used += HEADER + traceLength + length;
    this.#fit();
    const kept = this.#bytes;
    numbers[0] = timeMs;
    numbers[1] = line;
    for (let i = 0; i < LENGTH_AT; i++) kept[at + i] = numberBytes[i];
    for (let i = 0; i < 4; i++) kept[at + LENGTH_AT + i] = length >>> (8 * i);
    kept[at + SEVERITY_AT] = severity;
    kept[at + TRACE_AT] = traceLength;
    at += HEADER;
    for (let i = 0; i < traceLength; i++) kept[at + i] = bytes[traceStart + i];
    at += traceLength;
    // A view of a few bytes costs more than they do.
    if (length > FEW_BYTES) kept.set(bytes.subarray(start, start + length), at);
    else for (let i = 0; i < length; i++) kept[at + i] = bytes[start + i];
    this.count++;
  }

  /** Forgets the oldest line. */
  shift(): void {
    const first = sizeAt(this.#bytes, 0);
    this.#bytes.copyWithin(0, first, this.#used);
    this.#used -= first;
    this.count--;
  }

  /** All lines, oldest first; their bytes are good until the next change. */
  all(): PackedLine[] {
    const lines: PackedLine[] = [];
    for (let at = 0; at < this.#used; at += sizeAt(this.#bytes, at)) lines.push(this.#read(at));
    return lines;
  }

  /** The latest line; undefined where none is kept. */
  latest(): PackedLine | undefined {
    let last = -1;
    for (let at = 0; at < this.#used; at += sizeAt(this.#bytes, at)) last = at;
    return last < 0 ? undefined : this.#read(last);
  }

  #read(at: number): PackedLine {
    const kept = this.#bytes;
    for (let i = 0; i < LENGTH_AT; i++) numberBytes[i] = kept[at + i];
    const textAt = at + HEADER + kept[at + TRACE_AT];
    return {
      timeMs: numbers[0],
      severity: kept[at + SEVERITY_AT],
      line: numbers[1],
      text: kept.subarray(textAt, textAt + lengthAt(kept, at)),
      trace: kept.subarray(at + HEADER, textAt),
    };
  }

  /** The lines are no more. */
  release(): void {
    release(this.#bytes);
    this.#bytes = uint8Column(0);
    this.#used = this.count = 0;
  }

  /** Makes room for what is in use; what lines much longer than those of now have left is given back. */
  #fit(): void {
    const needed = this.#used;
    const { length } = this.#bytes;
    if (needed > length) this.#bytes = grown(this.#bytes, needed + (needed >> 2));
    else if (length > MUCH && length > MOST_TIMES_LARGER * needed) {
      const smaller = uint8Column(needed + (needed >> 2));
      smaller.set(this.#bytes.subarray(0, needed));
      release(this.#bytes);
      this.#bytes = smaller;
    }
  }
}

function lengthAt(kept: Uint8Array, at: number): number {
  const from = at + LENGTH_AT;
  return kept[from] | (kept[from + 1] << 8) | (kept[from + 2] << 16) | (kept[from + 3] << 24);
}

function sizeAt(kept: Uint8Array, at: number): number {
  return HEADER + kept[at + TRACE_AT] + lengthAt(kept, at);
}

const numbers = new Float64Array(2);
const numberBytes = new Uint8Array(numbers.buffer);
const LENGTH_AT = numberBytes.length;
const SEVERITY_AT = LENGTH_AT + 4;
const TRACE_AT = SEVERITY_AT + 1;
const HEADER = TRACE_AT + 1;
const TRACE_BYTES = 16;
const FEW_BYTES = 64;
/** A block that is larger than this, and so many times as large as is needed, is made smaller. */
const MUCH = 1_024;
const MOST_TIMES_LARGER = 3;
