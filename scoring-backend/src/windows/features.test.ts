import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { StateReader, StateWriter } from '../columns/state-codec.ts';
import { DistinctSketch } from './distinct-sketch.ts';
import { DurationSketch } from './duration-sketch.ts';
import { EntropySketch } from './entropy-sketch.ts';
import { FEATURES, featuresOf, figureOf, FIGURES } from './features.ts';
import { TemplateVectors } from './log-vector.ts';
import { Transitions } from './transitions.ts';
import { WindowCounts } from './window-counts.ts';

const BIRTHS = { bornMs: new Float64Array(64).fill(-1) };

function hash(value: number): number {
  let h = Math.imul(value + 1, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

describe('sketches', () => {
  it('count different users to a few percent, and repeated ones once', () => {
    for (const users of [1, 10, 100, 1_000, 50_000]) {
      const sketch = new DistinctSketch();
      for (let round = 0; round < 2; round++) for (let u = 0; u < users; u++) sketch.add(hash(u));
      expect(Math.abs(sketch.estimate() - users) / users).toBeLessThan(users <= 10 ? 0.06 : 0.15);
    }
  });

  it('tell durations’ mean exactly and their quantiles to 5 %', () => {
    const sketch = new DurationSketch();
    for (let ms = 1; ms <= 1_000; ms++) sketch.add(ms);
    sketch.add(NaN);
    sketch.add(-1);
    expect(sketch.meanMs()).toBe(500.5);
    expect(Math.abs(sketch.quantileMs(0.95) / 950 - 1)).toBeLessThan(0.05);
    expect(new DurationSketch().quantileMs(0.95)).toBeNaN();
  });

  it('tell how evenly addresses are spread', () => {
    const one = new EntropySketch();
    const many = new EntropySketch();
    for (let i = 0; i < 640; i++) {
      one.add(hash(1));
      many.add(((i % 64) * 4) << 24);
    }
    expect(one.entropy()).toBe(0);
    expect(many.entropy()).toBeCloseTo(6, 6);
  });
});

/** Records with all values, in `parts` windows of which the last is the sum. */
function filled(seeds: readonly number[]): WindowCounts {
  const window = new WindowCounts(BIRTHS);
  window.open(0, 60_000);
  for (const seed of seeds) {
    window.add(seed % 7, seed % 3 === 0 ? 1 : 0, 50 + seed, 0.5);
    window.values.addUser(hash(seed));
    window.values.addAddress(hash(seed % 20));
    window.values.addDuration(seed);
  }
  return window;
}

function sealed(window: WindowCounts): Float64Array {
  window.seal(7);
  const features = new Float64Array(FEATURES);
  featuresOf(window, features);
  return features;
}

describe('window features', () => {
  it('of a longer window are those of all its records, however they lie in the parts', () => {
    const numbers = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 60 });
    fc.assert(
      fc.property(numbers, numbers, (first, second) => {
        const sum = new WindowCounts(BIRTHS);
        sum.open(0, 60_000);
        sum.addWindow(filled(first));
        sum.addWindow(filled(second));
        const [merged, whole] = [sealed(sum), sealed(filled([...first, ...second]))];
        merged.forEach((feature, f) => {
          if (Number.isNaN(whole[f])) expect(feature).toBeNaN();
          else expect(feature).toBeCloseTo(whole[f], 9);
        });
        for (let t = 0; t < 7; t++) expect(sum.errorsOf(t)).toBe(filled([...first, ...second]).errorsOf(t));
      }),
      { numRuns: 40 },
    );
  });

  it('are unknown where the stream has no users, addresses or durations', () => {
    const window = new WindowCounts(BIRTHS);
    window.open(0, 30_000);
    window.add(1, 0, 80);
    const features = sealed(window);
    for (const figure of ['unique_users', 'ip_entropy', 'response_time_avg', 'response_time_p95'] as const)
      expect(features[FIGURES.indexOf(figure)]).toBeNaN();
    expect(figureOf(0, features[0])).toBeCloseTo(1, 9);
  });

  it('survive in the middle of a window', () => {
    const window = filled([1, 5, 9, 100, 3]);
    const to = new StateWriter();
    window.save(to);
    const again = new WindowCounts(BIRTHS);
    again.load(new StateReader(to.finish()));
    for (const each of [window, again]) {
      each.add(3, 1, 70);
      each.values.addDuration(7);
      each.values.addUser(hash(5));
    }
    expect(sealed(again)).toEqual(sealed(window));
    expect(again.errorsOf(3)).toBe(window.errorsOf(3));
  });

  it('begin anew with every window', () => {
    const window = filled([1, 2, 3]);
    window.open(60_000, 60_000);
    window.add(1, 0, 10);
    window.seal(7);
    expect(window.uniqueUsers).toBeNaN();
    expect(window.bytes).toBe(10);
    expect(window.errorsOf(3)).toBe(0);
  });
});

describe('log vector', () => {
  it('is alike for like messages, and not for others', () => {
    const vectors = new TemplateVectors();
    ['user <*> logged in', 'user <*> logged out', 'disk sda1 is full'].forEach((text, t) => vectors.born(t, text));
    const of = (template: number): Float32Array => {
      const vector = new Float32Array(32);
      vectors.sum(Int32Array.of(template), 1, Int32Array.of(1, 1, 1), vector);
      return vector;
    };
    const likeness = (a: number, b: number): number => of(a).reduce((sum, value, d) => sum + value * of(b)[d], 0);
    expect(likeness(0, 0)).toBeCloseTo(1, 5);
    expect(likeness(0, 1)).toBeGreaterThan(0.5);
    expect(Math.abs(likeness(0, 2))).toBeLessThan(0.5);
  });
});

describe('Transitions', () => {
  it('find a known order unsurprising, and another one surprising', () => {
    const transitions = new Transitions();
    const touched = Int32Array.of(0, 1, 2);
    for (let i = 0; i < 300; i++) transitions.follow(i % 3);
    transitions.refresh(touched, 3);
    expect(transitions.follow(0)).toBeLessThan(0.1);
    expect(transitions.follow(2)).toBeGreaterThan(5);
  });

  it('continue from what was saved', () => {
    const transitions = new Transitions();
    for (let i = 0; i < 50; i++) transitions.follow((i * i) % 5);
    transitions.refresh(Int32Array.of(0, 1, 4), 3);
    const to = new StateWriter();
    transitions.save(to);
    const again = new Transitions();
    again.load(new StateReader(to.finish()));
    for (let i = 0; i < 50; i++) expect(again.follow((i * 3) % 5)).toBe(transitions.follow((i * 3) % 5));
  });
});
