import { describe, expect, it } from 'vitest';
import { ANOMALY, SCORED, VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { SETTINGS, T0, batchOf, newEngine, score } from '../../test/engine-lines.ts';
import { createMessageMiner } from '../../test/quality/calibration-miner.ts';
import { Engine } from './engine.ts';
import { engineSettings } from './settings.ts';

describe('Engine', () => {
  it('gives every record a verdict: score, confidence, margin, template id and the scored mark', () => {
    const engine = newEngine();
    const verdicts = score(engine, [
      { timeMs: T0, message: 'started' },
      { timeMs: T0 + 1, message: 'started' },
      { timeMs: T0 + 2, message: 'stopped' },
    ]);
    expect([...verdicts.flags]).toEqual([SCORED, SCORED, SCORED]);
    expect(verdicts.model).toBe('seismo-engine/1');
    expect(verdicts.templateLow[0]).toBe(verdicts.templateLow[1]);
    expect(verdicts.templateLow[0]).not.toBe(verdicts.templateLow[2]);
    for (const value of verdicts.score) expect(value).toBeGreaterThanOrEqual(0);
    expect(Object.values(engine.texts(verdicts)).sort()).toEqual(['started', 'stopped']);
  });

  it('leaves records of other partitions alone', () => {
    const engine = newEngine();
    const batch = batchOf(engine, [{ timeMs: T0, message: 'a' }]);
    batch.stream[0] = -1;
    const verdicts = VerdictBatch.create(1);
    engine.score(batch, verdicts, { learn: true });
    expect([verdicts.flags[0], engine.counters().consumed]).toEqual([0, 0]);
  });

  it('refuses a verdict batch of another size, with both sizes in the message', () => {
    const engine = newEngine();
    const batch = batchOf(engine, [{ timeMs: T0, message: 'a' }]);
    expect(() => engine.score(batch, VerdictBatch.create(2), { learn: true })).toThrow(
      'expected room for 1 records, got 2',
    );
  });

  it('refuses a session pattern that is no regular expression', () => {
    expect(() => engineSettings({ sessionPattern: 'id-(' })).toThrow(
      'engine.sessionPattern must be a regular expression, got id-(',
    );
  });

  it('refuses what is not a snapshot, and one of another version', () => {
    expect(() => Engine.restore(SETTINGS, createMessageMiner, new Uint8Array(100))).toThrow(
      'expected an engine snapshot',
    );
    const cut = newEngine().snapshot().slice(0, 30);
    expect(() => Engine.restore(SETTINGS, createMessageMiner, cut)).toThrow(/snapshot: expected 8 more bytes/);
  });

  it('reports a gap after a crash from the last record it knows to the next one, and marks its windows incomplete', () => {
    const engine = newEngine();
    for (let s = 0; s < 120; s++) score(engine, [{ timeMs: T0 + s * 1000, message: 'beat' }]);
    engine.markGap();
    engine.takeOutputs();
    for (let s = 200; s < 400; s++) score(engine, [{ timeMs: T0 + s * 1000, message: 'beat' }]);
    const { gaps, windows } = engine.takeOutputs();
    expect(gaps.map(({ fromMs, toMs }) => [fromMs - T0, toMs - T0])).toEqual([[119_000, 200_000]]);
    const short = windows.filter((window) => window.sizeMs === 30_000);
    expect(short.filter((window) => window.startMs < T0 + 200_000).every((window) => window.incomplete)).toBe(true);
    expect(short.filter((window) => window.startMs >= T0 + 200_000).some((window) => window.incomplete)).toBe(false);
    expect(windows.filter((window) => window.incomplete && window.isAnomaly)).toEqual([]);
  });

  it('keeps a bounded number of outputs that nobody takes, and counts the others', () => {
    const engine = newEngine({ maxPendingOutputs: 10 });
    for (let s = 0; s < 600; s++) score(engine, [{ timeMs: T0 + s * 1000, message: 'beat' }]);
    const first = engine.takeOutputs().windows;
    const patient = newEngine();
    for (let s = 0; s < 600; s++) score(patient, [{ timeMs: T0 + s * 1000, message: 'beat' }]);
    const all = patient.takeOutputs().windows;
    expect(first).toEqual(all.slice(0, 10));
    expect([engine.outputsDropped, patient.outputsDropped]).toEqual([all.length - 10, 0]);
    expect(all.length).toBeGreaterThan(25);
  });

  it('keeps streams beyond the cap in one overflow stream per tenant, and counts their records', () => {
    const engine = newEngine({ maxStreams: 2 });
    const all = ['a', 'b', 'c', 'd', 'd'].map((service, i) => ({ timeMs: T0 + i, message: 'm', service }));
    score(engine, all);
    expect(engine.streams().map((stream) => stream.service)).toEqual(['a', 'b', '(streams beyond the limit)']);
    expect(engine.counters().streamsOverflowed).toBe(3);
  });

  it('flags a line never seen before in a stream that has shown nothing new for half a day, once in 24 hours', () => {
    const engine = newEngine();
    const odd: number[] = [];
    const feed = (from: number, to: number, extra: ReadonlySet<number>): void => {
      for (let s = from; s < to; s += 100) {
        const part = Array.from({ length: 100 }, (_, i) => ({
          timeMs: T0 + (s + i) * 1000,
          message: `m ${((s + i) * 7) % 10}`,
        }));
        if (extra.has(s)) part.push({ timeMs: T0 + (s + 99) * 1000, message: 'disk failure imminent' });
        const verdicts = score(engine, part);
        for (let i = 0; i < part.length; i++) if ((verdicts.flags[i] & ANOMALY) !== 0) odd.push(s);
      }
    };
    feed(0, 40_000, new Set());
    expect(odd).toEqual([]);
    feed(40_000, 41_000, new Set([40_300, 40_500, 40_600]));
    expect(odd).toEqual([40_300]);
    const anomaly = engine.takeOutputs().anomalies.find((one) => one.unit === 'record');
    expect(anomaly).toMatchObject({ template: 'disk failure imminent', startMs: T0 + 40_399_000 });
    expect(anomaly?.reasons[0]).toMatchObject({ kind: 'new_template', template: 'disk failure imminent' });
    expect(anomaly?.examples.map((line) => line.text)).toEqual(['disk failure imminent']);
    expect(anomaly?.id).toMatch(/^[0-9a-f]{16}$/);
  });
});
