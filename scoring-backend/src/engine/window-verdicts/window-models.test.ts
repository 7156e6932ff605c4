import { describe, expect, it } from 'vitest';
import { T0, batchOf, type Line } from '../../../test/engine-lines.ts';
import { createMessageMiner } from '../../../test/quality/calibration-miner.ts';
import { VerdictBatch } from '@seismo/otel-processor/forward/verdict-batch';
import { DETECTOR_FAMILIES } from '../../detectors/families.ts';
import { SeededRandom } from '../../detectors/random.ts';
import { DEFAULT_WINDOW_MODELS, WINDOW_MODELS, type WindowModelName } from '../../detectors/window-models.ts';
import { Engine } from '../engine.ts';
import type { WindowVerdict } from '../outputs.ts';
import { engineSettings, type EngineSettings } from '../settings.ts';

const MINUTE_MS = 60_000;
const FROM_MS = Math.ceil(T0 / 300_000) * 300_000;

/** An engine in which windows are looked at as a whole, and nothing else is. */
function settingsOf(...windowModels: WindowModelName[]): EngineSettings {
  return engineSettings({
    windowModels,
    detectorsOff: DETECTOR_FAMILIES.filter((family) => family !== 'unusual-windows'),
  });
}

/** A service's lines, minute by minute: requests that are taken and answered, some from the cache, now and then an error. */
class Traffic {
  readonly #random = new SeededRandom(11);
  #minute = 0;
  #level = 0;

  /** @param odd a minute of another make: as many lines, most of them of kinds that are few otherwise, more of them errors */
  feed(engines: readonly Engine[], minutes: number, odd = false): void {
    for (let m = 0; m < minutes; m++, this.#minute++) {
      const random = this.#random;
      this.#level = 0.8 * this.#level + 0.12 * random.normal();
      const requests = Math.round(20 * Math.exp(this.#level));
      const counts: [string, number, number][] = [
        ['request taken', odd ? 2 : requests, 9],
        ['answer sent', odd ? 1 : requests, 9],
        ['cache missed', odd ? 0 : Math.round(requests * (0.2 + 0.2 * random.next())), 9],
        ['order stored', Math.round(4 * random.next()), 9],
        ['worker started again after it had died', odd ? 30 : random.next() < 0.3 ? 1 : 0, 13],
        ['payment failed', odd ? 20 : random.next() < 0.4 ? Math.ceil(2 * random.next()) : 0, 17],
      ];
      const kinds = counts.flatMap(
        ([message, count, severity]) => Array(count).fill({ message, severity }) as Omit<Line, 'timeMs'>[],
      );
      const step = MINUTE_MS / (kinds.length + 1);
      const startMs = FROM_MS + this.#minute * MINUTE_MS;
      const lines = kinds.map((kind, i): Line => ({ ...kind, timeMs: Math.round(startMs + (i + 1) * step) }));
      for (const engine of engines)
        engine.score(batchOf(engine, lines), VerdictBatch.create(lines.length), { learn: true });
    }
  }
}

function minutesOf(engine: Engine): WindowVerdict[] {
  return engine.takeOutputs().windows.filter(({ sizeMs, incomplete }) => sizeMs === MINUTE_MS && !incomplete);
}

describe.each(WINDOW_MODELS)('%s, alone in the engine', (name) => {
  const settings = settingsOf(name);

  it('finds a minute that is odd as a whole, flags no others, and goes on from a snapshot as if nothing had been', () => {
    const engine = new Engine(settings, createMessageMiner);
    const traffic = new Traffic();
    traffic.feed([engine], 1_600);
    const again = Engine.restore(settings, createMessageMiner, engine.snapshot());
    const normal = minutesOf(engine);
    again.takeOutputs();
    traffic.feed([engine, again], 70);
    traffic.feed([engine, again], 5, true);
    traffic.feed([engine, again], 2);
    const outputs = minutesOf(engine);
    expect(minutesOf(again)).toEqual(outputs);
    const share = (least: number): number =>
      normal.filter(({ magnitude }) => magnitude >= least).length / normal.length;
    expect(normal.length).toBeGreaterThan(1_590);
    expect(share(1)).toBeGreaterThan(0.07);
    expect(share(1)).toBeLessThan(0.13);
    expect(share(2)).toBeLessThan(0.02);
    expect(share(3)).toBeLessThan(0.003);
    expect([...normal, ...outputs.slice(0, 70)].filter(({ isAnomaly }) => isAnomaly)).toEqual([]);
    const [oddest] = outputs.toSorted((a, b) => b.magnitude - a.magnitude);
    expect(oddest.startMs).toBeGreaterThanOrEqual(FROM_MS + 1_670 * MINUTE_MS);
    expect(oddest.magnitude).toBeGreaterThan(Math.max(3.5, ...normal.map(({ magnitude }) => magnitude)));
    expect(oddest.reasons[0].kind).toBe('unusual_window');
  }, 120_000);
});

it('the default models together flag a minute that is odd as a whole, and others no more than the budget allows', () => {
  const engine = new Engine({ ...settingsOf(...DEFAULT_WINDOW_MODELS), budgetPerWeek: 10 }, createMessageMiner);
  const traffic = new Traffic();
  traffic.feed([engine], 3_000);
  // Promised are 0.5, of windows of 1 min.
  expect(engine.counters().episodes).toBeLessThanOrEqual(1);
  minutesOf(engine);
  traffic.feed([engine], 3, true);
  traffic.feed([engine], 2);
  expect(minutesOf(engine).some(({ isAnomaly }) => isAnomaly)).toBe(true);
}, 120_000);

it('models may be others after a restart: windows are not forgotten, what they were worth to others is', () => {
  const before = new Engine(settingsOf('isolation-forest'), createMessageMiner);
  const traffic = new Traffic();
  traffic.feed([before], 200);
  const after = Engine.restore(settingsOf('dbscan'), createMessageMiner, before.snapshot());
  after.takeOutputs();
  traffic.feed([after], 60);
  const confident = minutesOf(after).map(({ confidence }) => confidence);
  // Without its own past a model has no opinion; the windows that it is made of are there.
  expect(confident[0]).toBe(0);
  expect(confident.at(-1)).toBeGreaterThan(0.9);
});

it('a model that is added at a restart is not asked before it has shown what its word is worth', () => {
  const alone = new Engine(settingsOf('isolation-forest'), createMessageMiner);
  const traffic = new Traffic();
  traffic.feed([alone], 200);
  alone.takeOutputs();
  const joined = Engine.restore(settingsOf('isolation-forest', 'dbscan'), createMessageMiner, alone.snapshot());
  traffic.feed([alone, joined], 60);
  const [before, after] = [minutesOf(alone), minutesOf(joined)];
  // The first 32 that a model has told of make its scale.
  expect(after.slice(0, 30)).toEqual(before.slice(0, 30));
  expect(after.slice(45)).not.toEqual(before.slice(45, after.length));
  for (const { magnitude } of after) expect(magnitude).toBeGreaterThanOrEqual(0);
});

it('models are the same in whatever order they are named', () => {
  const engines = [settingsOf('dbscan', 'half-space-trees'), settingsOf('half-space-trees', 'dbscan')].map(
    (settings) => new Engine(settings, createMessageMiner),
  );
  new Traffic().feed(engines, 130);
  expect(minutesOf(engines[1])).toEqual(minutesOf(engines[0]));
});
