import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { SETTINGS, T0, newEngine, score, type Line, WATCHED } from '../../test/engine-lines.ts';
import { createMessageMiner } from '../../test/quality/calibration-miner.ts';
import { Engine } from './engine.ts';
import type { EngineOutputs } from './outputs.ts';

/** Runs of each law. */
const RUNS = process.env.SEISMO_SOAK === '1' ? 500 : 50;

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

describe('Engine, of any lines', () => {
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
});
