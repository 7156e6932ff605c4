import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { END, FIRST_SYMBOL, GramModel } from './gram-model.ts';

const sequences = fc.array(fc.array(fc.integer({ min: FIRST_SYMBOL, max: 6 }), { maxLength: 12 }), {
  minLength: 1,
  maxLength: 30,
});

function learned(all: readonly (readonly number[])[], most = 10_000): GramModel {
  const model = new GramModel(3, most);
  for (const one of all) model.learn(Int32Array.from(one), one.length, true, 1);
  return model;
}

describe('GramModel', () => {
  it('gives chances: those of all symbols, the end and one unknown symbol sum to 1', () => {
    fc.assert(
      fc.property(sequences, fc.array(fc.integer({ min: FIRST_SYMBOL, max: 7 }), { maxLength: 8 }), (all, probe) => {
        const model = learned(all);
        const known = new Set(all.flat());
        const symbols = Int32Array.from(probe);
        for (let i = 0; i <= probe.length; i++) {
          model.judge(symbols, probe.length, i);
          const chances = [END, 99, ...known].map((symbol) => model.chanceOf(symbol));
          expect(chances.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 9);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('finds a step less likely after a context that it never followed, and an end too early', () => {
    const model = learned(Array.from({ length: 100 }, () => [2, 3, 4, 2, 5]));
    const symbols = Int32Array.of(2, 3, 4, 2, 5);
    model.judge(symbols, 5, 3);
    const usual = model.chance;
    expect(usual).toBeGreaterThan(0.95);
    expect(model.chanceOf(5)).toBeLessThan(0.02);
    model.judge(symbols, 5, 5);
    expect(model.chance).toBeGreaterThan(0.95);
    model.judge(symbols, 3, 3);
    expect(model.chance).toBeLessThan(0.02);
  });

  it('tells how long a context was ever followed by the symbol, −1 for one never seen', () => {
    const model = learned([[2, 3, 4, 5]]);
    const matched = (probe: readonly number[], i: number): number => {
      model.judge(Int32Array.from(probe), probe.length, i);
      return model.matched;
    };
    expect(matched([2, 3, 4, 5], 3)).toBe(3);
    expect(matched([9, 3, 4, 5], 3)).toBe(2);
    expect(matched([2, 3, 5], 2)).toBe(0);
    expect(matched([2, 3, 9], 2)).toBe(-1);
  });

  it('stays within its bound by halving, and keeps what is common', () => {
    const model = new GramModel(3, 400);
    const common = Int32Array.of(2, 3, 4, 5);
    for (let i = 0; i < 2_000; i++) {
      model.learn(common, 4, true, 1);
      model.learn(Int32Array.of(10 + i, 11 + i, 2), 3, true, 1);
      expect(model.entries).toBeLessThanOrEqual(400);
    }
    expect(model.halvings).toBeGreaterThan(0);
    model.judge(common, 4, 2);
    expect(model.chance).toBeGreaterThan(0.8);
    expect(model.matched).toBe(3);
  });

  it('continues from its state bit for bit', () => {
    fc.assert(
      fc.property(sequences, sequences, (before, after) => {
        const straight = learned(before, 120);
        const to = new StateWriter();
        straight.save(to);
        const restored = new GramModel(3, 120);
        restored.load(new StateReader(to.finish()));
        for (const one of after) {
          const symbols = Int32Array.from(one);
          for (let i = 0; i <= one.length; i++) {
            straight.judge(symbols, one.length, i);
            restored.judge(symbols, one.length, i);
            expect([restored.chance, restored.matched]).toEqual([straight.chance, straight.matched]);
          }
          straight.learn(symbols, one.length, true, 1);
          restored.learn(symbols, one.length, true, 1);
        }
        expect(restored.entries).toBe(straight.entries);
      }),
      { numRuns: 100 },
    );
  });
});
