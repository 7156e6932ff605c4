import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../random.ts';
import { judgeRun, singleRunKinds, type RunCounts } from './run-novelty.ts';

/** A run of a service with twenty common kinds, and now and then a line of a kind of its own. */
function normalRun(random: SeededRandom, rare: number, nextKind: () => number): Map<number, number> {
  const counts = new Map<number, number>();
  for (let kind = 0; kind < 20; kind++) counts.set(kind, 20 + random.below(200));
  for (let i = 0; i < rare; i++) counts.set(nextKind(), 1 + Math.floor(random.next() ** 6 * 4));
  return counts;
}

function runs(count: number, seed: number): { of: RunCounts[]; random: SeededRandom; nextKind: () => number } {
  const random = new SeededRandom(seed);
  let kind = 100;
  const nextKind = (): number => kind++;
  return { of: Array.from({ length: count }, () => normalRun(random, random.below(4), nextKind)), random, nextKind };
}

describe('Novelty of a run', () => {
  it('finds a run with a new kind that comes often', () => {
    const { of } = runs(5, 1);
    const odd = new Map(of[0]).set(99, 60);
    const verdict = judgeRun(odd, of, singleRunKinds(of));
    expect(verdict).toMatchObject({ kind: 99, lines: 60 });
    expect(verdict.magnitude).toBeGreaterThan(2.5);
  });

  it('takes rare lines that turn up in every run for what they are', () => {
    let high = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const { of, random, nextKind } = runs(4, seed);
      const next = normalRun(random, random.below(4), nextKind);
      if (judgeRun(next, of, singleRunKinds(of)).magnitude >= 2) high++;
    }
    // M ≥ 2 is one normal run of a hundred.
    expect(high).toBeLessThanOrEqual(6);
  });

  it('separates runs with an injected new kind from normal ones', () => {
    const normal: number[] = [];
    const odd: number[] = [];
    for (let seed = 300; seed < 400; seed++) {
      const { of, random, nextKind } = runs(4, seed);
      const next = normalRun(random, random.below(4), nextKind);
      normal.push(judgeRun(next, of, singleRunKinds(of)).magnitude);
      odd.push(judgeRun(next.set(99, 3 + random.below(40)), of, singleRunKinds(of)).magnitude);
    }
    const wins = odd.flatMap((a) => normal.map((b) => (a > b ? 1 : a === b ? 0.5 : 0) as number));
    expect(wins.reduce((sum, win) => sum + win, 0) / wins.length).toBeGreaterThan(0.9);
  });

  it('says nothing as long as no two runs are known', () => {
    const { of } = runs(2, 5);
    expect(judgeRun(of[0], [], singleRunKinds([])).magnitude).toBe(0);
    expect(judgeRun(of[1], [of[0]], singleRunKinds([of[0]])).magnitude).toBe(0);
  });
});
