/** What brings an engine back after a restart: its snapshot, and where such snapshots are kept. */
import type { CatalogueChange, EngineCounters } from '../outputs.ts';
import type { SavedPositions } from './positions.ts';

export interface Checkpoint {
  /** Which engine, from 0, of how many. */
  readonly partition: number;
  readonly partitions: number;
  readonly snapshot: Uint8Array;
  readonly counters: EngineCounters;
  /** What the snapshot has seen of the sources. */
  readonly positions: SavedPositions;
  /** Nothing was taken after it: the engine was shut down in order. */
  readonly clean: boolean;
  readonly atMs: number;
}

/** Keeps the last checkpoint of every engine; catalogue rows are kept together with the counters they add up to. */
export interface CheckpointKeeper {
  /** The snapshot's memory is used again for the next one, once the promise has settled: what is kept is a copy. */
  save(checkpoint: Checkpoint, catalogue: readonly CatalogueChange[]): Promise<void>;
  load(): Promise<Checkpoint[]>;
}
