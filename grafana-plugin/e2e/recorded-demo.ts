/** Minutes of the demo shop as record-demo.ts recorded them, told as if they had just happened. */
import fs from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LogLine } from '@seismo/scoring-backend/api';

export const RECORDING = path.join(import.meta.dirname, 'recorded-demo.ndjson.gz');

/** Time since the first line in ms, service, OTLP SeverityNumber, message, trace id. */
export type RecordedLine = readonly [sinceMs: number, service: string, severity: number, text: string, traceId: string];

/** The lines with the last one at `endMs`. */
export function recordedDemo(endMs: number): LogLine[] {
  const lines = gunzipSync(fs.readFileSync(RECORDING)).toString('utf8').split('\n');
  const recorded = lines.map((line) => JSON.parse(line) as RecordedLine);
  const startMs = endMs - (recorded.at(-1)?.[0] ?? 0);
  return recorded.map(([sinceMs, service, severity, message, traceId]) => ({
    timestamp: startMs + sinceMs,
    service,
    severity,
    message,
    metadata: traceId === '' ? {} : { trace_id: traceId },
  }));
}
