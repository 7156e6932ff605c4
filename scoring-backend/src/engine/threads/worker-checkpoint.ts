/**
 * Takes checkpoints of an engine while requests go on coming: the state is written in slices, one after each turn of the
 * requests, into memory that is shared with the thread that keeps it and used again for the next checkpoint. Many
 * megabytes written at once, into fresh memory, would hold up verdicts for longer than the processor waits for them.
 */
import type { DirectStreams } from './direct-streams.ts';
import type { Engine } from '../engine.ts';
import type { CatalogueChange } from '../outputs.ts';
import type { SnapshotInParts } from '../snapshot.ts';
import type { CheckpointState } from './worker-messages.ts';

/** Bytes of a slice, about: a millisecond. A stream is written in one piece. */
const SLICE_BYTES = 524_288;
const FIRST_BYTES = 1_048_576;

export interface CheckpointParts {
  readonly engine: Engine;
  /** Takes what is new in the catalogue, and gives what there is since the last checkpoint. */
  readonly catalogue: { add(changes: readonly CatalogueChange[]): void; take(): CatalogueChange[] };
  readonly direct: DirectStreams | undefined;
}

export class WorkerCheckpoint {
  readonly #parts: CheckpointParts;
  #memory: ArrayBufferLike = new SharedArrayBuffer(FIRST_BYTES);
  /** Completes the checkpoint that is being taken, at once. */
  #complete: (() => void) | undefined;

  constructor(parts: CheckpointParts) {
    this.#parts = parts;
  }

  /**
   * Takes a checkpoint of the engine as it is now and gives it to `done`, some turns later. The snapshot lies in memory
   * that is written anew by the next call: the checkpoint before must have been kept by then.
   */
  take(done: (state: CheckpointState) => void): void {
    this.#complete?.();
    const { engine, direct } = this.#parts;
    const counters = engine.counters();
    direct?.checkpointed(engine.streams().length);
    const saving = engine.beginSnapshot(this.#memory);
    const finish = (): void => {
      this.#complete = undefined;
      const { catalogue, direct } = this.#parts;
      catalogue.add(saving.catalogue);
      const snapshot = this.#keepMemory(saving);
      done({ snapshot, counters, catalogue: catalogue.take(), directStreams: direct?.streams });
    };
    const slice = (): void => {
      if (saving.step(SLICE_BYTES)) finish();
      else waiting = setImmediate(slice);
    };
    let waiting = setImmediate(slice);
    this.#complete = () => {
      clearImmediate(waiting);
      saving.step(Infinity);
      finish();
    };
  }

  #keepMemory(saving: SnapshotInParts): Uint8Array {
    const snapshot = saving.finish();
    this.#memory = snapshot.buffer;
    return snapshot;
  }
}
