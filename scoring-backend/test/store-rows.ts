/** Rows for tests of the store, and stores in folders of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backendConfig } from '../src/config.ts';
import type { Checkpoint } from '../src/engine/threads/checkpoint.ts';
import type { Anomaly, EngineCounters, Reason, TemplateRow, WindowVerdict } from '../src/engine/outputs.ts';
import { Store } from '../src/store/store.ts';

export const SETTINGS = backendConfig().store;
export const STREAM = { tenant: '', namespace: 'shop', service: 'cart', environment: 'prod' };
export const COUNTERS: EngineCounters = {
  ...{
    consumed: 5,
    represented: 5,
    repeated: 0,
    late: 0,
    templatesEvicted: 0,
    streamsOverflowed: 0,
    examplesDropped: 0,
  },
  ...{ sessions: 0, sessionsEvicted: 0, episodes: 0, watchedMs: 0, drifts: 0, outputsDropped: 0 },
  ...{ parametersDropped: 0, actorsEvicted: 0 },
};
export const NOTHING = { windows: [], anomalies: [], gaps: [], drifts: [], budgets: [] };

export function window(changes: Partial<WindowVerdict> = {}): WindowVerdict {
  return {
    ...{ stream: STREAM, sizeMs: 60_000, startMs: 1_700_000_040_000, records: 120, errors: 3, newTemplates: 1 },
    ...{ expectedLow: 90.5, expectedHigh: 140.25, magnitude: 4, score: 0.75, confidence: 0.9, margin: 0.5 },
    ...{ incomplete: false, isAnomaly: true, reasons: [REASON], figures: FIGURES },
    ...changes,
  };
}

export const FIGURES = {
  ...{ uniqueUsers: 12, ipEntropy: null, responseTimeAvg: 20.5, responseTimeP95: 80, templateCount: 3 },
  ...{ sequenceSurprise: 0.25, bytes: 9000 },
};

export const REASON: Reason = {
  ...{ kind: 'rate', text: '`a <*>` came 120 times', expected: 100, actual: 120, unit: 'records', magnitude: 4 },
};

export function anomaly(changes: Partial<Anomaly> = {}): Anomaly {
  return {
    ...{
      id: '00000000000000aa',
      stream: STREAM,
      unit: 'window',
      startMs: 1000,
      endMs: 61_000,
      magnitude: 4,
      score: 0.75,
    },
    ...{ confidence: 0.9, margin: 0.5, reasons: [REASON], templateId: '00000000000000bb', template: 'a <*>' },
    examples: [{ timeMs: 1500, text: 'a 1 “é”', severity: 17, traceId: '', templateId: '00000000000000bb', line: 7 }],
    explanation: {
      contributions: [{ feature: 'event_count', share: 1, expected: 3, actual: 212 }],
      drivers: [],
      check: { without: 'x', before: 7, after: 1, weak: false, text: 'without x' },
    },
    model: 'line/1',
    ...changes,
  };
}

export function template(changes: Partial<TemplateRow> = {}): TemplateRow {
  return {
    ...{ id: '00000000000000bb', text: 'a <*>', count: 3, firstSeenMs: 1000, lastSeenMs: 2000, supersededBy: '' },
    example: 'a 1',
    ...changes,
  };
}

export function checkpoint(changes: Partial<Checkpoint> = {}): Checkpoint {
  return {
    ...{ partition: 0, partitions: 1, snapshot: new Uint8Array([1, 2, 3]), counters: COUNTERS, clean: true, atMs: 5 },
    positions: { sources: { 'otlp_logs/0': 7 }, direct: 0 },
    ...changes,
  };
}

export const ALL = { tenant: '', fromMs: 0, toMs: 2e12, limit: 100 };

/** Stores of one test after the other, each test in a fresh folder. */
export class StoreFolder {
  path = '';
  readonly #opened: Store[] = [];

  begin(): void {
    this.path = mkdtempSync(join(tmpdir(), 'seismo-store-'));
  }

  async end(): Promise<void> {
    await Promise.all(this.#opened.splice(0).map((store) => store.close()));
    rmSync(this.path, { recursive: true, force: true });
  }

  async open(changes: Partial<typeof SETTINGS> = {}, onFailure?: (error: unknown) => void): Promise<Store> {
    const store = await Store.open(this.path, { ...SETTINGS, ...changes }, onFailure);
    this.#opened.push(store);
    return store;
  }

  async reopen(store: Store, changes: Partial<typeof SETTINGS> = {}): Promise<Store> {
    this.#opened.splice(this.#opened.indexOf(store), 1);
    await store.close();
    return this.open(changes);
  }
}
