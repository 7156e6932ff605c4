import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { Random } from '../../../test/quality/calibration-traffic.ts';
import { PlainWindows } from '../../../test/windows/plain-windows.ts';
import { anomaliesOf } from '../../../test/windows/real-anomalies.ts';
import { auc } from '../../../test/windows/separation.ts';
import { episodesOf } from '../../cli/episode.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { StreamRate } from './stream-rate.ts';
import { TemplateRate } from './template-rate.ts';

/** Steady traffic of four templates and one that is rare and comes in bursts. */
function traffic(random: Random, factor = 1, burst = 0): number[] {
  const steady = [40, 25, 10, 5].map((mean) => random.poisson(mean * random.gamma(0.05) * factor));
  return [...steady, burst > 0 ? burst : random.next() < 0.03 ? 1 + random.poisson(2) : 0];
}

describe('the rate of a stream', () => {
  it('separates traffic that is tripled or cut from what it is usually', () => {
    const [windows, random, rate] = [new PlainWindows(), new Random(3), new StreamRate()];
    const [normal, odd]: number[][] = [[], []];
    for (let i = 0; i < 1_500; i++) {
      const isOdd = i > 300 && i % 25 === 0;
      const window = windows.next(traffic(random, isOdd ? (i % 50 === 0 ? 3 : 0.2) : 1));
      const { magnitude } = rate.judge(window);
      if (i > 300) (isOdd ? odd : normal).push(magnitude);
      if (isOdd) rate.noteOdd(window);
      else rate.learn(window);
    }
    expect(auc(normal, odd)).toBeGreaterThan(0.98);
    expect(normal.filter((magnitude) => magnitude >= 2).length / normal.length).toBeLessThan(0.03);
  });

  it('says of a bursty stream that a burst is nothing special', () => {
    const [windows, random, rate] = [new PlainWindows(), new Random(5), new StreamRate()];
    const bursts: number[] = [];
    for (let i = 0; i < 3_000; i++) {
      // Nothing for an hour or so, then some tens of records.
      const window = windows.next([random.next() < 0.02 ? 1 + Math.floor(8 * random.exponential() ** 2) : 0]);
      if (window.records > 10 && i > 1_000) bursts.push(rate.judge(window).magnitude);
      rate.learn(window);
    }
    expect(bursts.length).toBeGreaterThan(5);
    expect(bursts.filter((magnitude) => magnitude > 4)).toEqual([]);
  });

  it('takes no outage for one of the quiet spells that a stream is known to have, however long it goes on', () => {
    const [windows, random, rate] = [new PlainWindows(), new Random(23), new StreamRate()];
    const next = (mean: number): number => {
      const window = windows.next([random.poisson(mean)]);
      const { magnitude } = rate.judge(window);
      if (magnitude < 4) rate.learn(window);
      else rate.noteOdd(window);
      return magnitude;
    };
    const spell: number[] = [];
    for (let i = 0; i < 2_400; i++) {
      const magnitude = next(i % 240 < 220 ? 120 : 30);
      if (i > 2_160 && i % 240 >= 220) spell.push(magnitude);
    }
    for (let i = 0; i < 60; i++) next(120);
    const outage = Array.from({ length: 15 }, () => next(0));
    expect(Math.max(...spell)).toBeLessThan(3);
    expect(Math.min(...outage)).toBeGreaterThan(4);
  });

  it('finds the labelled minutes of a load balancer’s request counts odder than others', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const folder = join(referenceData ?? '', 'nab');
    const file = 'realAWSCloudwatch/elb_request_count_8c0756.csv';
    const rows = readFileSync(join(folder, file), 'utf8').trim().split('\n').slice(1);
    const spans = (
      JSON.parse(readFileSync(join(folder, 'combined_windows.json'), 'utf8')) as Record<string, string[][]>
    )[file];
    const [windows, rate] = [new PlainWindows(), new StreamRate()];
    const [normal, odd]: number[][] = [[], []];
    for (const row of rows) {
      const [time, value] = row.split(',');
      const window = windows.next([Math.round(Number(value))]);
      const isOdd = spans.some(([from, to]) => time >= from.slice(0, 19) && time <= to.slice(0, 19));
      (isOdd ? odd : normal).push(rate.judge(window).magnitude);
      rate.learn(window);
    }
    // The labels span a tenth of the series around a few odd minutes: the oddest must lie there.
    expect(Math.max(...odd)).toBeGreaterThanOrEqual(Math.max(...normal));
  });
});

