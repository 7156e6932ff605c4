import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { createMessageMiner } from '../../test/quality/calibration-miner.ts';
import { Engine } from './engine.ts';
import { RecordBatch } from './record-batch.ts';
import { engineSettings } from './settings.ts';

interface Line {
  readonly step: number;
  readonly message: string;
  readonly service: string;
}

const T0 = 1_760_000_000_000;
const SETTINGS = engineSettings();
const RUNS = process.env.SEISMO_SOAK === '1' ? 500 : 50;

function score(engine: Engine, lines: readonly Line[], fromMs: number): void {
  const batch = new RecordBatch();
  batch.grow(lines.length);
  batch.records = lines.length;
  batch.bytes = new TextEncoder().encode(lines.map(({ message }) => message).join(''));
  batch.traceStart.fill(-1);
  batch.templateStart.fill(-1);
  let at = 0;
  let timeMs = fromMs;
  lines.forEach(({ step, message, service }, i) => {
    batch.stream[i] = engine.stream({ tenant: '', namespace: '', service, environment: '' });
    batch.timeMs[i] = timeMs += step;
    batch.severity[i] = 9;
    batch.messageStart[i] = batch.lineStart[i] = at;
    batch.messageEnd[i] = batch.lineEnd[i] = at += message.length;
  });
  engine.score(batch, VerdictBatch.create(lines.length), { learn: true });
}

const lines = fc.array(
  fc.record({
    step: fc.integer({ min: 0, max: 9_000 }),
    message: fc.integer({ min: 0, max: 9 }).map((n) => `message ${n}`),
    service: fc.constantFrom('shop', 'till', 'mail', 'auth'),
  }),
  { minLength: 1, maxLength: 60 },
);
/** What comes between two slices of a snapshot: records or a tick. */
const between = fc.array(fc.oneof(lines, fc.integer({ min: 0, max: 600_000 })), { maxLength: 6 });

describe('a snapshot that is written while records come', () => {
  it('shows every stream as it was when the snapshot was begun', () => {
    fc.assert(
      fc.property(lines, between, (before, after) => {
        const engine = new Engine(SETTINGS, createMessageMiner);
        score(engine, before, T0);
        engine.takeOutputs();
        const expected = Engine.restore(SETTINGS, createMessageMiner, engine.snapshot());
        const saving = engine.beginSnapshot(new SharedArrayBuffer(64));
        const ticks: number[] = [];
        for (const next of after) {
          if (typeof next === 'number') {
            engine.tick(T0 + next);
            ticks.push(T0 + next);
          } else score(engine, next, T0 + 1_000_000);
          saving.step(1);
        }
        while (!saving.step(1));
        const restored = Engine.restore(SETTINGS, createMessageMiner, saving.finish());
        expect(restored.counters().consumed).toBe(before.length);
        // Some streams were written before a tick and some behind it: told the time again, as in a replay, all know it.
        for (const each of [expected, restored]) for (const tickMs of ticks) each.tick(tickMs);
        for (const each of [expected, restored]) each.takeOutputs();
        expect(Buffer.compare(restored.snapshot(), expected.snapshot())).toBe(0);
      }),
      { numRuns: RUNS },
    );
  });

  it('has the catalogue that adds up to the records counted in it', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const engine = new Engine(SETTINGS, createMessageMiner);
        score(engine, before, T0);
        const saving = engine.beginSnapshot(new SharedArrayBuffer(64));
        saving.step(1);
        score(engine, after, T0 + 1_000_000);
        saving.step(Infinity);
        const counts = saving.catalogue.flatMap(({ rows }) => rows.map(({ count }) => count));
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(before.length);
      }),
      { numRuns: RUNS },
    );
  });

  it('says which version it is of when it is not of this one', () => {
    const snapshot = new Engine(SETTINGS, createMessageMiner).snapshot();
    // Behind the length and the letters of the magic.
    new DataView(snapshot.buffer).setFloat64(8 + 16, 3, true);
    expect(() => Engine.restore(SETTINGS, createMessageMiner, snapshot)).toThrow(/expected version \d+, got 3/);
  });
});
