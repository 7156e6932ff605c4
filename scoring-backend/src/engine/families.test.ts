import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { SETTINGS, T0, newEngine, score, type Line, WATCHED } from '../../test/engine-lines.ts';
import { createMessageMiner } from '../../test/quality/calibration-miner.ts';
import { ShopLines } from '../../test/windows/shop-lines.ts';
import { DETECTOR_FAMILIES, type DetectorFamily } from '../detectors/families.ts';
import { createTemplateMiner } from '../templates/miner.ts';
import { Engine } from './engine.ts';
import type { Anomaly, EngineOutputs, WindowVerdict } from './outputs.ts';

const RUNS = process.env.SEISMO_SOAK === '1' ? 500 : 40;
/** The families that have a part in a record's score. */
const OF_RECORDS = ['novelty', 'parameter-values', 'security'] as const;
/** What the first version of the engine had: windows by their counts, records by their template. */
const FIRST: readonly DetectorFamily[] = ['novelty', 'rate', 'template-rate', 'error-rate', 'silence'];

function without(...on: readonly DetectorFamily[]): DetectorFamily[] {
  return DETECTOR_FAMILIES.filter((family) => !on.includes(family));
}

const lines = fc
  .array(
    fc.record({
      step: fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: 0, max: 9_000 }) },
        { weight: 1, arbitrary: fc.constantFrom(-40_000, 60_000, 900_000) },
      ),
      message: fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 0, max: 15 }).map((n) => `message ${n}`) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 5 }).map((n) => `merge${n} message ${n}`) },
        { weight: 3, arbitrary: fc.constantFrom(...WATCHED) },
      ),
      severity: fc.constantFrom(0, 9, 17),
      trace: fc.integer({ min: -2, max: 7 }),
    }),
    { minLength: 1, maxLength: 150 },
  )
  .map((steps): Line[] => {
    let timeMs = T0;
    return steps.map(({ step, ...line }) => ({ ...line, timeMs: (timeMs += step) }));
  });
const offs = fc.subarray([...DETECTOR_FAMILIES]);

function columns(verdicts: VerdictBatch): unknown[] {
  return Array.from({ length: verdicts.records }, (_, i) => [
    ...[verdicts.score[i], verdicts.confidence[i], verdicts.margin[i], verdicts.flags[i]],
    ...[verdicts.templateHigh[i], verdicts.templateLow[i], verdicts.reasons(i)],
  ]);
}

/** What is said of a shop with a fault at its end. */
function shop(detectorsOff: readonly DetectorFamily[], healthyS = 5_400, faultS = 300): EngineOutputs {
  const engine = newEngine({ detectorsOff });
  const shopLines = new ShopLines();
  shopLines.feed([engine], healthyS);
  shopLines.feed([engine], faultS, () => [{ message: 'payment failed', severity: 17 }]);
  return engine.takeOutputs();
}

describe('a record', () => {
  it('has the highest of the scores that novelty, parameter values and security give it alone', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const { score: together } = score(newEngine(), all);
        const alone = OF_RECORDS.map((family) => score(newEngine({ detectorsOff: without(family) }), all).score);
        for (let i = 0; i < all.length; i++) expect(together[i]).toBe(Math.max(...alone.map((scores) => scores[i])));
      }),
      { numRuns: RUNS },
    );
  });

  it('is judged the same whatever is off of the families that look at windows and sessions', () => {
    fc.assert(
      fc.property(lines, offs, (all, some) => {
        const detectorsOff = some.filter((family) => !OF_RECORDS.some((other) => other === family));
        expect(columns(score(newEngine({ detectorsOff }), all))).toEqual(columns(score(newEngine(), all)));
      }),
      { numRuns: RUNS },
    );
  });
});

/** Requests are steps of their own kinds, which only who looks into them can tell: their template is the same. */
const asked = (what: string): string => `10.0.0.7 - - "${what} HTTP/1.1" 200 512`;
const WAY = [
  'order taken',
  asked('GET /stock'),
  'stock reserved',
  asked('GET /payment'),
  'parcel packed',
  'order closed',
];
const ODD_WAYS = [
  WAY.slice(0, 2),
  [WAY[0], WAY[3], WAY[2], WAY[1], ...WAY.slice(4)],
  [...WAY.slice(0, 5), ...Array<string>(6).fill(WAY[4])],
  WAY,
];

