/**
 * Where inputs end. An engine that is told nothing more sees silence; at the end of a file that says something of the
 * file, not of the service.
 */
import type { Anomaly, Reason } from '../engine/outputs.ts';
import type { StreamIdentity } from '../engine/stream-identity.ts';
import type { RecordBatch } from '../engine/record-batch.ts';

/** How far the times of an input reach, in ms; grows while it is read. */
export interface InputReach {
  toMs: number;
}

export class InputEnds {
  /** The input in which a stream was seen last. */
  readonly #seenIn = new Map<StreamIdentity, InputReach>();

  /** Takes note of the streams of a batch of an input. */
  see(batch: RecordBatch, streams: readonly StreamIdentity[], input: InputReach): void {
    let last = -1;
    for (let i = 0; i < batch.records; i++) {
      const stream = batch.stream[i];
      if (stream === last) continue;
      last = stream;
      this.#seenIn.set(streams[stream], input);
    }
  }

  /** Does this window lie behind the end of its input, or is odd only for what the end cut off? */
  explains({ stream, unit, startMs, endMs, reasons }: Anomaly): boolean {
    const input = this.#seenIn.get(stream);
    if (input === undefined || unit === 'record' || endMs <= input.toMs) return false;
    return startMs > input.toMs || reasons.every(isLack);
  }
}

/** Too little of something; how well a service is known says nothing either way. */
function isLack({ kind, actual, expected }: Reason): boolean {
  if (kind === 'rate' || kind === 'template_rate') return actual < expected;
  return kind === 'silence' || kind === 'learning';
}
