import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../../otel-processor/test/needs.ts';
import { areaUnderCurve } from '../../../test/quality/area-under-curve.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { slotPlan } from '../../templates/parameter-slots.ts';
import { createTemplateMiner } from '../../templates/miner.ts';
import { CategoryModel } from './category-model.ts';
import { NumberModel } from './number-model.ts';
import { ParameterValues } from './parameter-values.ts';

const encoder = new TextEncoder();
const PLAN = slotPlan('request <*> of <*> took <*> in state <*>');
const T0 = 1_760_000_000_000;

/** Numbers with a log-normal body, the same on every run. */
function ordinary(i: number): number {
  const u = (i * 0.6180339887498949) % 1;
  const v = (i * 0.7548776662466927) % 1;
  return Math.exp(4 + 0.5 * Math.sqrt(-2 * Math.log(u + 1e-9)) * Math.cos(2 * Math.PI * v));
}

function line(i: number, change: { ms?: number; user?: string; state?: string } = {}): string {
  const { ms = Math.round(ordinary(i)), user = `user${(i * 31) % 4000}`, state = ['open', 'done'][i % 2] } = change;
  return `request ${(i * 7919) % 99991} of ${user} took ${ms}ms in state ${state}`;
}

/** Judges and learns lines, one a second; gives their magnitudes. */
function take(values: ParameterValues, lines: readonly string[], from = 0): number[] {
  return lines.map((text, i) => {
    const bytes = encoder.encode(text);
    values.take(3, PLAN, bytes, 0, bytes.length, T0 + (from + i) * 1000);
    if (i % 30 === 29) values.bucketClosed(T0 + (from + i - 29) * 1000, T0 + (from + i + 1) * 1000);
    return values.magnitude;
  });
}

const range = (n: number, from = 0): number[] => Array.from({ length: n }, (_, i) => from + i);

describe('NumberModel', () => {
  it('ranks numbers by how far out they lie, on both sides, and claims about what it promises', () => {
    const model = new NumberModel();
    for (const i of range(5000)) model.learn(ordinary(i));
    const normal = range(5000, 5000).map((i) => model.magnitude(ordinary(i)));
    const odd = range(100).map((i) => model.magnitude(ordinary(i) * (i % 2 === 0 ? 40 : 1 / 40)));
    expect(areaUnderCurve(odd, normal)).toBeGreaterThan(0.98);
    const share = normal.filter((m) => m >= 2).length / normal.length;
    expect(share).toBeGreaterThan(0.001);
    expect(share).toBeLessThan(0.02);
    expect(model.median()).toBeGreaterThan(40);
    expect(model.median()).toBeLessThan(75);
  });

  it('says nothing of counters, and nothing while it knows few values', () => {
    const counter = new NumberModel();
    for (const i of range(1000)) counter.learn(i * 3);
    expect(counter.isCounter).toBe(true);
    expect(counter.magnitude(1e9)).toBe(0);
    const young = new NumberModel();
    for (const i of range(20)) young.learn(ordinary(i));
    expect(young.magnitude(1e9)).toBe(0);
  });
});

describe('CategoryModel', () => {
  it('finds a value that a closed set has never had odd, and nothing in an open one', () => {
    const closed = new CategoryModel();
    const open = new CategoryModel();
    for (const i of range(1000)) {
      closed.learn(i % 3);
      open.learn(i);
    }
    expect(closed.magnitude(7)).toBeGreaterThan(2.9);
    expect(closed.magnitude(1)).toBe(0);
    expect(open.isOpen).toBe(true);
    expect(open.magnitude(-5)).toBe(0);
  });

  it('expects more of the same where new values keep coming', () => {
    const model = new CategoryModel();
    for (const i of range(24)) model.learn(i < 12 ? i : 0);
    expect(model.magnitude(99)).toBeLessThan(0.5);
  });
});