describe('the rate of a template', () => {
  it('separates a flood of a rare one, and of a steady one, from what they are usually', () => {
    const [windows, random, rate] = [new PlainWindows(), new Random(7), new TemplateRate()];
    const [normal, odd]: number[][] = [[], []];
    for (let i = 0; i < 2_000; i++) {
      const isOdd = i > 600 && i % 25 === 0;
      const counts = traffic(random, 1, isOdd && i % 50 === 0 ? 60 : 0);
      if (isOdd && i % 50 !== 0) counts[3] += 60;
      const window = windows.next(counts);
      const { magnitude } = rate.judge(window);
      if (i > 600) (isOdd ? odd : normal).push(magnitude);
      if (isOdd) rate.noteOdd(window);
      else rate.learn(window);
    }
    expect(auc(normal, odd)).toBeGreaterThan(0.9);
  });

  it('leaves it to the stream when all of its templates come more often', () => {
    const [windows, random, rate] = [new PlainWindows(), new Random(9), new TemplateRate()];
    for (let i = 0; i < 600; i++) rate.learn(windows.next(traffic(random)));
    expect(rate.judge(windows.next(traffic(random, 6))).magnitude).toBeLessThan(2);
  });

  it('takes what floods again and again as one of its modes, and still tells of ten times as much', () => {
    const [windows, random, rate] = [new PlainWindows(), new Random(11), new TemplateRate()];
    const floods: number[] = [];
    for (let i = 0; i < 2_400; i++) {
      const flooded = i > 300 && i % 240 === 0;
      const counts = traffic(random);
      if (flooded) counts[3] += 100;
      const window = windows.next(counts);
      if (flooded) floods.push(rate.judge(window).magnitude);
      else rate.judge(window);
      if (flooded) rate.noteOdd(window);
      else rate.learn(window);
    }
    expect(floods[0]).toBeGreaterThan(4.5);
    expect(floods.at(-1)).toBeLessThan(3.5);
    const counts = traffic(random);
    counts[3] += 1_500;
    expect(rate.judge(windows.next(counts)).magnitude).toBeGreaterThan(4.5);
  });

  it('finds few odd states in a real log of bursts: log-ins, attacks and nightly jobs over six weeks', async (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const anomalies = await anomaliesOf(join(referenceData ?? '', 'loghub-2k/Linux/Linux_2k.log'));
    const byRate = anomalies.filter(({ reasons }) => ['rate', 'template_rate', 'silence'].includes(reasons[0].kind));
    // Before bursts had a model of their own there were 142.
    expect(episodesOf(byRate).length).toBeLessThan(15);
  });

  it('continues the same after it was saved, its modes and the stream’s too', () => {
    const [windows, random, rate, stream] = [new PlainWindows(), new Random(13), new TemplateRate(), new StreamRate()];
    for (let i = 0; i < 700; i++) {
      const window = windows.next(traffic(random, 1, i % 200 === 199 ? 80 : 0));
      if (i % 200 === 199) rate.noteOdd(window);
      else rate.learn(window);
      stream.learn(window);
    }
    const writer = new StateWriter();
    rate.save(writer);
    stream.save(writer);
    const reader = new StateReader(writer.finish());
    const [again, streamAgain] = [new TemplateRate(), new StreamRate()];
    again.load(reader);
    streamAgain.load(reader);
    for (const burst of [0, 20, 200]) {
      const window = windows.next(traffic(random, 1, burst));
      expect(again.judge(window)).toEqual(rate.judge(window));
      expect(streamAgain.judge(window, 1.5)).toEqual(stream.judge(window, 1.5));
    }
  });
});
