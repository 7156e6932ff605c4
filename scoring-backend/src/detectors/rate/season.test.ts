import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { Random } from '../../../test/quality/calibration-traffic.ts';
import { auc } from '../../../test/windows/separation.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { periodsOf } from './periods.ts';
import { Season, SLOT_MS } from './season.ts';

const DAY = 288;
const START = Date.UTC(2025, 9, 6);

/** Office hours: ten times the records from 9 to 17. */
function office(random: Random, slot: number): number {
  const hour = (slot % DAY) / 12;
  return random.poisson(hour >= 9 && hour < 17 ? 200 : 20);
}

function learned(slots: number, count: (slot: number) => number): Season {
  const season = new Season();
  for (let slot = 0; slot < slots; slot++) season.learn(START + slot * SLOT_MS, count(slot));
  return season;
}

interface Separation {
  readonly season: number;
  readonly level: number;
}

/**
 * How well counts after slot `from` are told from ones `early` slots too early, by how far they are from what was expected
 * in view of the hour before: with the season, and by the level alone.
 */
function separation(counts: readonly number[], from: number, early: number): Separation {
  const season = new Season();
  const found = {
    season: { normal: [] as number[], odd: [] as number[] },
    level: { normal: [] as number[], odd: [] as number[] },
  };
  counts.forEach((count, slot) => {
    const at = START + slot * SLOT_MS;
    if (slot >= from && slot % 5 === 0) {
      const level = counts.slice(slot - 12, slot).reduce((sum, before) => sum + before / 12, 0);
      for (const [by, factor] of [
        ['season', season.factor(at, 3_600_000)],
        ['level', 1],
      ] as const) {
        const oddness = (now: number): number => Math.abs(Math.log((now + 1) / (level * factor + 1)));
        found[by].normal.push(oddness(count));
        found[by].odd.push(oddness(counts[slot - early]));
      }
    }
    season.learn(at, count);
  });
  return { season: auc(found.season.normal, found.season.odd), level: auc(found.level.normal, found.level.odd) };
}

/** Rides per half hour, as if a sixth of them came in each five minutes. */
function taxiRides(): number[] {
  const rows = readFileSync(join(referenceData ?? '', 'nab/realKnownCause/nyc_taxi.csv'), 'utf8')
    .split('\n')
    .slice(1, 1 + 48 * 50);
  return rows.flatMap((row) => Array<number>(6).fill(Number(row.split(',')[1]) / 6));
}

describe('the periods of counts', () => {
  it('are found by their length, and none in noise', () => {
    const random = new Random(1);
    const wave = Float32Array.from({ length: 1_024 }, (_, i) =>
      random.poisson(50 + 40 * Math.sin((2 * Math.PI * i) / 36)),
    );
    expect(periodsOf(wave)[0]).toBeCloseTo(36, 0);
    const noise = Float32Array.from({ length: 1_024 }, () => random.poisson(50));
    expect(periodsOf(noise)).toEqual([]);
  });
});

describe('the season of a stream', () => {
  it('knows after some days that offices open at nine', () => {
    const random = new Random(2);
    const season = learned(4 * DAY, (slot) => office(random, slot));
    expect(season.periodMs).toBe(DAY * SLOT_MS);
    const nine = START + (4 * DAY + 9 * 12) * SLOT_MS;
    expect(season.factor(nine, 3_600_000)).toBeGreaterThan(5);
    expect(season.factor(nine + 3 * 3_600_000, 3_600_000)).toBeCloseTo(1, 0);
    expect(season.factor(nine + 8 * 3_600_000, 3_600_000)).toBeLessThan(0.3);
  });

  it('tells traffic at its hour from the same an hour early, which the level alone cannot', () => {
    const random = new Random(6);
    const counts = Array.from({ length: 8 * DAY }, (_, slot) =>
      random.poisson(300 * random.gamma(0.003) * 3 ** Math.sin((2 * Math.PI * slot) / DAY)),
    );
    const { season, level } = separation(counts, 4 * DAY, 12);
    expect(season).toBeGreaterThan(0.75);
    expect(season).toBeGreaterThan(level + 0.25);
  });

  it('tells the taxi rides of a city from those of an hour before, which the level alone cannot', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const { season, level } = separation(taxiRides(), 21 * DAY, 12);
    expect(season).toBeGreaterThan(0.75);
    expect(season).toBeGreaterThan(level + 0.25);
  });

  it('finds a period that is neither a day nor a week', () => {
    const random = new Random(3);
    const season = learned(4 * DAY, (slot) => random.poisson(slot % 72 < 6 ? 300 : 10));
    expect(season.periodMs / SLOT_MS).toBe(72);
  });

  it('believes in none where there is none, and says 1 then', () => {
    const random = new Random(4);
    const season = learned(4 * DAY, () => random.poisson(100 * random.gamma(0.2)));
    expect([season.periodMs, season.factor(START + 5 * DAY * SLOT_MS, 3_600_000)]).toEqual([0, 1]);
  });

  it('continues the same after it was saved', () => {
    const random = new Random(5);
    const counts = Array.from({ length: 5 * DAY }, (_, slot) => office(random, slot));
    const season = learned(3 * DAY + 7, (slot) => counts[slot]);
    const writer = new StateWriter();
    season.save(writer);
    const again = new Season();
    again.load(new StateReader(writer.finish()));
    for (let slot = 3 * DAY + 7; slot < 5 * DAY; slot++) {
      const at = START + slot * SLOT_MS;
      expect(again.factor(at, 300_000)).toBe(season.factor(at, 300_000));
      for (const one of [season, again]) one.learn(at, counts[slot]);
    }
  });
});
