/**
 * The spool: batches that went on without a score wait on disk until the scorer can take them, in the order they came.
 * Bounded: when it is full the oldest segment goes, and what was in it is counted. It lives through a restart.
 *
 * Written synchronously, because it is used only while scoring is away: a write of one batch to the page cache takes less
 * time than scoring it would.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entryBytes, SpoolSegment, type SpooledBatch } from './spool-segment.ts';

export type { SpooledBatch } from './spool-segment.ts';

export interface SpoolOptions {
  /** Folder of its own; made where it is missing. */
  readonly dir: string;
  /** Most bytes on disk. */
  readonly maxBytes: number;
  /** Size at which a segment is closed and the next one begun. */
  readonly segmentBytes: number;
  /** When written batches are forced to the disk: never (the system decides), with each full segment, with each batch. */
  readonly fsync: 'never' | 'segment' | 'batch';
  /** Told of batches that will not be scored: the spool was full, or the disk gave back something else than was written. */
  readonly onLost: (records: number, why: 'full' | 'damaged') => void;
}

const CURSOR = 'cursor';
const SEGMENT = /^(\d{8})\.spool$/;

export class Spool {
  readonly #options: SpoolOptions;
  /** Oldest first; the last one is written to. */
  readonly #segments: SpoolSegment[] = [];

  /** Opens the folder with what an earlier run left. @throws Error when it cannot be used */
  constructor(options: SpoolOptions) {
    this.#options = options;
    const { dir } = options;
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const numbers = readdirSync(dir)
      .flatMap((name) => SEGMENT.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
    for (const number of numbers) this.#segments.push(this.#segment(number));
    const [number, position] = this.#cursor();
    this.#segments.find((segment) => segment.number === number)?.skipTo(position);
    while (this.#segments.length > 0 && this.#segments[0].batches === 0) this.#removeFirst();
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get records(): number {
    return this.#segments.reduce((sum, { records }) => sum + records, 0);
  }

  get isEmpty(): boolean {
    return this.#segments.length === 0;
  }

  /** Adds a batch behind all others, making room where there is none. @throws Error when the disk refuses */
  append(batch: SpooledBatch): void {
    const { maxBytes, segmentBytes, fsync } = this.#options;
    const bytes = entryBytes(batch);
    if (bytes > maxBytes) return this.#options.onLost(batch.records, 'full');
    while (this.bytes + bytes > maxBytes) {
      this.#options.onLost(this.#segments[0].records, 'full');
      this.#removeFirst();
    }
    let last = this.#segments.at(-1);
    if (last === undefined || last.bytes + bytes > segmentBytes) {
      if (fsync === 'segment') last?.sync();
      last = this.#segment((last?.number ?? this.#cursor()[0]) + 1);
      this.#segments.push(last);
    }
    last.append(batch, fsync === 'batch');
  }

  /** The oldest batch, undefined when there is none. It stays until `shift`. */
  first(): SpooledBatch | undefined {
    for (let [segment] = this.#segments; segment !== undefined; [segment] = this.#segments) {
      const batch = segment.first();
      if (batch !== undefined) return batch;
      // Nothing behind a damaged place can be trusted to begin where it should.
      this.#options.onLost(segment.records, 'damaged');
      this.#removeFirst();
    }
    return undefined;
  }

  /** Takes the oldest batch out: it was scored. */
  shift(): void {
    const [segment] = this.#segments;
    if (segment === undefined) return;
    const position = segment.shift();
    if (segment.batches === 0) this.#removeFirst();
    else this.#keepCursor(segment.number, position);
  }

  close(): void {
    for (const segment of this.#segments) segment.close();
  }

  #segment(number: number): SpoolSegment {
    return new SpoolSegment(join(this.#options.dir, `${String(number).padStart(8, '0')}.spool`), number);
  }

  #removeFirst(): void {
    const segment = this.#segments.shift();
    if (segment === undefined) return;
    segment.close();
    // First the place, then the file: numbers go on where they were after a restart.
    this.#keepCursor(segment.number, segment.bytes);
    rmSync(segment.path, { force: true });
  }

  /** Replaced, never half written: at worst one batch is scored twice after a crash. */
  #keepCursor(number: number, position: number): void {
    const path = join(this.#options.dir, CURSOR);
    writeFileSync(`${path}.next`, `${number} ${position}\n`, { mode: 0o600 });
    renameSync(`${path}.next`, path);
  }

  #cursor(): readonly [number: number, position: number] {
    try {
      const [number, position] = readFileSync(join(this.#options.dir, CURSOR), 'utf8').split(' ').map(Number);
      return Number.isSafeInteger(number) && Number.isSafeInteger(position) ? [number, position] : [0, 0];
    } catch {
      return [0, 0];
    }
  }
}
