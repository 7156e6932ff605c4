/**
 * The latest lines of each template, kept as bytes until somebody asks: a few per template, bounded in bytes per stream.
 * The engine offers the first few of each 30 s bucket. Twice as many are kept, because a window closes a little after its
 * end, when lines of the next bucket have already come.
 */
import type { ExampleLine } from '../engine/outputs.ts';
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import type { PerTemplate } from '../detectors/per-template.ts';
import { type PackedLine, PackedLines } from './packed-lines.ts';

export interface ExampleLimits {
  readonly examplesPerTemplate: number;
  readonly maxExampleBytes: number;
  readonly maxStreamExampleBytes: number;
}

export class ExampleLines implements PerTemplate {
  readonly #limits: ExampleLimits;
  readonly #perTemplate: number;
  #kept: (PackedLines | undefined)[] = [];
  #bytes = 0;
  /** Lines not kept because the stream's bytes were used up. */
  dropped = 0;

  constructor(limits: ExampleLimits) {
    this.#limits = limits;
    this.#perTemplate = 2 * limits.examplesPerTemplate;
  }

  /** Whether a line of the template is kept. */
  has(template: number): boolean {
    return (this.#kept[template]?.count ?? 0) > 0;
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
    const lines = (this.#kept[template] ??= new PackedLines());
    const length = Math.min(end - start, this.#limits.maxExampleBytes);
    if (lines.count === this.#perTemplate) this.#forgetOldest(lines);
    if (this.#bytes + length + OVERHEAD > this.#limits.maxStreamExampleBytes) {
      this.dropped++;
      return;
    }
    this.#bytes += length + OVERHEAD;
    lines.add(bytes, start, length, traceStart, timeMs, severity, line);
  }

  /** The lines of a template within `[fromMs, toMs)`, oldest first; whatever is kept when there is none. */
  of(template: number, templateId: string, fromMs: number, toMs: number): ExampleLine[] {
    const all = this.#kept[template]?.all() ?? [];
    const within = all.filter((kept) => kept.timeMs >= fromMs && kept.timeMs < toMs);
    const chosen = (within.length > 0 ? within : all).slice(-this.#limits.examplesPerTemplate);
    return chosen.map((kept) => ({
      timeMs: kept.timeMs,
      text: decode(kept.text),
      severity: kept.severity,
      traceId: hex(kept.trace),
      templateId,
      line: kept.line,
    }));
  }

  /** The latest line of a template, '' when none is kept. */
  latest(template: number): string {
    const kept = this.#kept[template]?.latest();
    return kept === undefined ? '' : decode(kept.text);
  }

  grow(): void {
    // Rings are made when a template's first line is kept.
  }

  clear(index: number): void {
    const lines = this.#kept[index];
    if (lines === undefined) return;
    for (const { text } of lines.all()) this.#bytes -= text.length + OVERHEAD;
    lines.release();
    this.#kept[index] = undefined;
  }

  merge(from: number, to: number): void {
    const both = [...(this.#kept[to]?.all() ?? []), ...(this.#kept[from]?.all() ?? [])];
    const latest = both.sort((a, b) => a.timeMs - b.timeMs).slice(-this.#perTemplate);
    const merged = latest.length === 0 ? undefined : packed(latest);
    this.clear(from);
    this.clear(to);
    if (merged === undefined) return;
    for (const { text } of latest) this.#bytes += text.length + OVERHEAD;
    this.#kept[to] = merged;
  }

  #forgetOldest(lines: PackedLines): void {
    this.#bytes -= lines.oldestLength + OVERHEAD;
    lines.shift();
  }

  save(to: StateWriter): void {
    to.number(this.dropped);
    to.number(this.#kept.length);
    for (let i = 0; i < this.#kept.length; i++) {
      const lines = this.#kept[i]?.all() ?? [];
      to.number(lines.length);
      for (const kept of lines) {
        to.numbers(kept.timeMs, kept.severity, kept.line);
        to.bytes(kept.text);
        to.bytes(kept.trace);
      }
    }
  }

  load(from: StateReader): void {
    this.dropped = from.number();
    const templates = from.number();
    this.#bytes = 0;
    this.#kept = Array.from({ length: templates }, () => {
      const lines = Array.from({ length: from.number() }, () => readLine(from));
      for (const { text } of lines) this.#bytes += text.length + OVERHEAD;
      return lines.length === 0 ? undefined : packed(lines);
    });
  }
}

/** Bytes of a line besides its text, with what is kept in reserve: at most, unless the text is very long. */
const OVERHEAD = 160;

const decoder = new TextDecoder();

function packed(lines: readonly PackedLine[]): PackedLines {
  const target = new PackedLines();
  for (const { text, trace, timeMs, severity, line } of lines) {
    const bytes = Uint8Array.of(...trace, ...text);
    target.add(bytes, trace.length, text.length, trace.length === 0 ? -1 : 0, timeMs, severity, line);
  }
  return target;
}

function readLine(from: StateReader): PackedLine {
  const numbers = new Float64Array(3);
  from.column(numbers);
  const [timeMs, severity, line] = numbers;
  return { timeMs, severity, line, text: from.bytes(), trace: from.bytes() };
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