describe('ParameterValues', () => {
  it.each([
    ['numbers far out', () => ({ ms: 90_000 })],
    ['values never seen in a closed set', (i: number) => ({ state: `broken${i}` })],
    ['texts of another make', () => ({ user: "x'--" })],
  ])('tells %s from normal lines', (_what, change) => {
    const values = new ParameterValues(1);
    const normal = take(
      values,
      range(3000).map((i) => line(i)),
    ).slice(1000);
    // One at a time, so that none is learned before the next.
    const odd = range(20).map((i) => {
      const [magnitude] = take(values, [line(5000 + i * 50, change(i))], 5000 + i * 50);
      take(
        values,
        range(49, 5001 + i * 50).map((j) => line(j)),
        5001 + i * 50,
      );
      return magnitude;
    });
    expect(areaUnderCurve(odd, normal)).toBeGreaterThan(0.95);
  });

  it('names the slot that is odd, why, and its value', () => {
    const values = new ParameterValues(1);
    take(
      values,
      range(2000).map((i) => line(i)),
    );
    const text = line(2001, { user: "a' or 1=1" });
    const [magnitude] = take(values, [text], 2000);
    expect(magnitude).toBeGreaterThan(2);
    expect([values.slot, values.oddity, text.slice(values.start, values.end)]).toEqual([1, 'make', "a' or 1=1"]);
    take(values, [line(2002, { ms: 800_000 })], 2001);
    expect([values.slot, values.oddity]).toEqual([2, 'number']);
    expect(values.expected).toBeGreaterThan(30);
    expect(values.expected).toBeLessThan(100);
  });

  it('takes for normal what has been all that came for a while', () => {
    const values = new ParameterValues(1);
    take(
      values,
      range(2000).map((i) => line(i)),
    );
    const [first] = take(values, [line(2000, { state: 'paused' })], 2000);
    take(
      values,
      range(200, 2001).map((i) => line(i, { state: 'paused' })),
      2001,
    );
    const [later] = take(values, [line(2300, { state: 'paused' })], 2300);
    expect(first).toBeGreaterThan(1);
    expect(later).toBeLessThan(0.5);
  });

  it('continues from its saved state with the same answers', () => {
    const values = new ParameterValues(1);
    take(
      values,
      range(1000).map((i) => line(i)),
    );
    const to = new StateWriter();
    values.save(to);
    const loaded = new ParameterValues(1);
    loaded.load(new StateReader(to.finish()));
    const next = range(300, 1000).map((i) => line(i, i % 50 === 0 ? { user: "x'--", ms: 90_000 } : {}));
    expect(take(loaded, next, 1000)).toEqual(take(values, next, 1000));
    const both = [values, loaded].map((one) => {
      const writer = new StateWriter();
      one.save(writer);
      return writer.finish();
    });
    expect(both[1]).toEqual(both[0]);
  });

  it('watches a bounded number of slots and counts those it leaves alone', () => {
    const values = new ParameterValues(1);
    for (const template of range(300)) {
      const bytes = encoder.encode('a 1 b 2');
      values.take(template, slotPlan('a <*> b <*>'), bytes, 0, bytes.length, T0);
    }
    expect(values.dropped).toBe(600 - 256);
    values.clear(0);
    const bytes = encoder.encode('a 1 b 2');
    values.take(299, slotPlan('a <*> b <*>'), bytes, 0, bytes.length, T0);
    expect(values.dropped).toBe(600 - 256);
  });

  it.for(['HDFS', 'OpenSSH', 'OpenStack', 'Zookeeper', 'Spark', 'Hadoop'])(
    'keeps its promise on the real parameters of %s: of 100 records at most three reach 1 in 100',
    (system, context) => {
      context.skip(referenceData === undefined, NO_REFERENCE_DATA);
      const file = join(referenceData ?? '', `loghub-2k/${system}/${system}_2k.log`);
      const miner = createTemplateMiner({ maxTemplates: 10_000, maxMessageBytes: 8192 });
      const values = new ParameterValues(1);
      const magnitudes = readFileSync(file, 'utf8')
        .split(/\r?\n/)
        .filter((text) => text !== '')
        .map((text, i) => {
          const bytes = encoder.encode(text);
          const template = miner.mine(bytes, 0, bytes.length);
          values.take(template, slotPlan(miner.text(template)), bytes, 0, bytes.length, T0 + i * 1000);
          return values.magnitude;
        });
      expect(magnitudes.length).toBeGreaterThan(1900);
      expect(magnitudes.filter((m) => m >= 2).length / magnitudes.length).toBeLessThan(0.03);
      expect(new Set(magnitudes.map((m) => m.toFixed(2))).size).toBeGreaterThan(4);
    },
  );
});
