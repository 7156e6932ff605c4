import { describe, expect, it } from 'vitest';
import { Random } from '../../../test/quality/calibration-traffic.ts';
import { auc } from '../../../test/windows/separation.ts';
import { WindowCounts } from '../../windows/window-counts.ts';
import { LineWindowJudge, type LineWindowJudgement } from './line-window-judge.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';

const MINUTE_MS = 60_000;
const LINES = 100;
const USUAL = 10;
const TEMPLATES = 64;

/** A stream of ten usual templates, of which a window a minute has a hundred lines. */
class Stream {
  judge = new LineWindowJudge();
  readonly random: Random;
  atMs = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.judge.grow(TEMPLATES);
  }

  /** The next window: `strange[i]` lines of template i, all of them errors if so said, and the rest usual. */
  next(strange: Readonly<Record<number, number>> = {}, errors = true): LineWindowJudgement {
    const window = new WindowCounts(this.judge.known);
    window.grow(TEMPLATES);
    window.open(this.atMs, MINUTE_MS);
    let lines = 0;
    for (const [template, count] of Object.entries(strange))
      for (let i = 0; i < count; i++, lines++) window.add(Number(template), errors ? 1 : 0);
    for (; lines < LINES; lines++) window.add(Math.floor(USUAL * this.random.next() ** 2), 0);
    window.seal(USUAL);
    const judgement = this.judge.judge(window);
    this.judge.digest(window, judgement);
    this.atMs += MINUTE_MS;
    return judgement;
  }

  usual(windows: number): LineWindowJudgement[] {
    return Array.from({ length: windows }, () => this.next());
  }
}

const flagged = ({ margin }: LineWindowJudgement): boolean => margin >= 0;

describe('Windows of lines', () => {
  it('are told apart: windows with some errors of a kind that was never seen, and usual ones', () => {
    const stream = new Stream(1);
    stream.usual(300);
    const [normal, odd]: number[][] = [[], []];
    for (let i = 0; i < 500; i++)
      if (i % 25 === 0) odd.push(stream.next({ [20 + i / 25]: 3 }).magnitude);
      else normal.push(stream.next().magnitude);
    expect(auc(normal, odd)).toBeGreaterThan(0.98);
  });

  it('are hardly ever flagged while nothing happens', () => {
    const stream = new Stream(2);
    stream.usual(200);
    expect(stream.usual(3_000).filter(flagged).length).toBeLessThanOrEqual(6);
  });

  it('say more of a new kind of error than of a new kind of message', () => {
    const stream = new Stream(3);
    stream.usual(300);
    const message = stream.next({ 20: 2 }, false).magnitude;
    stream.usual(20);
    expect(stream.next({ 21: 2 }, true).magnitude).toBeGreaterThan(message + 0.5);
  });

  it('stay flagged when less comes of what made one odd, and until it has lasted for a day', () => {
    const stream = new Stream(4);
    stream.usual(48 * 60);
    expect(flagged(stream.next({ 20: 10 }))).toBe(true);
    for (let times = 0; times < 20; times++) {
      stream.usual(60);
      expect(flagged(stream.next({ 20: 1 })), `${times}`).toBe(true);
    }
    stream.usual(6 * 60);
    const later = Array.from({ length: 10 }, () => stream.next({ 20: 1 }));
    expect(flagged(later[0])).toBe(true);
    expect(later.slice(5).some(flagged)).toBe(false);
  });

  it('accept a new state that lasts, in a young stream after as long as the old one was known', () => {
    const stream = new Stream(5);
    stream.usual(3 * 60);
    const state = Array.from({ length: 5 * 60 }, () => stream.next({ 20: 90 }, false));
    expect(state.slice(0, 170).every(flagged)).toBe(true);
    expect(state.slice(190).some(flagged)).toBe(false);
  });

  it('of lines that nobody flagged make their templates known', () => {
    const stream = new Stream(6);
    stream.usual(3 * 60);
    for (let i = 0; i < 60; i++) stream.next(i % 4 === 0 ? { 20: 1 } : {}, false);
    expect(stream.next({ 20: 1 }, false).magnitude).toBeLessThan(1.5);
  });

  it('are judged the same by a judge that was saved and loaded', () => {
    const stream = new Stream(7);
    stream.usual(300);
    stream.next({ 20: 10 });
    const writer = new StateWriter();
    stream.judge.save(writer);
    const saved = writer.finish();
    const after = (from: Stream): number[] => {
      from.atMs = stream.atMs;
      return [1, 0, 3, 0, 0].map((count) => from.next({ 20: count, 5: 20 }, false).magnitude);
    };
    const loaded = new Stream(8);
    loaded.judge.grow(64);
    loaded.judge.load(new StateReader(saved));
    const same = new Stream(8);
    same.judge = stream.judge;
    expect(after(loaded)).toEqual(after(same));
  });
});
