import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { Random } from '../../../test/quality/calibration-traffic.ts';
import { auc } from '../../../test/windows/separation.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { Adwin } from './adwin.ts';
import { DriftWatch, type DriftFound } from './drift-watch.ts';
import { PageHinkley } from './page-hinkley.ts';

const WINDOW_MS = 300_000;
const PER_DAY = 288;
const START = Date.UTC(2025, 9, 6);

/** Windows of so many days; `shift(day)` in spreads is added to the response time. */
function watched(seed: number, days: number, shift: (day: number) => number): { day: number; found: DriftFound }[] {
  const [watch, random] = [new DriftWatch(), new Random(seed)];
  const all: { day: number; found: DriftFound }[] = [];
  for (let i = 0; i < days * PER_DAY; i++) {
    const day = i / PER_DAY;
    const wave = 2 * Math.sin(2 * Math.PI * day);
    const values = [8 + wave + 0.3 * random.normal(), 0.01 + 0.002 * random.normal(), 6 + 0.2 * random.normal()];
    values[2] += 0.2 * shift(day);
    for (const found of watch.take(START + i * WINDOW_MS, [...values, 0, random.exponential() / Math.LN10]))
      all.push({ day, found });
  }
  return all;
}

interface Value {
  readonly atMs: number;
  readonly value: number;
}

function valuesOf(file: string): Value[] {
  const rows = readFileSync(join(referenceData ?? '', 'nab', file), 'utf8')
    .trim()
    .split('\n')
    .slice(1);
  return rows.map((row) => {
    const [time, value] = row.split(',');
    return { atMs: Date.parse(`${time.replace(' ', 'T')}Z`), value: Number(value) };
  });
}

/** 1 when a drift is told within half a day of the moment from which on values are so many `times` what they were, else 0. */
function told(values: readonly Value[], part: number, times: number): 0 | 1 {
  const watch = new DriftWatch();
  const [first, last] = [values[0].atMs, values[values.length - 1].atMs];
  const sinceMs = first + part * (last - first);
  for (const { atMs, value } of values) {
    if (atMs > sinceMs + 43_200_000) return 0;
    const isTold = watch.take(atMs, [atMs > sinceMs ? times * value : value, NaN, NaN, NaN, NaN]).length > 0;
    if (isTold && atMs > sinceMs) return 1;
  }
  return 0;
}

describe('Page-Hinkley and ADWIN', () => {
  it('tell of a shift by two spreads within 40 values, and of none in 2,000 normal ones', () => {
    for (let seed = 1; seed <= 10; seed++) {
      const random = new Random(seed);
      const [pageHinkley, adwin] = [new PageHinkley(), new Adwin(1e-5)];
      for (let i = 0; i < 2_000; i++) {
        const value = random.normal();
        expect([pageHinkley.take(value), adwin.take(value)]).toEqual([0, undefined]);
      }
      const told = [Infinity, Infinity];
      for (let i = 0; i < 40; i++) {
        const value = random.normal() + 2;
        if (pageHinkley.take(value) === 1) told[0] = Math.min(told[0], i);
        if (adwin.take(value) !== undefined) told[1] = Math.min(told[1], i);
      }
      expect(Math.max(...told)).toBeLessThan(40);
    }
  });

  it('ADWIN keeps only what came after the change, in few buckets', () => {
    const [random, adwin] = [new Random(3), new Adwin(1e-5)];
    for (let i = 0; i < 3_000; i++) adwin.take(random.normal());
    for (let i = 0; i < 500; i++) adwin.take(random.normal() + 3);
    expect(adwin.count).toBeLessThan(520);
    expect(adwin.mean).toBeGreaterThan(2.8);
  });
});

describe('the drift of a stream', () => {
  it('is none over three weeks of day and night', () => {
    expect(watched(1, 21, () => 0)).toEqual([]);
  });

  it('is told once within a day of a lasting shift, with the figure and its direction', () => {
    const found = watched(2, 10, (day) => (day >= 6 ? 3 : 0));
    expect(found[0].day).toBeGreaterThan(6);
    expect(found[0].day).toBeLessThan(7);
    expect(found[0].found).toMatchObject({ figure: 'response_time_avg' });
    expect(found[0].found.shift).toBeGreaterThan(0);
    expect(found.length).toBeLessThan(3);
  });

  it('is told of a slow rise', () => {
    const found = watched(3, 12, (day) => Math.max(0, day - 6) * 4);
    expect(found.some(({ found: { figure } }) => figure === 'response_time_avg')).toBe(true);
  });

  it('is told of the temperature of an office, which goes with the weather, at most twice a week', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const watch = new DriftWatch();
    const values = valuesOf('realKnownCause/ambient_temperature_system_failure.csv');
    const told = values.filter(({ atMs, value }) => watch.take(atMs, [value, NaN, NaN, NaN, NaN]).length > 0).length;
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThan(2 * 43);
  });

  it('is told within half a day of real series that are doubled, and seldom then of those that are not', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const found: Record<1 | 2, number[]> = { 1: [], 2: [] };
    for (const folder of ['realAWSCloudwatch', 'realKnownCause'])
      for (const file of readdirSync(join(referenceData ?? '', 'nab', folder))) {
        const values = valuesOf(`${folder}/${file}`);
        for (const part of [0.5, 0.7])
          for (const times of [1, 2] as const) found[times].push(told(values, part, times));
      }
    expect(found[2]).toHaveLength(48);
    // Half of the series are bursts or steps, of which a day says nothing.
    expect(auc(found[1], found[2])).toBeGreaterThan(0.65);
  });

  it('continues the same after it was saved', () => {
    const [watch, random] = [new DriftWatch(), new Random(5)];
    const next = (i: number): number[] => [8, 0.01, 6, 0, 0].map((mean) => mean + (i > 900 ? 1 : 0) + random.normal());
    for (let i = 0; i < 900; i++) watch.take(START + i * WINDOW_MS, next(i));
    const writer = new StateWriter();
    watch.save(writer);
    const again = new DriftWatch();
    again.load(new StateReader(writer.finish()));
    let told = 0;
    for (let i = 900; i < 2_000; i++) {
      const values = next(i);
      const found = watch.take(START + i * WINDOW_MS, values);
      told += found.length;
      expect(again.take(START + i * WINDOW_MS, values)).toEqual(found);
    }
    expect(told).toBeGreaterThan(0);
  });
});
