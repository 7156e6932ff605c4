/**
 * The latest lines of each template, kept as bytes until somebody asks: a few per template, bounded in bytes per stream.
 * The engine offers the first few of each 30 s bucket. Twice as many are kept, because a window closes a little after its
 * end, when lines of the next bucket have already come.
 */
import type { ExampleLine } from '../engine/outputs.ts';
import type { StateReader, StateWriter } from '../engine/state-codec.ts';
import type { PerTemplate } from '../detectors/per-template.ts';
import { bytesColumn, release } from '../engine/small-columns.ts';

export interface ExampleLimits {
  readonly examplesPerTemplate: number;
  readonly maxExampleBytes: number;
  readonly maxStreamExampleBytes: number;
}

/** A line; the oldest one of a template is written over by the next, so that nothing is left for the collector. */
interface Kept {
  timeMs: number;
  severity: number;
  line: number;
  /** The line is the first `length` bytes. */
  text: Uint8Array;
  length: number;
  /** Of no length for a line without one. */
  trace: Uint8Array;
}

export class ExampleLines implements PerTemplate {
  readonly #limits: ExampleLimits;
  readonly #perTemplate: number;
  #kept: Kept[][] = [];
  #bytes = 0;
  /** Lines not kept because the stream's bytes were used up. */
  dropped = 0;

  constructor(limits: ExampleLimits) {
    this.#limits = limits;
    this.#perTemplate = 2 * limits.examplesPerTemplate;
  }

  /** Whether a line of the template is kept. */
  has(template: number): boolean {
    return (this.#kept[template]?.length ?? 0) > 0;
  }

  /** Keeps a copy of `bytes[start, end)`, instead of the template's oldest one when it has its share. */
  add(
    template: number,
    bytes: Uint8Array,
    start: number,
    end: number,
    traceStart: number,
    timeMs: number,
    severity: number,
    line: number,
  ): void {
    const lines = (this.#kept[template] ??= []);
    const length = Math.min(end - start, this.#limits.maxExampleBytes);
    let kept = lines.length === this.#perTemplate ? lines.shift() : undefined;
    if (kept !== undefined) this.#bytes -= kept.length + OVERHEAD;
    if (this.#bytes + length + OVERHEAD > this.#limits.maxStreamExampleBytes) {
      this.dropped++;
      if (kept !== undefined) giveBack(kept);
      return;
    }
    this.#bytes += length + OVERHEAD;
    kept ??= { timeMs, severity, line, text: NO_BYTES, length, trace: NO_BYTES };
    kept.timeMs = timeMs;
    kept.severity = severity;
    kept.line = line;
    kept.length = length;
    kept.text = overwritten(kept.text, bytes, start, length);
    kept.trace = overwritten(kept.trace, bytes, traceStart, traceStart < 0 ? 0 : TRACE_BYTES);
    lines.push(kept);
  }

  /** The lines of a template within `[fromMs, toMs)`, oldest first; whatever is kept when there is none. */
  of(template: number, templateId: string, fromMs: number, toMs: number): ExampleLine[] {
    const all = this.#kept[template] ?? [];
    const within = all.filter((kept) => kept.timeMs >= fromMs && kept.timeMs < toMs);
    const chosen = (within.length > 0 ? within : all).slice(-this.#limits.examplesPerTemplate);
    return chosen.map((kept) => ({
      timeMs: kept.timeMs,
      text: decode(textOf(kept)),
      severity: kept.severity,
      traceId: hex(kept.trace),
      templateId,
      line: kept.line,
    }));
  }

  /** The latest line of a template, '' when none is kept. */
  latest(template: number): string {
    const kept = this.#kept[template]?.at(-1);
    return kept === undefined ? '' : decode(textOf(kept));
  }

  grow(): void {
    // Rings are made when a template's first line is kept.
  }

  clear(index: number): void {
    for (const kept of this.#kept[index] ?? []) this.#forget(kept);
    if (index < this.#kept.length) this.#kept[index] = [];
  }

  #forget(kept: Kept): void {
    this.#bytes -= kept.length + OVERHEAD;
    giveBack(kept);
  }

  merge(from: number, to: number): void {
    const both = [...(this.#kept[to] ?? []), ...(this.#kept[from] ?? [])].sort((a, b) => a.timeMs - b.timeMs);
    if (from < this.#kept.length) this.#kept[from] = [];
    if (both.length === 0) return;
    this.#kept[to] = both.slice(-this.#perTemplate);
    for (const kept of both.slice(0, -this.#perTemplate)) this.#forget(kept);
  }

  save(to: StateWriter): void {
    to.number(this.dropped);
    to.number(this.#kept.length);
    for (let i = 0; i < this.#kept.length; i++) {
      const lines = this.#kept[i] ?? [];
      to.number(lines.length);
      for (const kept of lines) {
        to.numbers(kept.timeMs, kept.severity, kept.line);
        to.bytes(kept.text, kept.length);
        to.bytes(kept.trace);
      }
    }
  }

  load(from: StateReader): void {
    this.dropped = from.number();
    const templates = from.number();
    this.#bytes = 0;
    this.#kept = Array.from({ length: templates }, () =>
      Array.from({ length: from.number() }, () => this.#loadOne(from)),
    );
  }

  #loadOne(from: StateReader): Kept {
    const numbers = new Float64Array(3);
    from.column(numbers);
    const text = bytesColumn(from.bytes());
    const trace = bytesColumn(from.bytes());
    this.#bytes += text.length + OVERHEAD;
    const [timeMs, severity, line] = numbers;
    return { timeMs, severity, line, text, length: text.length, trace };
  }
}

const TRACE_BYTES = 16;
/** A line may be kept in the memory of one so much longer. */
const MOST_TIMES_LONGER = 2;
/** A view of a few bytes costs more than they do. */
const FEW_BYTES = 64;
/** Bytes of an entry besides its text, about. */
const OVERHEAD = 160;

const NO_BYTES = new Uint8Array(0);
const decoder = new TextDecoder();

function textOf({ text, length }: Kept): Uint8Array {
  return text.subarray(0, length);
}

/** `bytes[start, start + length)`, in the memory of a line before if that is about as long. */
function overwritten(memory: Uint8Array, bytes: Uint8Array, start: number, length: number): Uint8Array {
  if (memory.length < length || memory.length > MOST_TIMES_LONGER * length) {
    release(memory);
    return bytesColumn(bytes, start, start + length);
  }
  if (length > FEW_BYTES) memory.set(bytes.subarray(start, start + length));
  else for (let i = 0; i < length; i++) memory[i] = bytes[start + i];
  return memory;
}

function giveBack({ text, trace }: Kept): void {
  release(text);
  release(trace);
}

/** Cut lines may end inside a character: the rest of it is left out. */
function decode(text: Uint8Array): string {
  let end = text.length;
  let back = 0;
  while (back < 3 && end - back > 0 && (text[end - back - 1] & 0xc0) === 0x80) back++;
  const lead = end - back > 0 ? text[end - back - 1] : 0;
  const needed = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
  if (lead >= 0xc0 && back < needed) end -= back + 1;
  return decoder.decode(text.subarray(0, end));
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
