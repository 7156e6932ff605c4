/** What the routes work with. */
import type { EngineThreads } from '../engine/partition.ts';
import type { Redaction } from '../sources/redaction.ts';
import type { StoreReader } from '../store/store.ts';
import type { Logger } from '../telemetry.ts';
import type { ApiDoors } from './api-doors.ts';
import type { ReadyResponse } from './types.ts';

export interface ApiContext {
  readonly engine: EngineThreads;
  readonly store: StoreReader;
  readonly doors: ApiDoors;
  readonly redaction: Redaction;
  /** Largest request body, before and after decompression, bytes. */
  readonly maxRequestBytes: number;
  /** Most bytes of bodies being received or worked on at a time. */
  readonly maxQueuedBytes: number;
  /** How long windows of a size are kept, ms. */
  readonly keptMs: (sizeMs: number) => number;
  readonly ready: () => ReadyResponse;
  readonly metrics: () => Promise<string>;
  /** Folder of the web page, where there is one. */
  readonly pageFolder?: string | undefined;
  readonly log: Logger;
}
