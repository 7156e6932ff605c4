import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ANOMALY, SCORED, VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { createMessageMiner } from '../../test/quality/calibration-miner.ts';
import { Engine } from './engine.ts';
import type { EngineOutputs } from './outputs.ts';
import { RecordBatch } from './record-batch.ts';
import { engineSettings, type EngineSettings } from './settings.ts';

interface Line {
  readonly timeMs: number;
  readonly message: string;
  readonly severity?: number;
  readonly service?: string;
  /** A number from 0 for a trace id; none when absent or negative. */
  readonly trace?: number;
}

const T0 = 1_760_000_000_000;
const SETTINGS = engineSettings({ maxTemplates: 12 });
/** Runs of each law. */
const RUNS = process.env.SEISMO_SOAK === '1' ? 500 : 50;

function batchOf(engine: Engine, lines: readonly Line[]): RecordBatch {
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

function score(engine: Engine, lines: readonly Line[], learn = true): VerdictBatch {
  const verdicts = VerdictBatch.create(lines.length);
  engine.score(batchOf(engine, lines), verdicts, { learn });
  return verdicts;
}

function newEngine(changes: Partial<EngineSettings> = {}): Engine {
  return new Engine({ ...SETTINGS, ...changes }, createMessageMiner);
}

/** What was said, without when the catalogue was asked for. */
function said(outputs: readonly EngineOutputs[]): unknown {
  return {
    windows: outputs.flatMap((o) => o.windows),
    anomalies: outputs.flatMap((o) => o.anomalies),
    gaps: outputs.flatMap((o) => o.gaps),
  };
}

function columns(verdicts: readonly VerdictBatch[]): unknown {
  return verdicts.flatMap((v) =>
    Array.from({ length: v.records }, (_, i) => [
      v.score[i],
      v.confidence[i],
      v.margin[i],
      v.templateHigh[i],
      v.templateLow[i],
      v.flags[i],
      v.reasons(i),
    ]),
  );
}

/** Lines that are looked into for who did what. */
const WATCHED = [
  'mail: Failed password for root from 203.0.113.7',
  'mail: Accepted password for anna from 10.0.0.7',
  'm 203.0.113.9 "GET /nothing HTTP/1.1" 404 3ms',
  'm 203.0.113.9 "GET /q?s=%27%20or%201=1-- HTTP/1.1" 200 3ms',
];

/** Lines with merges, evictions (more than 12 templates), disorder, jumps, traces and two services. */
const lines = fc
  .array(
    fc.record({
      step: fc.oneof(
        { weight: 8, arbitrary: fc.integer({ min: -3_000, max: 9_000 }) },
        { weight: 1, arbitrary: fc.constantFrom(-60_000, 40_000, 700_000, 5_000_000, 50_000_000) },
      ),
      message: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 0, max: 15 }).map((n) => `message ${n}`) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 5 }).map((n) => `merge${n} message ${n}`) },
        { weight: 2, arbitrary: fc.constantFrom(...WATCHED) },
      ),
      severity: fc.constantFrom(0, 9, 17),
      service: fc.constantFrom('shop', 'shop', 'till'),
      trace: fc.integer({ min: -2, max: 7 }),
    }),
    { minLength: 1, maxLength: 150 },
  )
  .map((steps): Line[] => {
    let timeMs = T0;
    return steps.map(({ step, ...line }) => ({ ...line, timeMs: (timeMs += step) }));
  });

/** Where a sequence of lines is cut, and what happens there. */
const cuts = fc.array(fc.nat({ max: 149 }), { maxLength: 6 }).map((at) => [...new Set(at)].sort((a, b) => a - b));