/** What is told of sessions: five thousand orders, odd ones near the end. */
function orders(detectorsOff: readonly DetectorFamily[]): Anomaly[] {
  const engine = new Engine({ ...SETTINGS, detectorsOff, budgetPerWeek: 5_000 }, createTemplateMiner);
  for (let order = 0; order < 5_000; order++) {
    const odd = order > 4_800 && order % 25 === 0 ? (order / 25) % ODD_WAYS.length : -1;
    const steps = odd >= 0 ? ODD_WAYS[odd] : order % 10 === 3 ? [...WAY.slice(0, 4), ...WAY.slice(2)] : WAY;
    const trace = order % 256;
    const line = (message: string, step: number): Line => {
      const isError = (steps === WAY && odd >= 0) || (order % 50 === 7 && step === 4);
      return { timeMs: T0 + order * 1_000 + step * 100, message, severity: isError ? 17 : 9, trace };
    };
    score(engine, steps.map(line));
  }
  engine.tick(T0);
  engine.tick(T0 + 120_000);
  return engine.takeOutputs().anomalies.filter(({ unit }) => unit === 'session');
}

describe('a session', { timeout: 120_000 }, () => {
  const all = orders([]);
  it('is judged the same whatever is off of the other families', () => {
    const kinds = new Set(all.flatMap(({ reasons }) => reasons.map(({ kind }) => kind)));
    expect([...kinds]).toEqual(expect.arrayContaining(['error_rate', 'sequence', 'session_counts', 'session_end']));
    for (const family of without('sessions')) expect(orders([family]), family).toEqual(all);
    expect(orders(without('sessions'))).toEqual(all);
  });

  it('is not told where sessions are off', () => {
    expect(orders(['sessions'])).toEqual([]);
  });
});

describe('a window', () => {
  it('is judged the same when families are off that say nothing of windows', () => {
    const all = shop([]);
    const off = shop(['parameter-values', 'security']);
    expect(all.windows.some(({ isAnomaly }) => isAnomaly)).toBe(true);
    expect(off.windows).toEqual(all.windows);
  });

  it('has no finding of a family that is off, and its fault is found by another', () => {
    const off = shop(['error-rate']);
    const kinds = new Set(off.windows.flatMap(({ reasons }) => reasons.map(({ kind }) => kind)));
    expect(kinds).not.toContain('error_rate');
    const [reason] = off.windows.filter(({ isAnomaly }) => isAnomaly).map(({ reasons }) => reasons[0].kind);
    expect(reason).toBe('template_rate');
  });

  it('is as odd as its p says also by the first detectors alone, no less, and its fault is found', () => {
    const detectorsOff = without(...FIRST);
    const { windows } = shop(detectorsOff, 20_000);
    const faultMs = Math.max(...windows.map(({ startMs }) => startMs)) - 300_000;
    const normal = windows.filter(
      ({ sizeMs, startMs, incomplete }) => sizeMs === 30_000 && startMs < faultMs - 60_000 && !incomplete,
    );
    const shareOf = (least: number): number =>
      normal.filter(({ magnitude }) => magnitude >= least).length / normal.length;
    expect(normal.length).toBeGreaterThan(600);
    expect(shareOf(0.5)).toBeGreaterThan(0.16);
    expect(shareOf(0.5)).toBeLessThan(0.38);
    expect(shareOf(1)).toBeLessThan(0.12);
    expect(shareOf(2)).toBeLessThan(0.02);
    expect(normal.filter(({ isAnomaly }) => isAnomaly)).toEqual([]);
    expect(windows.some(({ isAnomaly, reasons }) => isAnomaly && reasons[0].kind === 'error_rate')).toBe(true);
  });

  it('has no figures and no log vector that nobody asks for, and no band without the rate', () => {
    const nothing: WindowVerdict['figures'] = {
      ...{ uniqueUsers: null, ipEntropy: null, responseTimeAvg: null, responseTimeP95: null },
      ...{ sequenceSurprise: null, templateCount: expect.any(Number) as number, bytes: expect.any(Number) as number },
    };
    const { windows } = shop([...DETECTOR_FAMILIES], 900);
    expect(windows.length).toBeGreaterThan(40);
    for (const { figures, contents, magnitude, confidence, expectedHigh } of windows) {
      expect(figures).toEqual(nothing);
      expect(contents?.logVector ?? []).toEqual([]);
      expect([magnitude, confidence, expectedHigh]).toEqual([0, 0, 0]);
    }
  });
});

