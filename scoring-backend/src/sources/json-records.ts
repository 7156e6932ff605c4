/** Lines of JSON as records. Their messages are written into a buffer of their own, which the records point into. */
import type { RecordBatch } from '../engine/record-batch.ts';
import type { LineBlock } from './file-lines.ts';
import { type LineReader, type Streams, UNTIMED_STEP_MS } from './line-reader.ts';
import { type JsonLine, parseJsonLine } from './json-line.ts';
import type { LogInput } from './log-input.ts';

/** Batches are cut at these steps of event time, in ms, so that ticks can show the silence of one service among others. */
const CUT_MS = 10_000;
const INITIAL_BYTES = 65_536;
/** UTF-8 needs at most three bytes for a UTF-16 unit. */
const BYTES_PER_UNIT = 3;
const TRACE_BYTES = 16;

export class JsonRecords implements LineReader {
  readonly timed: boolean;
  readonly stepwise = true;
  readonly #input: LogInput;
  readonly #streams: Streams;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  #bytes = new Uint8Array(INITIAL_BYTES);
  #used = 0;
  #lastMs: number;

  constructor(first: LineBlock, input: LogInput, streams: Streams) {
    this.#input = input;
    this.#streams = streams;
    this.#lastMs = this.#firstTime(first);
    this.timed = !Number.isNaN(this.#lastMs);
    if (!this.timed) this.#lastMs = 0;
  }

  read(block: LineBlock, from: number, batch: RecordBatch): void {
    this.#used = 0;
    batch.records = 0;
    batch.values = 0;
    batch.grow(block.lines - from);
    const untilMs = (Math.floor(this.#lastMs / CUT_MS) + 1) * CUT_MS;
    for (let line = from; line < block.lines; line++) {
      const text = this.#text(block, line);
      this.#record(batch, text, parseJsonLine(text));
      if (this.timed && this.#lastMs >= untilMs) break;
    }
    batch.bytes = this.#bytes;
  }

  #record(batch: RecordBatch, text: string, json: JsonLine | undefined): void {
    const i = batch.records++;
    if (!this.timed) this.#lastMs += UNTIMED_STEP_MS;
    else if (json !== undefined && !Number.isNaN(json.timeMs)) this.#lastMs = json.timeMs;
    const { namespace = '', environment = '', traceId = '', severity = 0 } = json ?? {};
    const service = json === undefined || json.service === '' ? this.#input.service : json.service;
    batch.stream[i] = this.#streams.stream({ tenant: '', namespace, service, environment });
    batch.timeMs[i] = this.#lastMs;
    batch.severity[i] = severity;
    batch.templateStart[i] = batch.templateEnd[i] = -1;
    batch.messageStart[i] = batch.lineStart[i] = this.#used;
    this.#write(json?.message ?? text);
    batch.messageEnd[i] = batch.lineEnd[i] = this.#used;
    batch.traceStart[i] = traceId === '' ? -1 : this.#trace(traceId);
    for (const { meaning, text: value } of json?.values ?? []) {
      const start = this.#used;
      this.#write(value);
      batch.addText(i, meaning, start, this.#used);
    }
  }

  #write(text: string): void {
    this.#room(text.length * BYTES_PER_UNIT);
    this.#used += this.#encoder.encodeInto(text, this.#bytes.subarray(this.#used)).written;
  }

  #trace(hex: string): number {
    this.#room(TRACE_BYTES);
    const start = this.#used;
    this.#bytes.set(Uint8Array.fromHex(hex), start);
    this.#used += TRACE_BYTES;
    return start;
  }

  #room(bytes: number): void {
    if (this.#used + bytes <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#used + bytes));
    grown.set(this.#bytes);
    this.#bytes = grown;
  }

  #firstTime(block: LineBlock): number {
    for (let line = 0; line < block.lines; line++) {
      const timeMs = parseJsonLine(this.#text(block, line))?.timeMs ?? NaN;
      if (!Number.isNaN(timeMs)) return timeMs;
    }
    return NaN;
  }

  #text({ bytes, start, end }: LineBlock, line: number): string {
    return this.#decoder.decode(bytes.subarray(start[line], end[line]));
  }
}
