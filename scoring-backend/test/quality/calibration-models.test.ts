/**
 * The promise of a magnitude for each model of whole windows by itself: P(M ≥ m | normal) = 10^−m, within a factor of 2, for
 * m = 1, 2, 3, from the first window on that a model judges. On simulated windows with the rhythm of a day, and on two real
 * logs without what is labelled anomalous in them: the lines of HDFS blocks, and alarms of a supercomputer. Where few are
 * expected the lower bound is wider by one standard deviation of their count; the upper one, of false alarms, is not.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { NO_REFERENCE_DATA, referenceData } from '../../../otel-processor/test/needs.ts';
import { UnusualWindows } from '../../src/detectors/unusual-windows.ts';
import { WINDOW_MODELS, type WindowModelName, windowModels } from '../../src/detectors/window-models.ts';
import type { WindowCounts } from '../../src/windows/window-counts.ts';
import { windowsOf } from '../windows/real-windows.ts';
import { SimulatedWindows } from '../windows/simulated-windows.ts';
import { Reached } from './calibration-tally.ts';

const LONG = process.env.SEISMO_SOAK === '1';
const SEEDS = Array.from({ length: LONG ? 12 : 2 }, (_, i) => 41 + i);
const SIMULATED = 6_000;
const LINES_PER_WINDOW = 20;
/** Windows expected, below which chance has a part in how many come. */
const FEW = 50;

/** Each model alone, and how often it reached what. */
class Models {
  readonly reached = new Map(WINDOW_MODELS.map((name) => [name, new Reached()]));
  #detectors: UnusualWindows[] = [];

  /** Begins with a stream of which nothing is known. */
  begin(): void {
    this.#detectors = WINDOW_MODELS.map((name) => new UnusualWindows(windowModels([name])));
  }

  take(window: WindowCounts): void {
    WINDOW_MODELS.forEach((name, i) => {
      const { ready, magnitude } = this.#detectors[i].judge(window);
      if (ready) this.reached.get(name)?.add(magnitude);
      this.#detectors[i].learn(window);
    });
  }

  expectFactorOfTwo(name: WindowModelName, leastUnits: number): void {
    const of = this.reached.get(name) ?? new Reached();
    process.stdout.write(`${name}: ${of.ratios().map((ratio) => ratio.toFixed(2))} of ${of.units} windows\n`);
    expect(of.units).toBeGreaterThan(leastUnits);
    of.ratios().forEach((ratio, i) => {
      const expected = of.units / 10 ** (i + 1);
      expect(ratio, `m = ${i + 1}`).toBeGreaterThan(0.5 - (expected < FEW ? Math.sqrt(0.5 / expected) : 0));
      expect(ratio, `m = ${i + 1}`).toBeLessThan(2);
    });
  }
}

describe('The magnitudes of a model of whole windows', () => {
  const simulated = new Models();
  const real = new Models();

  beforeAll(() => {
    for (const seed of SEEDS) {
      simulated.begin();
      const windows = new SimulatedWindows(seed);
      for (let i = 0; i < SIMULATED; i++) simulated.take(windows.next());
    }
    if (referenceData === undefined) return;
    const linesOf = (file: string): string[] =>
      gunzipSync(readFileSync(join(referenceData ?? '', file)))
        .toString('latin1')
        .split('\n');
    const odd = new Set(
      linesOf('hdfs-raw/labels.csv.gz')
        .filter((line) => line.endsWith(',1'))
        .map((line) => line.split(',')[0]),
    );
    const normal = linesOf('hdfs-raw/hdfs.log.gz')
      .filter((line) => !(line.match(/blk_-?\d+/g) ?? []).some((block) => odd.has(block)))
      .map((line) => `- ${line}`);
    const healthy = linesOf('bgl-100k/bgl.log.gz').filter((line) => line.startsWith('- '));
    for (const lines of [normal, healthy]) {
      real.begin();
      windowsOf(lines, LINES_PER_WINDOW, (window) => real.take(window));
    }
  }, 300_000);

  describe.each(WINDOW_MODELS)('%s', (name) => {
    it('are as rare as they say on simulated windows', () => {
      simulated.expectFactorOfTwo(name, SEEDS.length * (SIMULATED - 200));
    });

    it('are as rare as they say on real logs without known faults', (context) => {
      context.skip(referenceData === undefined, NO_REFERENCE_DATA);
      real.expectFactorOfTwo(name, 15_000);
    });
  });
});
