/** Engine threads for tests: what they said is heard, what they keep stays in memory. */
import type { Checkpoint, CheckpointKeeper } from '../src/engine/threads/checkpoint.ts';
import type { Anomaly, CatalogueChange, Gap, WindowVerdict } from '../src/engine/outputs.ts';
import { EngineThreads } from '../src/engine/partition.ts';
import type { EngineThreadsOptions } from '../src/engine/partition.ts';
import { engineSettings } from '../src/engine/settings.ts';
import { linesToOtlp } from '../src/sources/json-logs.ts';

export const T0 = Date.UTC(2026, 0, 5, 10);
export const SERVICES = ['cart', 'pay', 'ship', 'mail', 'auth'];

/** Keeps checkpoints in memory, as the store keeps them on disk. */
export class MemoryKeeper implements CheckpointKeeper {
  readonly checkpoints = new Map<number, Checkpoint>();
  readonly catalogue: CatalogueChange[] = [];

  async save(checkpoint: Checkpoint, catalogue: readonly CatalogueChange[]): Promise<void> {
    this.checkpoints.set(checkpoint.partition, { ...checkpoint, snapshot: checkpoint.snapshot.slice() });
    this.catalogue.push(...catalogue);
  }

  async load(): Promise<Checkpoint[]> {
    return [...this.checkpoints.values()];
  }
}

export interface Heard {
  readonly windows: WindowVerdict[];
  readonly anomalies: Anomaly[];
  readonly gaps: Gap[];
  readonly trouble: string[];
}

const started: EngineThreads[] = [];

/** Ends all that were started. */
export async function closeEngines(): Promise<void> {
  await Promise.all(started.splice(0).map((engine) => engine.close()));
}

/** Starts threads; `closeEngines` ends them. */
export async function start(
  changes: Partial<EngineThreadsOptions> = {},
): Promise<{ engine: EngineThreads; heard: Heard }> {
  const heard: Heard = { windows: [], anomalies: [], gaps: [], trouble: [] };
  const engine = await EngineThreads.start({
    ...{ workers: 1, settings: engineSettings(), tickMs: 0, checkpointMs: 3_600_000, slots: 4, slotBytes: 65_536 },
    ...{ maxQueuedBytes: 64 * 1024 * 1024, maxHeapMib: 512 },
    keeper: new MemoryKeeper(),
    onOutputs: ({ windows, anomalies, gaps }) => {
      heard.windows.push(...windows);
      heard.anomalies.push(...anomalies);
      heard.gaps.push(...gaps);
    },
    onTrouble: (event) => heard.trouble.push(event),
    ...changes,
  });
  started.push(engine);
  return { engine, heard };
}

/** One minute of all services; the templates differ by service. */
export function minute(index: number, linesPerService = 60): { bytes: Uint8Array; records: number } {
  const lines = Array.from({ length: linesPerService }, (_, second) =>
    SERVICES.map((service) => ({
      ...{ service, timestamp: T0 + index * 60_000 + Math.floor((second * 60_000) / linesPerService) },
      message: `${service} handled request ${index * 1000 + second} in ${second} ms`,
    })),
  ).flat();
  // Observed later than written, as real lines are.
  return { bytes: linesToOtlp(lines, T0 + 86_400_000), records: lines.length };
}

export const LEARN = { tenant: '', learn: true, texts: false };

export function byIdentity<T extends { stream: { service: string } }>(rows: readonly T[]): Record<string, T[]> {
  return Object.fromEntries(
    SERVICES.map((service) => [service, rows.filter(({ stream }) => stream.service === service)]),
  );
}
