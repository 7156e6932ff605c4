/** What the main thread and an engine thread say to each other. Order matters: both sides handle messages as they come. */
import type { AnnotationNames } from '@seismo/otel-processor/otlp/attribute-names';
import type { CatalogueChange, EngineCounters, EngineEvents } from '../outputs.ts';
import type { EngineSettings } from '../settings.ts';
import type { SlotBuffers } from './worker-slots.ts';

/** What a thread begins with. */
export interface WorkerStart {
  readonly partition: number;
  readonly partitions: number;
  readonly settings: EngineSettings;
  /** Names of our attributes that differ from the default ones, by which records that carry our mark are known. */
  readonly names: Partial<AnnotationNames> | undefined;
  /** The pooled request buffers; a score message names one by its index. */
  readonly slots: readonly SlotBuffers[];
  /** The state to continue from. */
  readonly snapshot: Uint8Array | undefined;
  /** Records may have been taken after the snapshot: report a gap. */
  readonly gap: boolean;
  /**
   * Given where sources replay: the streams of the snapshot, by index, that have had records which will not come again. Only
   * these have the gap. `all`: that is not known.
   */
  readonly directStreams: readonly number[] | 'all' | undefined;
}

export interface ScoreMessage {
  readonly kind: 'score';
  readonly id: number;
  /** Number of the request or tick among all that the threads are given. */
  readonly input: number;
  /** Index of the pooled buffer, or the buffer itself when the request was too large for one. */
  readonly slot: number | SharedArrayBuffer;
  readonly length: number;
  /** The request's columns are in the pooled buffer too. */
  readonly decoded: boolean;
  readonly tenant: string;
  /** It comes from no source that could give it again. */
  readonly direct: boolean;
  readonly learn: boolean;
  readonly texts: boolean;
}

export type ToWorker =
  | ScoreMessage
  | { readonly kind: 'tick'; readonly timeMs: number; readonly input: number }
  /** Say now what there is to say. */
  | { readonly kind: 'report'; readonly id: number }
  /** `force`: also when nothing has changed since the last one. */
  | { readonly kind: 'checkpoint'; readonly id: number; readonly force: boolean };

/** Sizes at the moment, beside the counters. */
export interface EngineSizes {
  readonly streams: number;
  /** Rows of the catalogue that were too many to be kept until the next checkpoint, since the thread started. */
  readonly catalogueDropped: number;
}

/** The state of an engine at one moment, and what was new in its catalogue then. */
export interface CheckpointState {
  /** In shared memory that the next checkpoint is written to. */
  readonly snapshot: Uint8Array;
  readonly counters: EngineCounters;
  readonly catalogue: readonly CatalogueChange[];
  /** As WorkerStart has them. */
  readonly directStreams: readonly number[] | undefined;
}

export type FromWorker =
  /** `restored` is false when there was a snapshot and it could not be read; `problem` says why. */
  | { readonly kind: 'ready'; readonly restored: boolean; readonly problem: string }
  /** An encoded verdict batch. */
  | { readonly kind: 'verdicts'; readonly id: number; readonly bytes: Uint8Array }
  /** The same in the pooled buffer. */
  | { readonly kind: 'verdicts-in-slot'; readonly id: number; readonly length: number }
  /** The request is malformed; nothing of it was learned. */
  | { readonly kind: 'refused'; readonly id: number; readonly message: string }
  | {
      readonly kind: 'outputs';
      readonly outputs: EngineEvents;
      readonly counters: EngineCounters;
      readonly sizes: EngineSizes;
      /** The last request or tick that was handled. */
      readonly input: number;
    }
  | { readonly kind: 'reported'; readonly id: number }
  /** A checkpoint is not to wait for its time (direct-streams.ts). */
  | { readonly kind: 'checkpoint-due' }
  | {
      readonly kind: 'checkpoint';
      readonly id: number;
      /** undefined: nothing has changed. */
      readonly state: CheckpointState | undefined;
    };
