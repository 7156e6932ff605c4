import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '../columns/state-codec.ts';
import { priorMagnitude, Recalibration } from './tail.ts';

/** x of n units whose own p is exact, times a factor: quantiles of the exponential distribution. */
function learned(n: number, factor: number, trustsPrior = false): Recalibration {
  const calibration = new Recalibration(trustsPrior);
  // Golden-ratio steps: every part of the sequence is spread evenly.
  for (let i = 1; i <= n; i++) calibration.learn(-Math.log10((i * 0.6180339887498949) % 1) * factor);
  calibration.rebuild();
  return calibration;
}

describe('Recalibration', () => {
  it('believes a young model less the more it claims', () => {
    const young = new Recalibration(true);
    young.rebuild();
    expect(young.magnitude(1)).toBeGreaterThan(0.9);
    expect(young.magnitude(8)).toBeGreaterThan(5.1);
    expect(young.magnitude(8)).toBeLessThan(7);
    expect(young.magnitude(8)).toBeCloseTo(priorMagnitude(8), 10);
  });

  it('leaves an honest model as it is, and takes an excited one down to what its units showed', () => {
    for (const m of [1, 2, 3, 4]) {
      expect(learned(20_000, 1).magnitude(m)).toBeCloseTo(m, 0);
      expect(Math.abs(learned(20_000, 2).magnitude(2 * m) - m)).toBeLessThan(0.5);
      expect(Math.abs(learned(20_000, 0.5).magnitude(m / 2) - m)).toBeLessThan(0.5);
    }
  });

  it('claims at most log10(n + 1) + 2 from what it learned; only a trusted prior may claim more', () => {
    expect(learned(1_000, 0.1).magnitude(15)).toBeCloseTo(Math.log10(1_001) + 2, 10);
    expect(learned(1_000, 0.1, true).magnitude(15)).toBeCloseTo(priorMagnitude(15), 10);
  });

  it('lets what models said while they learned a new normal fade soon', () => {
    const told = (restarts: boolean): number => {
      const calibration = learned(3_000, 0.2);
      if (restarts) calibration.restart();
      for (let i = 0; i < 300; i++) calibration.learn(6);
      for (let i = 1; i <= 3_000; i++) calibration.learn(-Math.log10((i * 0.6180339887498949) % 1));
      calibration.rebuild();
      return calibration.magnitude(6);
    };
    expect(told(false)).toBeLessThan(2);
    expect(told(true)).toBeGreaterThan(2.5);
  });

  it('never falls as x grows', () => {
    const calibration = learned(500, 1.3, true);
    let last = 0;
    for (let x = 0; x < 20; x += 0.05) {
      const magnitude = calibration.magnitude(x);
      expect(magnitude).toBeGreaterThanOrEqual(last - 1e-9);
      last = magnitude;
    }
  });

  it('continues the same after it was saved', () => {
    const before = learned(700, 1.2);
    before.restart();
    const writer = new StateWriter();
    before.save(writer);
    const after = new Recalibration(false);
    after.load(new StateReader(writer.finish()));
    for (let i = 0; i < 200; i++)
      for (const calibration of [before, after]) {
        calibration.learn(i / 40);
        calibration.rebuild();
      }
    for (const x of [0.2, 1, 3, 7]) expect(after.magnitude(x)).toBe(before.magnitude(x));
  });
});
