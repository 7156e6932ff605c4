/**
 * The windows of one stream: 30 s buckets that fill and close as the watermark passes them, 1 min and 5 min windows as
 * sums of closed buckets. Empty buckets close too, once a stream is known; in one jump of time at most
 * `maxEmptyWindows` of them, the rest of the jump has no windows.
 *
 * A window that holds time in which records may have gone uncounted is marked incomplete: the stream's first one, a gap
 * after a crash, a skipped jump.
 */
import { WINDOW_SIZES } from '../engine/outputs.ts';
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import type { PerTemplate } from '../detectors/per-template.ts';
import { WindowCounts, type TemplateBirths } from './window-counts.ts';
import type { WindowValues } from './window-values.ts';

/** Takes a closed window; it is reused after the call. `size` is the index into WINDOW_SIZES. */
export type WindowClosed = (window: WindowCounts, size: number) => void;

export class TumblingWindows implements PerTemplate {
  readonly #births: TemplateBirths;
  readonly #maxEmpty: number;
  readonly #open = new Map<number, WindowCounts>();
  readonly #spare: WindowCounts[] = [];
  readonly #sums: WindowCounts[];
  #last: WindowCounts | undefined;
  #capacity = 0;
  #closedUntilMs = -1;
  /** Records that others stood for. */
  represented = 0;
  /** Before this time records may be missing; Infinity while a gap is open. */
  completeFromMs = -1;

  constructor(births: TemplateBirths, maxEmpty: number) {
    this.#births = births;
    this.#maxEmpty = maxEmpty;
    this.#sums = WINDOW_SIZES.slice(1).map(() => new WindowCounts(births));
  }

  get closedUntilMs(): number {
    return this.#closedUntilMs;
  }

  /** Begins with the stream's first record. */
  start(firstMs: number, watermarkMs: number): void {
    this.#closedUntilMs = floorTo(watermarkMs, BUCKET_MS);
    this.completeFromMs = firstMs;
  }

  /**
   * Counts a record of so many bytes and of this surprise (bits): how many of its template its bucket has now, 0 when it
   * came too late.
   */
  add(timeMs: number, template: number, error: number, bytes = 0, surpriseBits = 0): number {
    const last = this.#last;
    if (last !== undefined && timeMs >= last.startMs && timeMs < last.endMs)
      return last.add(template, error, bytes, surpriseBits);
    const startMs = floorTo(timeMs, BUCKET_MS);
    if (startMs < this.#closedUntilMs) return 0;
    let bucket = this.#open.get(startMs);
    if (bucket === undefined) {
      bucket = this.#bucket(startMs);
      this.#open.set(startMs, bucket);
    }
    this.#last = bucket;
    return bucket.add(template, error, bytes, surpriseBits);
  }

  /** The record that was added last stands for `more` others, equal to it; one that came too late for none. */
  addEqual(timeMs: number, template: number, error: number, bytes: number, more: number): void {
    this.represented += more;
    const last = this.#last;
    if (last !== undefined && timeMs >= last.startMs && timeMs < last.endMs)
      last.addEqual(template, error, bytes, more);
  }

  /** Where the users, addresses and durations of the record go that was added last, unless it came too late. */
  get values(): WindowValues | undefined {
    return this.#last?.values;
  }

  /** Closes what ends by the watermark, in order of time. */
  advance(watermarkMs: number, templates: number, closed: WindowClosed): void {
    let empty = 0;
    while (this.#closedUntilMs + BUCKET_MS <= watermarkMs) {
      const startMs = this.#closedUntilMs;
      let bucket = this.#open.get(startMs);
      if (bucket === undefined && empty++ >= this.#maxEmpty) {
        this.#skip(Math.min(floorTo(watermarkMs, BUCKET_MS), ...this.#open.keys()));
        continue;
      }
      if (bucket !== undefined) empty = 0;
      bucket ??= this.#bucket(startMs);
      this.#open.delete(startMs);
      if (this.#last === bucket) this.#last = undefined;
      this.#closedUntilMs = startMs + BUCKET_MS;
      bucket.incomplete = startMs < this.completeFromMs;
      bucket.seal(templates);
      closed(bucket, 0);
      this.#sums.forEach((sum, i) => this.#sum(sum, i + 1, bucket, templates, closed));
      this.#spare.push(bucket);
    }
  }

  #sum(sum: WindowCounts, size: number, bucket: WindowCounts, templates: number, closed: WindowClosed): void {
    const sizeMs = WINDOW_SIZES[size];
    const startMs = floorTo(bucket.startMs, sizeMs);
    if (sum.startMs !== startMs) {
      sum.open(startMs, sizeMs);
      sum.incomplete = bucket.startMs !== startMs;
    }
    sum.addWindow(bucket);
    if (bucket.endMs !== sum.endMs) return;
    sum.incomplete ||= startMs < this.completeFromMs;
    sum.seal(templates);
    closed(sum, size);
  }

  #skip(toMs: number): void {
    this.#closedUntilMs = toMs;
    this.completeFromMs = Math.max(this.completeFromMs, toMs);
  }

  #bucket(startMs: number): WindowCounts {
    const bucket = this.#spare.pop() ?? new WindowCounts(this.#births);
    bucket.grow(this.#capacity);
    bucket.open(startMs, BUCKET_MS);
    return bucket;
  }

  grow(capacity: number): void {
    this.#capacity = capacity;
    for (const window of this.#inUse()) window.grow(capacity);
  }

  clear(index: number): void {
    for (const window of this.#inUse()) window.clear(index);
  }

  merge(from: number, to: number): void {
    for (const window of this.#inUse()) window.merge(from, to);
  }

  #inUse(): WindowCounts[] {
    return [...this.#open.values(), ...this.#sums];
  }

  save(to: StateWriter): void {
    to.numbers(this.#closedUntilMs, this.completeFromMs, this.#open.size, this.represented);
    for (const window of this.#inUse()) window.save(to);
  }

  /** Call `grow` first. */
  load(from: StateReader): void {
    const numbers = new Float64Array(4);
    from.column(numbers);
    [this.#closedUntilMs, this.completeFromMs] = numbers;
    this.represented = numbers[3];
    for (let i = 0; i < numbers[2]; i++) {
      const bucket = this.#bucket(0);
      bucket.load(from);
      this.#open.set(bucket.startMs, bucket);
    }
    for (const sum of this.#sums) sum.load(from);
  }
}

const BUCKET_MS = WINDOW_SIZES[0];

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}
