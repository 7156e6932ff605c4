/**
 * What a deviation is worth as a magnitude, learned from earlier ones of the same kind. Deviations of measured values have
 * heavy tails, Pareto rather than exponential; their logarithms have exponential ones, which is what Recalibration fits.
 */
import { Recalibration } from '../../calibration/tail.ts';
import type { StateReader, StateWriter } from '../../engine/state-codec.ts';

export class DeviationScale {
  readonly #calibration = new Recalibration(false);

  /** −log10 p of at least this deviation (0 or more, in spreads), at most log10(n + 1) + 2 after n. */
  magnitude(deviation: number): number {
    return this.#calibration.units < LEAST_UNITS ? 0 : this.#calibration.magnitude(tamed(deviation));
  }

  learn(deviation: number): void {
    this.#calibration.learn(tamed(deviation));
    this.#calibration.rebuild();
  }

  save(to: StateWriter): void {
    this.#calibration.save(to);
  }

  load(from: StateReader): void {
    this.#calibration.load(from);
  }
}

/** 1 spread becomes 1, 1,000 become 10. */
function tamed(deviation: number): number {
  return Math.log2(1 + deviation);
}

const LEAST_UNITS = 30;
