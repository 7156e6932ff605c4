import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { auc } from '../../../test/windows/separation.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { align, slotPlan } from '../../templates/parameter-slots.ts';
import { WindowCounts } from '../../windows/window-counts.ts';
import { SeededRandom } from '../random.ts';
import { ValueSeries } from './value-series.ts';
import { ValueShift } from './value-shift.ts';

const PLAN = slotPlan('served <*> in <*>');
const BIRTHS = { bornMs: new Float64Array(64).fill(-1) };

/** What nova's API says of an answer: when, its length, and the seconds that it took. */
const ANSWER = /(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+) .* status: 200 len: (\d+) time: ([\d.]+)/g;

const WINDOW_MS = 10_000;

/** A service whose messages carry a size, a status and a duration. */
class Service {
  readonly series = new ValueSeries();
  readonly shift = new ValueShift();
  readonly #random: SeededRandom;
  readonly #window = new WindowCounts(BIRTHS);
  #number = 0;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** The next window of 8 messages, whose durations are so many times as long, and whose level wanders a little. */
  next(slowness = 1, message?: (random: SeededRandom) => string): WindowCounts {
    const random = this.#random;
    this.#window.open(this.#number++ * 30_000, 30_000);
    const level = slowness * Math.exp(0.1 * random.normal());
    for (let i = 0; i < 8; i++) {
      const size = Math.round(1_000 + 9_000 * random.next());
      const ms = Math.round(80 * level * Math.exp(0.4 * random.normal()));
      const bytes = Buffer.from(message?.(random) ?? `served /page in 200 ${size} ${ms}ms`);
      expect(align(PLAN, bytes, 0, bytes.length)).toBe(true);
      this.series.begin();
      this.series.take(3, PLAN, bytes);
      this.#window.add(3, 0);
      this.series.addTo(this.#window.scores);
    }
    this.#window.seal(4);
    return this.#window;
  }

  learn(windows: number): this {
    for (let i = 0; i < windows; i++) this.shift.learn(this.next(), this.series);
    return this;
  }
}

describe('ValueShift', () => {
  it('finds durations that have become longer within one window, and says which and by how much', () => {
    const service = new Service(1).learn(500);
    const found = service.shift.judge(service.next(4), service.series);
    expect(found.magnitude).toBeGreaterThan(5);
    const [evidence] = found.evidence;
    expect(evidence).toMatchObject({ kind: 'value_shift', template: 3, value: { name: 'in', unit: 'ms' } });
    expect(evidence.expected).toBeGreaterThan(60);
    expect(evidence.expected).toBeLessThan(110);
    expect(evidence.actual / evidence.expected).toBeGreaterThan(2);
  });

  it('claims of normal windows no more than is so', () => {
    const service = new Service(2).learn(300);
    let odd = 0;
    for (let i = 0; i < 3_000; i++) {
      const window = service.next();
      if (service.shift.judge(window, service.series).magnitude >= 2) odd++;
      service.shift.learn(window, service.series);
    }
    expect(odd / 3_000).toBeLessThan(0.02);
  });

  it('tells times of a real API that are three times as long from those that are not, and claims nothing of these', (context) => {
    context.skip(referenceData === undefined, NO_REFERENCE_DATA);
    const log = readFileSync(join(referenceData as string, 'loghub-2k/OpenStack/OpenStack_2k.log'), 'utf8');
    const answers = [...log.matchAll(ANSWER)].map(([, at, length, seconds]) => ({
      atMs: Date.parse(`${at.replace(' ', 'T')}Z`),
      ...{ length, seconds: Number(seconds) },
    }));
    expect(answers.length).toBeGreaterThan(900);
    const byWindow = Map.groupBy(answers, ({ atMs }) => Math.floor(atMs / WINDOW_MS));
    const plan = slotPlan('status: 200 len: <*> time: <*>');
    const [series, shift, window] = [new ValueSeries(), new ValueShift(), new WindowCounts(BIRTHS)];
    const judged = (number: number, slowness: number): number => {
      window.open(number * WINDOW_MS, WINDOW_MS);
      for (const { length, seconds } of byWindow.get(number) ?? []) {
        const bytes = Buffer.from(`status: 200 len: ${length} time: ${(seconds * slowness).toFixed(7)}`);
        align(plan, bytes, 0, bytes.length);
        series.begin();
        series.take(3, plan, bytes);
        window.add(3, 0);
        series.addTo(window.scores);
      }
      window.seal(4);
      return shift.judge(window, series).magnitude;
    };
    const [normal, slow]: number[][] = [[], []];
    const numbers = [...byWindow.keys()].sort((a, b) => a - b);
    numbers.forEach((number, i) => {
      if (i > numbers.length / 3) slow.push(judged(number, 3));
      const magnitude = judged(number, 1);
      if (i > numbers.length / 3) normal.push(magnitude);
      shift.learn(window, series);
    });
    expect(auc(normal, slow)).toBeGreaterThan(0.8);
    expect(normal.filter((magnitude) => magnitude >= 3)).toHaveLength(0);
  });

  it('says nothing of counters, which only go up', () => {
    const service = new Service(3);
    let counter = 1_000;
    const counting = (): string => `served /page in ${(counter += 7)}`;
    for (let i = 0; i < 200; i++) service.shift.learn(service.next(1, counting), service.series);
    counter *= 50;
    expect(service.shift.judge(service.next(1, counting), service.series).applicable).toBe(false);
  });

  it('takes a state that comes back on several days for one of its modes', () => {
    const service = new Service(4).learn(500);
    const before = service.shift.judge(service.next(4), service.series).magnitude;
    for (let day = 0; day < 4; day++) {
      service.shift.noteOdd(service.next(4), service.series);
      service.learn(500);
    }
    expect(service.shift.judge(service.next(4), service.series).magnitude).toBeLessThan(before - 1);
  });

  it('continues from what was saved as if nothing had been', () => {
    const service = new Service(5).learn(300);
    const to = new StateWriter();
    service.series.save(to);
    service.shift.save(to);
    const again = new Service(5);
    const from = new StateReader(to.finish());
    again.series.load(from, slotPlan);
    again.shift.load(from);
    const window = service.next(3);
    expect(again.shift.judge(window, service.series)).toEqual(service.shift.judge(window, service.series));
    expect(again.series.known(3 * 64 + 3)).toBe(service.series.known(3 * 64 + 3) - 8);
  });
});

describe('ValueSeries', () => {
  it('reads a duration from its unit, from the name before it, and from a place among others', () => {
    const series = new ValueSeries();
    const durationOf = (template: string, line: string): number => {
      const plan = slotPlan(template);
      const bytes = Buffer.from(line);
      expect(align(plan, bytes, 0, bytes.length)).toBe(true);
      series.begin();
      series.take(0, plan, bytes);
      return series.durationMs;
    };
    expect(durationOf('done in <*>', 'done in 1.5s')).toBe(1_500);
    expect(durationOf('user=<*> duration_ms=<*>', 'user=7 duration_ms=42')).toBe(42);
    expect(durationOf('latencySeconds: <*>', 'latencySeconds: 2')).toBe(2_000);
    expect(durationOf('"GET /" <*>', '"GET /" 200 512 30ms')).toBe(30);
    expect(durationOf('users=<*>', 'users=12')).toBeNaN();
  });

  it('follows no more templates than it may, and counts the others', () => {
    const series = new ValueSeries();
    const bytes = Buffer.from('served a in 5');
    for (let template = 0; template < 600; template++) {
      align(PLAN, bytes, 0, bytes.length);
      series.take(template, PLAN, bytes);
    }
    expect(series.dropped).toBe(88);
    series.clear(0);
    align(PLAN, bytes, 0, bytes.length);
    series.take(599, PLAN, bytes);
    expect(series.dropped).toBe(88);
  });
});
