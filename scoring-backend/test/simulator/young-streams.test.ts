import { describe, expect, it } from 'vitest';
import { YOUNG_FAULTS, youngTrial } from './young-streams.ts';

/** Histories in ms, and seeds of each. */
const HISTORIES = [60_000, 75_000, 90_000, 105_000, 120_000];
const SEEDS = [1, 2, 3, 4];

function foundOf(name: string): number {
  const fault = YOUNG_FAULTS.find((one) => one.name === name);
  if (fault === undefined) throw new Error(`no such fault: ${name}`);
  const trials = HISTORIES.flatMap((historyMs) => SEEDS.map((seed) => youngTrial(fault, historyMs, seed)));
  return trials.filter(({ afterMs }) => afterMs <= 120_000).length / trials.length;
}

describe('A fault in the first minutes of a stream', { timeout: 60_000 }, () => {
  it('is mostly found when four requests of five time out, and always when somebody guesses passwords', () => {
    expect(foundOf('time-outs')).toBeGreaterThanOrEqual(0.6);
    expect(foundOf('brute force')).toBe(1);
  });

  it('is not seen where there is none', () => {
    for (const fault of YOUNG_FAULTS)
      for (const seed of SEEDS)
        expect(youngTrial(fault, 90_000, seed + 1_000, false)).toMatchObject({ afterMs: Infinity, falseBefore: 0 });
  });

  it('is found in its first windows or later: what hides in a slow beginning is not learned', () => {
    // Half of the confirmations bounce instead of a twentieth: no window shows it alone, with so little known.
    const [fault] = YOUNG_FAULTS;
    const trials = [300_000, 400_000, 500_000, 600_000].flatMap((historyMs) =>
      SEEDS.map((seed) => youngTrial(fault, historyMs, seed)),
    );
    const found = trials.filter(({ afterMs }) => afterMs <= 300_000);
    expect(found.length / trials.length).toBeGreaterThanOrEqual(0.6);
  });
});
