/**
 * Which streams have had records that nobody gives again, such as those over HTTP beside a source that does (Kafka): after a
 * crash only these have a gap.
 */
import type { RecordBatch } from '../record-batch.ts';

export class DirectStreams {
  readonly #streams: Set<number>;
  /** How many streams the last checkpoint has. */
  #checkpointed: number;

  /**
   * @param known those of a checkpoint, by index
   * @param checkpointed how many streams it has
   */
  constructor(known: Iterable<number>, checkpointed: number) {
    this.#streams = new Set(known);
    this.#checkpointed = checkpointed;
  }

  /** By index, in the order of coming. */
  get streams(): readonly number[] {
    return [...this.#streams];
  }

  /**
   * Takes note of records that will not come again.
   * @returns true when a checkpoint is due: the last one has a stream of them and does not know this of it, so that without
   * another one a crash would leave a gap untold
   */
  took({ records, stream }: RecordBatch): boolean {
    let due = false;
    let last = -1;
    for (let i = 0; i < records; i++) {
      const index = stream[i];
      if (index === last) continue;
      last = index;
      if (index < 0 || this.#streams.has(index)) continue;
      this.#streams.add(index);
      due ||= index < this.#checkpointed;
    }
    return due;
  }

  /** A checkpoint is being taken, of so many streams. */
  checkpointed(streams: number): void {
    this.#checkpointed = streams;
  }
}
