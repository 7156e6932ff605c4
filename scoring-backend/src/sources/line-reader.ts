/** How a format of log files turns lines into records: plain-records.ts and json-lines/json-records.ts. */
import type { StreamIdentity } from '../engine/stream-identity.ts';
import type { RecordBatch } from '../engine/record-batch.ts';
import type { LineBlock } from './file-lines.ts';

/** What gives streams their index: the engine. */
export interface Streams {
  stream(identity: StreamIdentity): number;
}

export interface LineReader {
  /** False where lines have no times: times only count lines then, `UNTIMED_STEP_MS` each. */
  readonly timed: boolean;
  /**
   * Are batches cut at short steps of event time? Ticks between them show the silence of one service among others. Of a
   * single service the records move time; a tick behind hours of them would close windows that the next ones belong to.
   */
  readonly stepwise: boolean;
  /** Fills the batch with the lines from `from` on, one record each; as many as it wants, at least one. */
  read(block: LineBlock, from: number, batch: RecordBatch): void;
}

/** In an input without times, lines are this far apart, in ms: a thousand lines make an episode's longest gap. */
export const UNTIMED_STEP_MS = 600;
