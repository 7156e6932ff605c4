/** Lines of JSON as records, which point into a copy of the lines and what was decoded of them. */
import { isUtf8 } from 'node:buffer';
import type { RecordBatch } from '../../engine/record-batch.ts';
import { MAX_LINE_BYTES, type LineBlock } from '../file-lines.ts';
import { type LineReader, type Streams, UNTIMED_STEP_MS } from '../line-reader.ts';
import type { LogInput } from '../log-input.ts';
import { JsonLine, type TextRange } from './json-line.ts';
import { LineBytes } from './line-bytes.ts';
import { LineStreams } from './line-streams.ts';

/** Batches are cut at these steps of event time, in ms, so that ticks can show the silence of one service among others. */
const CUT_MS = 10_000;
const UNSAID: TextRange = { start: 0, end: 0 };

export class JsonRecords implements LineReader {
  readonly timed: boolean;
  readonly stepwise = true;
  readonly #text = new LineBytes();
  readonly #line = new JsonLine(this.#text);
  readonly #streams: LineStreams;
  readonly #decoder = new TextDecoder();
  /** The line to read, in the text. */
  readonly #range: TextRange = { start: 0, end: 0 };
  /** Where the block begins in its own bytes, and ends in the text. */
  #blockStart = 0;
  #blockEnd = 0;
  /** Is the block UTF-8 from end to end? */
  #wellFormed = false;
  #lastMs: number;

  constructor(first: LineBlock, input: LogInput, streams: Streams) {
    this.#streams = new LineStreams(this.#text, streams, input.service);
    this.#lastMs = this.#firstTime(first);
    this.timed = !Number.isNaN(this.#lastMs);
    if (!this.timed) this.#lastMs = 0;
  }

  read(block: LineBlock, from: number, batch: RecordBatch): void {
    if (from === 0) this.#take(block);
    this.#text.used = this.#blockEnd;
    batch.records = 0;
    batch.values = 0;
    batch.grow(block.lines - from);
    const untilMs = (Math.floor(this.#lastMs / CUT_MS) + 1) * CUT_MS;
    for (let line = from; line < block.lines; line++) {
      this.#find(block, line);
      this.#record(batch);
      if (this.timed && this.#lastMs >= untilMs) break;
    }
    batch.bytes = this.#text.bytes;
  }

  /** Adds the line in `#range`. */
  #record(batch: RecordBatch): void {
    const i = batch.records++;
    const line = this.#line;
    const { start, end } = this.#range;
    const isJson = line.read(start, end);
    if (!this.timed) this.#lastMs += UNTIMED_STEP_MS;
    else if (isJson && !Number.isNaN(line.timeMs)) this.#lastMs = line.timeMs;
    const { service, namespace, environment } = line;
    batch.stream[i] = isJson
      ? this.#streams.find(service, namespace, environment)
      : this.#streams.find(UNSAID, UNSAID, UNSAID);
    batch.timeMs[i] = this.#lastMs;
    batch.severity[i] = isJson ? line.severity : 0;
    const message = isJson && line.hasMessage ? line.message : this.#range;
    batch.messageStart[i] = batch.lineStart[i] = message.start;
    batch.messageEnd[i] = batch.lineEnd[i] = message.end;
    batch.templateStart[i] = batch.templateEnd[i] = -1;
    batch.traceStart[i] = isJson ? line.traceStart : -1;
    if (isJson) line.addValues(batch, i);
  }

  #take({ bytes, start, end, lines }: LineBlock): void {
    const whole = bytes.subarray(start[0], end[lines - 1]);
    this.#text.set(whole);
    this.#blockStart = start[0];
    this.#blockEnd = whole.length;
    this.#wellFormed = isUtf8(whole);
  }

  /** Sets `#range` to a line of the block; what is no UTF-8 in it is replaced, and a byte order mark passed over. */
  #find({ bytes, start, end }: LineBlock, line: number): void {
    const range = this.#range;
    range.start = start[line] - this.#blockStart;
    range.end = end[line] - this.#blockStart;
    // A line that was cut may end inside a character.
    if (!this.#wellFormed || range.end - range.start >= MAX_LINE_BYTES) {
      const own = bytes.subarray(start[line], end[line]);
      if (isUtf8(own)) return skipMark(this.#text.bytes, range);
      range.start = this.#text.used;
      this.#text.write(this.#decoder.decode(own));
      range.end = this.#text.used;
    } else skipMark(this.#text.bytes, range);
  }

  #firstTime(block: LineBlock): number {
    this.#take(block);
    for (let line = 0; line < block.lines; line++) {
      this.#text.used = this.#blockEnd;
      this.#find(block, line);
      if (this.#line.read(this.#range.start, this.#range.end) && !Number.isNaN(this.#line.timeMs))
        return this.#line.timeMs;
    }
    return NaN;
  }
}

/** Passes over a byte order mark, which some programs write before the first line. */
function skipMark(bytes: Uint8Array, range: TextRange): void {
  const { start, end } = range;
  if (end - start >= 3 && bytes[start] === 0xef && bytes[start + 1] === 0xbb && bytes[start + 2] === 0xbf)
    range.start += 3;
}
