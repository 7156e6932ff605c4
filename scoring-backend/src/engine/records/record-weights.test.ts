import { describe, expect, it } from 'vitest';
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { linesToOtlp } from '../../sources/json-logs.ts';
import { OtlpSource } from '../../sources/otlp.ts';
import { createTemplateMiner } from '../../templates/miner.ts';
import { Engine } from '../engine.ts';
import { RecordBatch } from '../record-batch.ts';
import { engineSettings } from '../settings.ts';

const T0 = Date.UTC(2026, 0, 5, 10);

/** A minute of lines, one a second; every tenth stands for as many as `count` says. */
function minute(engine: Engine, index: number, count?: unknown, learn = true): void {
  const lines = Array.from({ length: 60 }, (_, s) => ({
    ...{ service: 'shop', timestamp: T0 + (index * 60 + s) * 1000, severity: s % 10 === 0 ? 'error' : 'info' },
    message: s % 10 === 0 ? 'gateway refused charge' : `cart of user u${s} has 3 items`,
    ...(s % 10 === 0 && count !== undefined ? { metadata: { log_count: count, 'http.route': '/cart' } } : {}),
  }));
  const batch = new RecordBatch();
  new OtlpSource().read(new Uint8Array(linesToOtlp(lines, T0 + 86_400_000)), '', engine, batch);
  engine.score(batch, VerdictBatch.create(batch.records), { learn });
}

function windowOf(engine: Engine): { records: number; errors: number } {
  const found = engine.takeOutputs().windows.find(({ sizeMs, startMs }) => sizeMs === 60_000 && startMs === T0);
  return { records: found?.records ?? 0, errors: found?.errors ?? 0 };
}

describe('log_count', () => {
  it('counts a record in its windows as often as it says, and once in the catalogue', () => {
    const engine = new Engine(engineSettings(), createTemplateMiner);
    minute(engine, 0, 5);
    minute(engine, 1);
    minute(engine, 2);
    const { catalogue, windows } = engine.takeOutputs();
    const first = windows.find(({ sizeMs, startMs }) => sizeMs === 60_000 && startMs === T0);
    expect(first).toMatchObject({ records: 60 + 6 * 4, errors: 6 * 5 });
    const counts = catalogue.flatMap(({ rows }) => rows.map(({ count }) => count));
    const { consumed, represented } = engine.counters();
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(180);
    expect([consumed, represented]).toEqual([180, 180 + 6 * 4]);
  });

  it.each([[1], [0], [-3], ['many'], [true]])('of %j says nothing', (count) => {
    const engine = new Engine(engineSettings(), createTemplateMiner);
    minute(engine, 0, count);
    minute(engine, 1);
    minute(engine, 2);
    expect(windowOf(engine)).toEqual({ records: 60, errors: 6 });
    expect(engine.counters().represented).toBe(180);
  });

  it('is taken for a million at most, and not of a batch that comes again', () => {
    const engine = new Engine(engineSettings(), createTemplateMiner);
    minute(engine, 0, 2 ** 40);
    minute(engine, 0, 2 ** 40, false);
    minute(engine, 1);
    minute(engine, 2);
    expect(windowOf(engine)).toEqual({ records: 60 + 6 * 999_999, errors: 6_000_000 });
  });

  it('survives a snapshot in the middle of a window', () => {
    const engine = new Engine(engineSettings(), createTemplateMiner);
    minute(engine, 0, 5);
    const restored = Engine.restore(engineSettings(), createTemplateMiner, engine.snapshot());
    for (const one of [engine, restored]) {
      one.takeOutputs();
      minute(one, 1, 7);
      minute(one, 2);
    }
    expect(restored.counters()).toEqual(engine.counters());
    expect(restored.takeOutputs()).toEqual(engine.takeOutputs());
  });
});
