/**
 * The level of one count per window: weighted by age, with what it will be next. Counts of something that is mostly
 * absent are explained a second way as well, as a burst (burst-size.ts), and are as odd as the better explanation says.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { lowerMagnitude, upperMagnitude } from '../statistics/negative-binomial.ts';
import { burstMagnitude, logOfSize } from './burst-size.ts';
import { CountPrediction, surprise, type CountPrior } from './count-model.ts';

export class CountLevel {
  readonly #prior: CountPrior;
  readonly #keep: number;
  readonly #keepSurprise: number;
  readonly #prediction = new CountPrediction();
  #sum = 0;
  #weight = 0;
  #surprises = 0;
  #surpriseWeight = 0;
  /** Weight of the windows with any, of all, and of the logarithms of the counts, as long as the spread is remembered. */
  #present = 0;
  #presentOf = 0;
  #logs = 0;

  /** @param memory windows that the level remembers; its spread is remembered eight times longer. */
  constructor(prior: CountPrior, memory: number) {
    this.#prior = prior;
    this.#keep = 1 - 1 / memory;
    this.#keepSurprise = 1 - 1 / (8 * memory);
  }

  get ready(): boolean {
    return this.#weight > 0.9;
  }

  /**
   * What the next window will show; valid until the next call. Only when `ready`.
   * @param factor by which the season lifts or lowers the window above the level
   */
  predict(factor = 1): CountPrediction {
    const [sum, surprises] = [this.#sum * factor, this.#surprises];
    return this.#prediction.set(sum, this.#weight, surprises, this.#surpriseWeight, this.#prior);
  }

  /** −log10 P(at least this many), and of P(at most this many), each by the explanation that finds it least odd. */
  above(count: number, factor = 1): number {
    const { mean, variance } = this.predict(factor);
    const byLevel = upperMagnitude(count, mean, variance);
    const present = (this.#present + 0.5) / (this.#presentOf + 1);
    if (count <= mean || present > MOSTLY_PRESENT) return byLevel;
    return Math.min(byLevel, -Math.log10(present) + burstMagnitude(count, this.#present, this.#logs));
  }

  below(count: number, factor = 1): number {
    const { mean, variance } = this.predict(factor);
    return lowerMagnitude(count, mean, variance);
  }

  learn(count: number): void {
    if (this.ready) {
      const surprised = surprise(count, this.#sum, this.#weight, this.#prior);
      this.#surprises = this.#surprises * this.#keepSurprise + surprised;
      this.#surpriseWeight = this.#surpriseWeight * this.#keepSurprise + 1;
    }
    this.#sum = this.#sum * this.#keep + count;
    this.#weight = this.#weight * this.#keep + 1;
    this.#present = this.#present * this.#keepSurprise;
    this.#presentOf = this.#presentOf * this.#keepSurprise + 1;
    this.#logs = this.#logs * this.#keepSurprise;
    if (count > 0) {
      this.#present++;
      this.#logs += logOfSize(count);
    }
  }

  /** Makes what was learned worth one window: the next windows set the level anew. */
  loosen(): void {
    const factor = this.#weight > 1 ? 1 / this.#weight : 1;
    this.#sum *= factor;
    this.#weight *= factor;
  }

  save(to: StateWriter): void {
    const level = [this.#sum, this.#weight, this.#surprises, this.#surpriseWeight];
    to.numbers(...level, this.#present, this.#presentOf, this.#logs);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(7);
    from.column(numbers);
    [this.#sum, this.#weight, this.#surprises, this.#surpriseWeight] = numbers;
    [this.#present, this.#presentOf, this.#logs] = numbers.subarray(4);
  }
}

/** What more than so many windows show is no burst. */
export const MOSTLY_PRESENT = 0.5;
