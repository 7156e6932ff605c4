/** Cuts a stream of bytes into blocks of whole lines. What a line means is not known here: see files.ts. */

/** Whole lines of one input, as ranges over one buffer. Valid until the next block is asked for. */
export interface LineBlock {
  readonly bytes: Uint8Array;
  /** Line i is `bytes[start[i], end[i])`, without its line end (LF or CRLF). */
  readonly start: Int32Array;
  readonly end: Int32Array;
  readonly lines: number;
  /** Number of the first line in its input, from 1. */
  readonly firstLine: number;
}

/** Longest line that is kept whole; of a longer one the beginning is. Binary files may have no line ends at all. */
export const MAX_LINE_BYTES = 1_048_576;

/** Most lines in a block, so that an input of empty lines makes no giant blocks either. */
const MAX_LINES = 8_192;
const LF = 10;
const CR = 13;

/**
 * Blocks of lines in order. A last line without a line end counts; nothing after a last line end is no line.
 * @param chunks the bytes, in pieces of any size; they are not changed, and not kept
 */
export async function* lineBlocks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<LineBlock> {
  const start = new Int32Array(MAX_LINES);
  const end = new Int32Array(MAX_LINES);
  let firstLine = 1;
  let carried: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    let fresh = chunk;
    if (carried.length >= MAX_LINE_BYTES) {
      // What is kept of this line is complete: only its end is of interest.
      const lf = chunk.indexOf(LF);
      if (lf < 0) continue;
      fresh = chunk.subarray(lf);
    }
    const bytes = joined(carried, fresh);
    let lines = 0;
    let at = 0;
    for (;;) {
      const lf = bytes.indexOf(LF, at);
      if (lf < 0) break;
      start[lines] = at;
      end[lines++] = lineEnd(bytes, at, lf);
      at = lf + 1;
      if (lines < MAX_LINES) continue;
      yield { bytes, start, end, lines, firstLine };
      firstLine += lines;
      lines = 0;
    }
    if (lines > 0) yield { bytes, start, end, lines, firstLine };
    firstLine += lines;
    carried = bytes.slice(at, Math.min(bytes.length, at + MAX_LINE_BYTES));
  }
  if (carried.length === 0) return;
  start[0] = 0;
  end[0] = lineEnd(carried, 0, carried.length);
  yield { bytes: carried, start, end, lines: 1, firstLine };
}

function lineEnd(bytes: Uint8Array, start: number, lf: number): number {
  const end = lf > start && bytes[lf - 1] === CR ? lf - 1 : lf;
  return Math.min(end, start + MAX_LINE_BYTES);
}

function joined(carried: Uint8Array, chunk: Uint8Array): Uint8Array {
  if (carried.length === 0) return chunk;
  const bytes = new Uint8Array(carried.length + chunk.length);
  bytes.set(carried);
  bytes.set(chunk, carried.length);
  return bytes;
}