describe('a family that is off', () => {
  // What is known of correlations is of no stream, and nowhere kept.
  it.each(without('correlation'))('keeps nothing: %s', (family) => {
    const bytes = ([] as DetectorFamily[][]).concat([[], [family]]).map((detectorsOff) => {
      const engine = newEngine({ detectorsOff });
      const all = Array.from({ length: 900 }, (_, i) => ({
        ...{ timeMs: T0 + i * 1_000, message: i % 3 === 0 ? WATCHED[i % 4] : `message ${i % 7}`, trace: i >> 3 },
      }));
      score(engine, all);
      return engine.snapshot().length;
    });
    expect(bytes[1]).toBeLessThan(bytes[0]);
  });

  it('counts records and their templates all the same', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const [on, off] = [newEngine(), newEngine({ detectorsOff: [...DETECTOR_FAMILIES] })];
        score(on, all);
        const { score: scores } = score(off, all);
        expect(Math.max(...scores)).toBe(0);
        expect(off.counters()).toMatchObject({ consumed: all.length, late: on.counters().late });
        expect(off.takeOutputs().catalogue).toEqual(on.takeOutputs().catalogue);
      }),
      { numRuns: RUNS },
    );
  });
});

describe('a snapshot', () => {
  it('is continued bit for bit by an engine with the same families, whichever these are', () => {
    fc.assert(
      fc.property(lines, offs, fc.nat({ max: 149 }), (all, detectorsOff, at) => {
        const straight = newEngine({ detectorsOff });
        score(straight, all.slice(0, at));
        straight.takeOutputs();
        const restored = Engine.restore({ ...SETTINGS, detectorsOff }, createMessageMiner, straight.snapshot());
        const after = [straight, restored].map((engine) => {
          const verdicts = columns(score(engine, all.slice(at)));
          engine.tick(T0 + 600_000);
          return { verdicts, outputs: engine.takeOutputs() };
        });
        expect(after[1]).toEqual(after[0]);
        expect(Buffer.compare(restored.snapshot(), straight.snapshot())).toBe(0);
      }),
      { numRuns: RUNS },
    );
  });

  it('serves an engine with other families: what is still on goes on as if nothing had been, what is new begins', () => {
    fc.assert(
      fc.property(lines, offs, offs, fc.nat({ max: 149 }), (all, before, detectorsOff, at) => {
        const first = newEngine({ detectorsOff: before });
        score(first, all.slice(0, at));
        const changed = Engine.restore({ ...SETTINGS, detectorsOff }, createMessageMiner, first.snapshot());
        const verdicts = score(changed, all.slice(at));
        changed.tick(T0 + 600_000);
        expect(changed.counters().consumed).toBe(all.length);
        // What has a part in records and was on throughout is as in an engine that never had the others.
        const kept = OF_RECORDS.filter((family) => !before.includes(family) && !detectorsOff.includes(family));
        const never = newEngine({ detectorsOff: without(...kept) });
        score(never, all.slice(0, at));
        const { score: least } = score(never, all.slice(at));
        for (let i = 0; i < verdicts.records; i++) expect(verdicts.score[i]).toBeGreaterThanOrEqual(least[i]);
        const isNew = OF_RECORDS.some((family) => before.includes(family) && !detectorsOff.includes(family));
        if (!isNew) expect(verdicts.score).toEqual(least);
        // And it can be saved and read again.
        Engine.restore(SETTINGS, createMessageMiner, changed.snapshot());
      }),
      { numRuns: RUNS },
    );
  });

  it('teaches a family that is switched on nothing, and lets it begin: windows as a whole are judged two hours later', () => {
    const engine = newEngine({ detectorsOff: ['unusual-windows', 'sessions'] });
    const shopLines = new ShopLines();
    shopLines.feed([engine], 3_600);
    const again = Engine.restore(SETTINGS, createMessageMiner, engine.snapshot());
    again.takeOutputs();
    shopLines.feed([again], 9_000);
    const { windows } = again.takeOutputs();
    const vectors = windows.flatMap(({ contents }) => (contents === undefined ? [] : [contents.logVector]));
    expect(vectors.length).toBeGreaterThan(20);
    // Templates of before the switch have their directions, too.
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 2);
  });
});
