/**
 * Detectors that know nothing, to stand beside a real one: flag all, toss a coin, flag what is new, flag what is unusually
 * long or short. A result that does not beat them says that the task is easy, not that the detector is good.
 */
import { SeededRandom } from '../detectors/random.ts';
import { figures, type Figures } from './metrics.ts';
import type { UnitScores } from './unit-scores.ts';

export interface Baselines {
  readonly flagAll: Figures;
  readonly random: Figures;
  readonly newTemplate: Figures;
  readonly eventCount: Figures;
}

/** Event counts of the units that were learned before the first one was judged. */
export class LearnedCounts {
  #units = 0;
  #sum = 0;
  #squares = 0;

  add(events: number): void {
    this.#units++;
    this.#sum += events;
    this.#squares += events * events;
  }

  /** How many standard deviations a count is from the mean. */
  deviation(events: number): number {
    if (this.#units < 2) return 0;
    const mean = this.#sum / this.#units;
    const variance = Math.max(0, this.#squares / this.#units - mean * mean);
    return Math.abs(events - mean) / Math.sqrt(Math.max(variance, 1e-9));
  }
}

/** A count this many standard deviations off is flagged by "event count". */
const UNUSUAL_COUNT = 3;

/**
 * @param seed of the coin
 * @param first unit that is judged: what came first in it or later is new, however often it came since
 */
export function baselines(units: UnitScores, learned: LearnedCounts, seed: number, first: number): Baselines {
  const { labels, newestKind, events, size } = units;
  const isNew = newestKind.map((unit) => (unit >= first ? 1 : 0));
  const all = new Uint8Array(size).fill(1);
  const random = new SeededRandom(seed);
  const coin = Float64Array.from({ length: size }, () => random.next());
  const deviation = Float64Array.from(events, (count) => learned.deviation(count));
  return {
    flagAll: figures(labels, all, all),
    random: figures(
      labels,
      coin,
      coin.map((value) => (value > 0.5 ? 1 : 0)),
    ),
    newTemplate: figures(labels, isNew, isNew),
    eventCount: figures(
      labels,
      deviation,
      deviation.map((value) => (value > UNUSUAL_COUNT ? 1 : 0)),
    ),
  };
}
