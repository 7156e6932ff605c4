/**
 * Anomalies of inputs without times. A budget per week means nothing there, so records with M ≥ 3 are told whose
 * template is rarer than 1 in 1,000 so far: each template once.
 */
import type { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import type { Anomaly } from '../engine/outputs.ts';
import type { StreamIdentity } from '../engine/stream-identity.ts';
import type { RecordBatch } from '../engine/record-batch.ts';
import { hexId } from '../explain/ids.ts';

const LEAST_MAGNITUDE = 3;
const MAX_TEXT_BYTES = 1_024;
/** Most templates counted; an input with more is noise, and counting begins anew. */
const MOST_COUNTED = 50_000;

export class UntimedAnomalies {
  readonly #told = new Set<string>();
  /** Records so far of each stream and template, and of each stream. */
  readonly #counts = new Map<string, number>();
  readonly #records = new Map<number, number>();

  /** Those in a batch that was scored. @param firstLine the line of its first record, over all files */
  *of(
    batch: RecordBatch,
    verdicts: VerdictBatch,
    streams: readonly StreamIdentity[],
    firstLine: number,
  ): Generator<Anomaly> {
    for (let i = 0; i < batch.records; i++) {
      const stream = batch.stream[i];
      const templateId = hexId(verdicts.templateHigh[i], verdicts.templateLow[i]);
      const key = `${stream} ${templateId}`;
      const records = this.#records.get(stream) ?? 0;
      const count = this.#counts.get(key) ?? 0;
      if (this.#counts.size >= MOST_COUNTED) this.#counts.clear();
      this.#records.set(stream, records + 1);
      this.#counts.set(key, count + 1);
      const magnitude = -2 * Math.log2(1 - verdicts.score[i]);
      if (!(magnitude >= LEAST_MAGNITUDE) || count * 10 ** LEAST_MAGNITUDE > records || this.#told.has(key)) continue;
      // A blank line tells a reader nothing, however rare it is.
      if (isBlank(batch.bytes, batch.lineStart[i], batch.lineEnd[i])) continue;
      this.#told.add(key);
      const text = new TextDecoder().decode(
        batch.bytes.subarray(batch.lineStart[i], Math.min(batch.lineEnd[i], batch.lineStart[i] + MAX_TEXT_BYTES)),
      );
      const timeMs = batch.timeMs[i];
      const line = firstLine + i;
      yield {
        ...{ id: templateId, stream: streams[stream], unit: 'record', startMs: timeMs, endMs: timeMs },
        ...{
          magnitude,
          score: verdicts.score[i],
          confidence: verdicts.confidence[i],
          margin: magnitude - LEAST_MAGNITUDE,
        },
        reasons: verdicts.reasons(i).map((reason) => ({
          ...({
            kind: 'rare_template',
            text: reason,
            expected: 0,
            actual: 1,
            unit: 'records',
            magnitude,
            templateId,
          } as const),
        })),
        ...{ templateId, template: '', model: verdicts.model },
        examples: [{ timeMs, text, severity: batch.severity[i], traceId: '', templateId, line }],
      };
    }
  }
}

function isBlank(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (bytes[i] > 0x20) return false;
  return true;
}
