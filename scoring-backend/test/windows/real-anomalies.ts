/** The anomalies that an engine with default settings finds in a log file, as `seismo scan` would. */
import { createReadStream, statSync } from 'node:fs';
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { Engine } from '../../src/engine/engine.ts';
import type { Anomaly } from '../../src/engine/outputs.ts';
import { engineSettings } from '../../src/engine/settings.ts';
import { fileRecords } from '../../src/sources/files.ts';
import { createTemplateMiner } from '../../src/templates/miner.ts';

export async function anomaliesOf(path: string): Promise<Anomaly[]> {
  const engine = new Engine(engineSettings(), createTemplateMiner);
  const { size } = statSync(path);
  const input = {
    ...{ path, service: 'log', size, modifiedMs: Date.UTC(2024, 5, 1) },
    bytesRead: () => size,
    chunks: createReadStream(path),
  };
  const anomalies: Anomaly[] = [];
  for await (const { batch } of fileRecords(input, engine)) {
    engine.score(batch, VerdictBatch.create(batch.records), { learn: true });
    anomalies.push(...engine.takeOutputs().anomalies);
  }
  return anomalies;
}
