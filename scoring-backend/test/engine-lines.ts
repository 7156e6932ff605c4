/** Lines for engines in tests. */
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { Engine } from '../src/engine/engine.ts';
import { RecordBatch } from '../src/engine/record-batch.ts';
import { engineSettings, type EngineSettings } from '../src/engine/settings.ts';
import { createMessageMiner } from './quality/calibration-miner.ts';

export interface Line {
  readonly timeMs: number;
  readonly message: string;
  readonly severity?: number;
  readonly service?: string;
  /** A number from 0 for a trace id; none when absent or negative. */
  readonly trace?: number;
}

export const T0 = 1_760_000_000_000;
export const SETTINGS = engineSettings({ maxTemplates: 12 });

export function batchOf(engine: Engine, lines: readonly Line[]): RecordBatch {
  const batch = new RecordBatch();
  batch.grow(lines.length);
  batch.records = lines.length;
  const messages = new TextEncoder().encode(lines.map((line) => line.message).join(''));
  const traces = lines.flatMap(({ trace = -1 }) => Array.from({ length: 16 }, () => Math.max(0, trace)));
  batch.bytes = Uint8Array.of(...messages, ...traces);
  let at = 0;
  lines.forEach((line, i) => {
    const identity = { tenant: '', namespace: '', service: line.service ?? 'shop', environment: '' };
    batch.stream[i] = engine.stream(identity);
    batch.timeMs[i] = line.timeMs;
    batch.severity[i] = line.severity ?? 9;
    batch.messageStart[i] = batch.lineStart[i] = at;
    batch.messageEnd[i] = batch.lineEnd[i] = at += line.message.length;
    batch.templateStart[i] = -1;
    batch.traceStart[i] = (line.trace ?? -1) < 0 ? -1 : messages.length + 16 * i;
  });
  return batch;
}

export function score(engine: Engine, lines: readonly Line[], learn = true): VerdictBatch {
  const verdicts = VerdictBatch.create(lines.length);
  engine.score(batchOf(engine, lines), verdicts, { learn });
  return verdicts;
}

export function newEngine(changes: Partial<EngineSettings> = {}): Engine {
  return new Engine({ ...SETTINGS, ...changes }, createMessageMiner);
}

/** Messages of lines that are looked into for who did what. */
export const WATCHED = [
  'mail: Failed password for root from 203.0.113.7',
  'mail: Accepted password for anna from 10.0.0.7',
  'm 203.0.113.9 "GET /nothing HTTP/1.1" 404 3ms',
  'm 203.0.113.9 "GET /q?s=%27%20or%201=1-- HTTP/1.1" 200 3ms',
];
