import { describe, expect, it } from 'vitest';
import { Random } from '../../../test/quality/calibration-traffic.ts';
import { StateReader, StateWriter } from '../../engine/state-codec.ts';
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
