/**
 * An engine's state as bytes: a header with a version, then every stream. Of another version nothing is read.
 *
 * A snapshot is written in parts, records go on coming meanwhile: it shows every stream as it was when the snapshot was
 * begun, because a stream is written before the first record that changes it. Ticks need not wait: a stream that is
 * written behind one knows of it already, and to be told the same time again changes nothing.
 */
import type { CatalogueChange } from './outputs.ts';
import type { StreamIdentity } from './stream-identity.ts';
import type { RecordBatch } from './record-batch.ts';
import { StateReader, StateWriter } from '../columns/state-codec.ts';
import type { StreamTable } from './stream-table.ts';

export interface EngineNumbers {
  readonly tickMs: number;
  readonly repeated: number;
}

export class SnapshotInParts {
  /** Changes of the catalogue up to the beginning of the snapshot, where they are taken with it. */
  readonly catalogue: CatalogueChange[] = [];
  readonly #streams: StreamTable;
  readonly #to: StateWriter;
  readonly #takesCatalogue: boolean;
  /** By stream, those that there were at the beginning: 1 when it is written. */
  readonly #isWritten: Uint8Array;
  #left: number;
  #next = 0;

  /**
   * @param memory where to write, as long as it is large enough
   * @param takesCatalogue take from each stream what is new in its catalogue, too
   */
  constructor(numbers: EngineNumbers, streams: StreamTable, memory: ArrayBufferLike, takesCatalogue: boolean) {
    this.#streams = streams;
    this.#takesCatalogue = takesCatalogue;
    this.#left = streams.states.length;
    this.#isWritten = new Uint8Array(this.#left);
    this.#to = new StateWriter(memory);
    this.#to.text(MAGIC);
    this.#to.number(VERSION);
    this.#to.number(numbers.tickMs);
    this.#to.number(numbers.repeated);
    this.#to.number(this.#left);
  }

  /** Are all streams written? */
  get complete(): boolean {
    return this.#left === 0;
  }

  /** Writes the streams that the records of a batch are of: call it before they change. */
  before(batch: RecordBatch): void {
    let last = -1;
    for (let i = 0; i < batch.records; i++) {
      const stream = batch.stream[i];
      if (stream === last) continue;
      last = stream;
      if (stream >= 0 && this.#isWritten[stream] === 0) this.#write(stream);
    }
  }

  /** Goes on for about so many bytes, at least by one stream; true when all are written. */
  step(bytes: number): boolean {
    const until = this.#to.length + bytes;
    for (; this.#next < this.#isWritten.length && this.#to.length < until; this.#next++)
      if (this.#isWritten[this.#next] === 0) this.#write(this.#next);
    return this.complete;
  }

  /** The snapshot, in the memory that was given or a larger one. Call it when it is complete. */
  finish(): Uint8Array {
    return this.#to.finish();
  }

  #write(index: number): void {
    const state = this.#streams.states[index];
    const change = this.#takesCatalogue ? state.takeCatalogue() : undefined;
    if (change !== undefined) this.catalogue.push(change);
    this.#to.number(index);
    this.#to.section(() => {
      this.#to.text(JSON.stringify(state.identity));
      this.#to.number(this.#streams.overflowed.has(index) ? 1 : 0);
      state.save(this.#to);
    });
    this.#isWritten[index] = 1;
    this.#left--;
  }
}

/**
 * Fills the empty `streams`.
 * @throws RangeError when the bytes are cut off, something else, or of another version
 */
export function readSnapshot(snapshot: Uint8Array, streams: StreamTable): EngineNumbers {
  const from = new StateReader(snapshot);
  const magic = snapshot.length < 16 ? '' : from.text();
  if (magic !== MAGIC)
    throw new RangeError('snapshot: expected an engine snapshot of version 9 or later, got something else');
  const version = from.number();
  if (version !== VERSION) throw new RangeError(`snapshot: expected version ${VERSION}, got ${version}`);
  const tickMs = from.number();
  const repeated = from.number();
  const count = from.number();
  // Indexes are given in the order of the streams' first records, whatever the order in which they were written.
  const sections = new Map<number, StateReader>();
  for (let i = 0; i < count; i++) sections.set(from.number(), from.section());
  for (let index = 0; index < count; index++) {
    const section = sections.get(index);
    if (section === undefined) throw new RangeError(`snapshot: expected ${count} streams, number ${index} is missing`);
    const identity = JSON.parse(section.text()) as StreamIdentity;
    streams.add(identity, section.number() === 1);
    streams.states[index].load(section);
  }
  return { tickMs, repeated };
}

const MAGIC = 'seismo-snapshot';
/** Raise it with every change of what the parts save. */
const VERSION = 11;
