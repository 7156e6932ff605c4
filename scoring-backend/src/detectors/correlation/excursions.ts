/** Cumulative sums of odds, by pair, since they were last negative, and how the two streams moved meanwhile. */
import { PAIRS } from './pairs.ts';

export class Excursions {
  readonly #height = new Float64Array(PAIRS);
  readonly #peak = new Float64Array(PAIRS);
  readonly #steps = new Float64Array(PAIRS);
  /** By pair: sums of both movements, of their squares, and of their products. */
  readonly #sums = new Float64Array(PAIRS * SUMS);

  /** Adds the odds of a step. @returns the peak of the excursion that has ended with it, 0 when none has */
  step(pair: number, odds: number, za: number, zb: number): number {
    const height = this.#height[pair] + odds;
    if (height <= 0) {
      const peak = this.#peak[pair];
      if (peak > 0) this.end(pair);
      return peak;
    }
    this.#height[pair] = height;
    this.#peak[pair] = Math.max(this.#peak[pair], height);
    this.#steps[pair]++;
    const at = pair * SUMS;
    this.#sums[at] += za;
    this.#sums[at + 1] += zb;
    this.#sums[at + 2] += za * za;
    this.#sums[at + 3] += zb * zb;
    this.#sums[at + 4] += za * zb;
    return 0;
  }

  end(pair: number): void {
    if (this.#steps[pair] === 0) return;
    this.#height[pair] = this.#peak[pair] = this.#steps[pair] = 0;
    this.#sums.fill(0, pair * SUMS, (pair + 1) * SUMS);
  }

  /** Pairs whose excursion has lasted long enough to speak of a correlation in it. */
  lasting(): number[] {
    const pairs: number[] = [];
    for (let pair = 0; pair < PAIRS; pair++) if (this.#steps[pair] >= LEAST_STEPS) pairs.push(pair);
    return pairs;
  }

  height(pair: number): number {
    return this.#height[pair];
  }

  peak(pair: number): number {
    return this.#peak[pair];
  }

  steps(pair: number): number {
    return this.#steps[pair];
  }

  /** Pearson's correlation of the movements in the excursion; a stream that does not move at all moves with nobody. */
  correlation(pair: number): number {
    const [a, b, squareA, squareB, product] = this.#sums.subarray(pair * SUMS, (pair + 1) * SUMS);
    const steps = Math.max(1, this.#steps[pair]);
    const spread = Math.sqrt(Math.max(0, (squareA - (a * a) / steps) * (squareB - (b * b) / steps)));
    return spread < 1e-9 ? 0 : Math.max(-1, Math.min(1, (product - (a * b) / steps) / spread));
  }
}

const SUMS = 5;
const LEAST_STEPS = 15;
