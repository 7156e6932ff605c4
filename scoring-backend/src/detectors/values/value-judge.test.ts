import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { Random } from '../../../test/quality/calibration-traffic.ts';
import { auc } from '../../../test/windows/separation.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { ValueJudge } from './value-judge.ts';

const STEP_MS = 300_000;
const DAY = 288;

/** Kinds of series: noise around a level, a day's wave, a heavy tail, rare bursts. */
const SERIES: Record<string, (random: Random, i: number) => number> = {
  level: (random) => 50 + 3 * random.normal(),
  day: (random, i) => 100 + 40 * Math.sin((2 * Math.PI * i) / DAY) + 5 * random.normal(),
  'heavy tail': (random) => Math.exp(3 + 0.5 * random.normal()),
  bursts: (random) => (random.next() < 0.01 ? 50 + 20 * random.next() : 1 + 0.2 * random.normal()),
};

describe.each(Object.entries(SERIES))('a series of values: %s', (name, next) => {
  it('separates values far off from normal ones', () => {
    const [judge, random] = [new ValueJudge(), new Random(21)];
    const [normal, odd]: number[][] = [[], []];
    for (let i = 0; i < 3_000; i++) {
      const isOdd = i > 1_000 && i % 100 === 0;
      const { magnitude } = judge.judge(i * STEP_MS, next(random, i) * (isOdd ? 4 : 1) + (isOdd ? 100 : 0));
      // The values after an odd one are odd with it: the last hour holds it.
      if (isOdd) odd.push(magnitude);
      else if (i > 1_000 && i % 100 > 60) normal.push(magnitude);
    }
    expect(auc(normal, odd)).toBeGreaterThan(name === 'bursts' ? 0.8 : 0.95);
  });

  it('is seldom flagged while it is normal', () => {
    const random = new Random(22);
    let flagged = 0;
    for (let series = 0; series < 2; series++) {
      const judge = new ValueJudge(1);
      for (let i = 0; i < 2 * 2_016; i++) if (judge.judge(i * STEP_MS, next(random, i)).margin > 0) flagged++;
    }
    // The first two weeks, twice, with a budget of one a week. What bursts at any time is news for longer.
    expect(flagged).toBeLessThanOrEqual(name === 'bursts' ? 16 : 8);
  });
});

describe('a series of values', () => {
  it('is not flagged for what it does at the same time every day, but for the same at another time', () => {
    const [judge, random] = [new ValueJudge(), new Random(25)];
    const flagged: number[] = [];
    for (let i = 0; i < 14 * DAY; i++) {
      const isBackup = i % DAY === 40 || i === 12 * DAY + 200;
      const value = (isBackup ? 90 : 20) + 2 * random.normal();
      if (judge.judge(i * STEP_MS, value).margin > 0) flagged.push(i);
    }
    expect(flagged).toContain(12 * DAY + 200);
    expect(flagged.filter((i) => i > 4 * DAY && i % DAY >= 40 && i % DAY < 110).length).toBeLessThanOrEqual(1);
  });

  it('is flagged for the second of two failures of a kind, although the first one was seen', () => {
    const [judge, random] = [new ValueJudge(), new Random(26)];
    const flagged: number[] = [];
    for (let i = 0; i < 14 * DAY; i++) {
      const isOff = (i >= 7 * DAY && i < 7 * DAY + 10) || (i >= 11 * DAY + 90 && i < 11 * DAY + 100);
      if (judge.judge(i * STEP_MS, (isOff ? 75 : 50) + 3 * random.normal()).margin > 0) flagged.push(i);
    }
    for (const start of [7 * DAY, 11 * DAY + 90]) expect(flagged.some((i) => i >= start && i < start + 10)).toBe(true);
  });

  it('is flagged once when its level shifts for good, and the new level is normal after some days', () => {
    const [judge, random] = [new ValueJudge(), new Random(23)];
    const flagged: number[] = [];
    for (let i = 0; i < 10 * DAY; i++) {
      const value = (i < 4 * DAY ? 50 : 90) + 3 * random.normal();
      if (judge.judge(i * STEP_MS, value).margin > 0) flagged.push(i / DAY);
    }
    const [first] = flagged.filter((day) => day >= 4);
    expect(first).toBeLessThan(4.05);
    expect(flagged.filter((day) => day >= 7).length).toBeLessThanOrEqual(2);
  });

  it('finds the labelled failures of a request latency within their spans', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const folder = join(referenceData ?? '', 'nab');
    const file = 'realKnownCause/ec2_request_latency_system_failure.csv';
    const labels = JSON.parse(readFileSync(join(folder, 'combined_windows.json'), 'utf8')) as Record<
      string,
      string[][]
    >;
    const judge = new ValueJudge();
    const found = new Set<number>();
    let outside = 0;
    for (const row of readFileSync(join(folder, file), 'utf8').trim().split('\n').slice(1)) {
      const [time, value] = row.split(',');
      const { margin } = judge.judge(Date.parse(`${time.replace(' ', 'T')}Z`), Number(value));
      if (margin <= 0) continue;
      const span = labels[file].findIndex(([from, to]) => time >= from.slice(0, 19) && time <= to.slice(0, 19));
      if (span >= 0) found.add(span);
      else outside++;
    }
    expect(found.size).toBeGreaterThanOrEqual(2);
    expect(outside).toBeLessThan(6);
  });

  it('continues the same after it was saved', () => {
    const [judge, random] = [new ValueJudge(), new Random(24)];
    for (let i = 0; i < 1_500; i++) judge.judge(i * STEP_MS, SERIES.day(random, i));
    const writer = new StateWriter();
    judge.save(writer);
    const again = new ValueJudge();
    again.load(new StateReader(writer.finish()));
    for (let i = 1_500; i < 1_700; i++) {
      const value = i === 1_600 ? 500 : SERIES.day(random, i);
      expect(again.judge(i * STEP_MS, value)).toEqual(judge.judge(i * STEP_MS, value));
    }
  });
});
