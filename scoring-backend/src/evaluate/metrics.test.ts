import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { baselines, LearnedCounts } from './baselines.ts';
import { bestF1, figures } from './metrics.ts';
import { ABNORMAL, NORMAL, UNLABELLED, UnitScores } from './unit-scores.ts';

/** The definition: wins of abnormal over normal units, ties are half a win. */
function pairwiseAuc(labels: Int8Array, scores: readonly number[]): number {
  let [wins, pairs] = [0, 0];
  labels.forEach((a, i) => {
    if (a !== ABNORMAL) return;
    labels.forEach((b, j) => {
      if (b !== NORMAL) return;
      pairs++;
      wins += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
    });
  });
  return wins / pairs;
}

describe('Figures of an evaluation', () => {
  it('are what their definitions say on a small example', () => {
    const labels = Int8Array.of(1, 1, 0, 0, 0, 0);
    const of = figures(labels, [9, 2, 5, 1, 1, 0], [1, 0, 1, 0, 0, 0]);
    expect(of.precision).toBe(0.5);
    expect(of.recall).toBe(0.5);
    expect(of.f1).toBe(0.5);
    expect(of.falsePositivesPer10000).toBe(2_500);
    expect(of.rocAuc).toBe(7 / 8);
    expect(of.prAuc).toBeCloseTo((1 + 2 / 3) / 2, 12);
    expect(bestF1(labels, [9, 2, 5, 1, 1, 0])).toBe(0.8);
  });

  it('count every pair for ROC-AUC, ties by half, and leave unlabelled units out', () => {
    const unit = fc.record({
      label: fc.constantFrom(ABNORMAL, NORMAL, UNLABELLED),
      score: fc.integer({ min: 0, max: 5 }),
    });
    fc.assert(
      fc.property(fc.array(unit, { minLength: 2, maxLength: 40 }), (units) => {
        const labels = Int8Array.from(units, ({ label }) => label);
        fc.pre(labels.includes(ABNORMAL) && labels.includes(NORMAL));
        const scores = units.map(({ score }) => score);
        const { rocAuc } = figures(labels, scores, new Uint8Array(units.length));
        expect(rocAuc).toBeCloseTo(pairwiseAuc(labels, scores), 10);
      }),
    );
  });

  it('are null where they are not defined', () => {
    const none = figures(Int8Array.of(0, 0), [1, 2], [0, 0]);
    expect([none.precision, none.recall, none.f1, none.rocAuc, none.prAuc]).toEqual([null, null, null, null, null]);
    expect(none.falsePositivesPer10000).toBe(0);
  });
});

describe('Baselines', () => {
  it('flag all, by coin, what is new, and unusual counts', () => {
    const units = new UnitScores();
    const learned = new LearnedCounts();
    for (let i = 0; i < 100; i++) learned.add(10 + (i % 3));
    for (let i = 0; i < 1_000; i++)
      units.add(i + 1, {
        label: i % 10 === 0 ? ABNORMAL : NORMAL,
        magnitude: 0,
        flagged: false,
        newestKind: i % 20 === 0 ? i : 5,
        events: i % 10 === 0 ? 40 : 11,
      });
    const { flagAll, random, newTemplate, eventCount } = baselines(units, learned, 1, 100);
    expect(flagAll).toMatchObject({ precision: 0.1, recall: 1, falsePositivesPer10000: 10_000, rocAuc: 0.5 });
    expect(random.recall).toBeGreaterThan(0.3);
    expect(random.recall).toBeLessThan(0.7);
    expect(newTemplate).toMatchObject({ precision: 1, recall: 0.45 });
    expect(eventCount).toMatchObject({ precision: 1, recall: 1, rocAuc: 1 });
    expect(baselines(units, learned, 1, 100).random).toEqual(random);
  });
});