function cutAt(all: readonly Line[], at: readonly number[]): Line[][] {
  const edges = [0, ...at.filter((edge) => edge > 0 && edge < all.length), all.length];
  return edges.slice(1).map((edge, i) => all.slice(edges[i], edge));
}

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

  it('counts every record exactly once: Σ templates + evicted = consumed, Σ windows + late = consumed', () => {
    fc.assert(
      fc.property(lines, cuts, fc.array(fc.boolean(), { maxLength: 7 }), (all, at, repeats) => {
        let engine = newEngine();
        const outputs: EngineOutputs[] = [];
        const rows = new Map<string, number>();
        let repeated = 0;
        const take = (): void => {
          const taken = engine.takeOutputs();
          outputs.push(taken);
          for (const { stream, rows: changed } of taken.catalogue)
            for (const row of changed) rows.set(`${stream.service} ${row.id}`, row.count);
        };
        cutAt(all, at).forEach((part, i) => {
          score(engine, part);
          if (repeats[i] === true) {
            score(engine, part, false);
            repeated += part.length;
          }
          take();
          if (repeats[i] === false) engine = Engine.restore(SETTINGS, createMessageMiner, engine.snapshot());
        });
        const before = engine.counters();
        expect(before.consumed).toBe(all.length);
        expect(before.repeated).toBe(repeated);
        if (before.templatesEvicted === 0) expect([...rows.values()].reduce((a, b) => a + b, 0)).toBe(all.length);
        // Close every window that is still open.
        engine.tick(T0);
        engine.tick(T0 + 10 * 86_400_000);
        take();
        const inWindows = outputs
          .flatMap((o) => o.windows.filter((w) => w.sizeMs === 30_000))
          .reduce((sum, w) => sum + w.records, 0);
        expect(inWindows + engine.counters().late).toBe(all.length);
      }),
      { numRuns: RUNS },
    );
  });

  it('says the same however records are cut into batches', () => {
    fc.assert(
      fc.property(lines, cuts, (all, at) => {
        const whole = newEngine();
        const cut = newEngine();
        const one = [score(whole, all)];
        const many = cutAt(all, at).map((part) => score(cut, part));
        expect(columns(many)).toEqual(columns(one));
        expect(said([cut.takeOutputs()])).toEqual(said([whole.takeOutputs()]));
        expect(Buffer.compare(cut.snapshot(), whole.snapshot())).toBe(0);
      }),
      { numRuns: RUNS },
    );
  });

  it('says the same of a stream whatever other streams are beside it', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const together = newEngine();
        score(together, all);
        const beside = said([together.takeOutputs()]) as Record<string, { stream: { service: string } }[]>;
        for (const name of ['shop', 'till']) {
          const alone = newEngine();
          score(
            alone,
            all.filter((line) => line.service === name),
          );
          const own = Object.entries(beside).map(([kind, told]) => [
            kind,
            told.filter(({ stream }) => stream.service === name),
          ]);
          expect(said([alone.takeOutputs()])).toEqual(Object.fromEntries(own));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('continues from a snapshot bit for bit, wherever it was taken', () => {
    fc.assert(
      fc.property(lines, fc.nat({ max: 149 }), fc.boolean(), (all, at, ticks) => {
        const straight = newEngine();
        score(straight, all.slice(0, at));
        if (ticks) straight.tick(T0 + 1000);
        straight.takeOutputs();
        const restored = Engine.restore(SETTINGS, createMessageMiner, straight.snapshot());
        const after = [straight, restored].map((engine) => {
          const verdicts = score(engine, all.slice(at));
          engine.tick(T0 + 600_000);
          return { columns: columns([verdicts]), outputs: engine.takeOutputs(), counters: engine.counters() };
        });
        expect(after[1]).toEqual(after[0]);
        expect(Buffer.compare(restored.snapshot(), straight.snapshot())).toBe(0);
      }),
      { numRuns: RUNS },
    );
  });

  it('judges a repeated batch without learning: the state stays the same but for their number', () => {
    fc.assert(
      fc.property(lines, (mixed) => {
        // Without what a miner may still learn of lines it has seen: merges, and evictions for those it has forgotten.
        const all = mixed.filter((line) => !line.message.startsWith('merge'));
        const engine = newEngine({ maxTemplates: 100 });
        score(engine, all);
        engine.takeOutputs();
        const before = engine.counters();
        score(engine, all, false);
        expect(engine.counters()).toEqual({ ...before, repeated: all.length });
        expect(Object.values(engine.takeOutputs()).flat()).toEqual([]);
      }),
      { numRuns: RUNS },
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
