import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { auc } from '../../../test/windows/separation.ts';
import { tarFiles } from '../../evaluate/tar-files.ts';
import { createTemplateMiner } from '../../templates/miner.ts';
import type { TemplateMiner } from '../../templates/template-miner.ts';
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

const CORRECT = ['correct_1', 'correct_2', 'correct_3'];
/** The first lines of a log still tell of the run before. */
const LEAKED_LINES = 100;

/** Lines by kind in the runs of a system of services, by the name of the log, then by run. */
function realRuns(): Map<string, Map<string, RunCounts>> {
  const miners = new Map<string, TemplateMiner>();
  const logs: { log: string; run: string; kinds: number[] }[] = [];
  for (const { name, bytes } of tarFiles(join(referenceData ?? '', 'lo2/lo2-labeled.tar.gz'))) {
    const [run, log] = name.split('/');
    const miner = miners.get(log) ?? createTemplateMiner({ maxTemplates: 4_096, maxMessageBytes: 8_192 });
    miners.set(log, miner);
    const lines = Buffer.from(bytes).toString('latin1').split('\n').slice(LEAKED_LINES, -1);
    const kinds = lines.map((line) => miner.mine(Buffer.from(line, 'latin1'), 0, line.length));
    logs.push({ log, run, kinds });
  }
  const services = new Map<string, Map<string, RunCounts>>();
  for (const { log, run, kinds } of logs) {
    const counts = new Map<number, number>();
    for (const kind of kinds) {
      const now = miners.get(log)?.resolve(kind) ?? kind;
      counts.set(now, (counts.get(now) ?? 0) + 1);
    }
    services.set(log, (services.get(log) ?? new Map<string, RunCounts>()).set(run, counts));
  }
  return services;
}

/** M of a run of each service by those of its correct runs that are not this one, and with `injected` lines of a new kind. */
function judgeServices(
  services: ReadonlyMap<string, ReadonlyMap<string, RunCounts>>,
  run: string,
  injected = 0,
): Map<string, number> {
  const earlier = [...services.values()].map((runs) =>
    CORRECT.filter((name) => name !== run).flatMap((name) => runs.get(name) ?? []),
  );
  const tail = earlier.map(singleRunKinds).reduce((a, b) => ({ kinds: a.kinds + b.kinds, logs: a.logs + b.logs }));
  return new Map(
    [...services].map(([log, runs], i) => {
      const counts = new Map(runs.get(run));
      if (injected > 0) counts.set(-1, injected);
      return [log, judgeRun(counts, earlier[i], tail).magnitude];
    }),
  );
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
    expect(auc(normal, odd)).toBeGreaterThan(0.9);
  });

  it('separates real runs with a new kind of line from those without, and finds the service that failed', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const services = realRuns();
    const normal = CORRECT.flatMap((run) => [...judgeServices(services, run).values()]);
    expect(normal).toHaveLength(21);
    // M ≥ 2 is one normal run of a hundred.
    expect(normal.filter((magnitude) => magnitude >= 2).length).toBeLessThanOrEqual(1);
    const odd = CORRECT.flatMap((run) => [...judgeServices(services, run, 5).values()]);
    expect(auc(normal, odd)).toBeGreaterThan(0.9);
    const failed = [...judgeServices(services, 'get_token_page_400_no_page_1')].sort(([, a], [, b]) => b - a);
    expect(failed[0][0]).toContain('refresh-token');
    expect(failed[0][1]).toBeGreaterThan(Math.max(...normal) + 3);
    expect(failed[1][1]).toBeLessThan(2);
  });

  it('says nothing as long as no two runs are known', () => {
    const { of } = runs(2, 5);
    expect(judgeRun(of[0], [], singleRunKinds([])).magnitude).toBe(0);
    expect(judgeRun(of[1], [of[0]], singleRunKinds([of[0]])).magnitude).toBe(0);
  });
});
