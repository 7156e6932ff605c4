import { describe, expect, it } from 'vitest';
import { NO_TRAITS, type WindowFeatures } from '../detectors/detector.ts';
import { StateReader, StateWriter } from '../columns/state-codec.ts';
import { QuietAge } from './quiet-age.ts';
import { Recalibration } from './tail.ts';

const SIZE = 30_000;

function window(number: number, records: number, incomplete = false): WindowFeatures {
  const none = new Int32Array(0);
  return {
    ...NO_TRAITS,
    ...{ startMs: number * SIZE, endMs: (number + 1) * SIZE, records, incomplete, errors: 0, templates: 0 },
    ...{ newTemplates: 0, newRecords: 0, touched: none, touchedCount: 0, counts: none },
    ...{ isNew: () => false, isYoung: () => false },
  };
}

/** A stream that logs in one window of `every`, by a sequence that is spread evenly. */
function records(number: number, every: number): number {
  return (number * 0.6180339887498949) % 1 < 1 / every ? 1 : 0;
}

describe('QuietAge', () => {
  it('is known for an empty window after the first one with records, and only when nothing may be missing in it', () => {
    const quiet = new QuietAge();
    expect(quiet.binOf(window(0, 0))).toBe(-1);
    expect(quiet.binOf(window(1, 5))).toBe(-1);
    expect(quiet.binOf(window(2, 0, true))).toBe(-1);
    expect(quiet.binOf(window(3, 0))).toBeGreaterThan(quiet.binOf(window(2, 0)));
    expect(quiet.rank(-1)).toBe(1);
  });

  it('finds the windows just after activity the odder ones, and an endless silence not odd at all', () => {
    const quiet = new QuietAge();
    for (let number = 0; number < 10_000; number++) quiet.learn(quiet.binOf(window(number, number % 50 === 0 ? 1 : 0)));
    quiet.binOf(window(10_000, 1));
    const ranks = [1, 10, 49, 10_000].map((age) => quiet.rank(quiet.binOf(window(10_000 + age, 0))));
    expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    expect(ranks[0]).toBeLessThan(0.02);
    expect(ranks[3]).toBe(1);
  });

  it.each([20, 100])('spreads a lump: with records in one window of %i, one of ten reaches M = 1', (every) => {
    const quiet = new QuietAge();
    const calibration = new Recalibration(true);
    let reached = 0;
    let counted = 0;
    for (let number = 0; number < 20_000; number++) {
      const count = records(number, every);
      const bin = quiet.binOf(window(number, count));
      // To the detectors the empty windows are all alike.
      const x = count > 0 ? 1.5 : 0;
      const magnitude = calibration.magnitude(x, bin < 0 ? undefined : quiet.rank(bin));
      if (number > 2_000) counted++;
      if (number > 2_000 && magnitude >= 1) reached++;
      calibration.learn(x);
      quiet.learn(bin);
      calibration.rebuild();
    }
    expect(reached / counted).toBeGreaterThan(0.06);
    expect(reached / counted).toBeLessThan(0.17);
  });

  it('continues the same after it was saved', () => {
    const before = new QuietAge();
    for (let number = 0; number < 9_000; number++) before.learn(before.binOf(window(number, records(number, 30))));
    const writer = new StateWriter();
    before.save(writer);
    const after = new QuietAge();
    after.load(new StateReader(writer.finish()));
    const next = window(9_000, 0);
    expect(after.binOf(next)).toBe(before.binOf(next));
    expect(after.rank(after.binOf(next))).toBe(before.rank(before.binOf(next)));
  });
});
