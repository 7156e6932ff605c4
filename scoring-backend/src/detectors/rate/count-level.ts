/** The level of one count per window: weighted by age, with what it will be next. */
import type { StateReader, StateWriter } from '../../engine/state-codec.ts';
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

  /** @param memory windows that the level remembers; its spread is remembered eight times longer. */
  constructor(prior: CountPrior, memory: number) {
    this.#prior = prior;
    this.#keep = 1 - 1 / memory;
    this.#keepSurprise = 1 - 1 / (8 * memory);
  }

  get ready(): boolean {
    return this.#weight > 0.9;
  }

  /** What the next window will show; valid until the next call. Only when `ready`. */
  predict(): CountPrediction {
    return this.#prediction.set(this.#sum, this.#weight, this.#surprises, this.#surpriseWeight, this.#prior);
  }

  learn(count: number): void {
    if (this.ready) {
      this.#surprises = this.#surprises * this.#keepSurprise + surprise(count, this.#sum, this.#weight, this.#prior);
      this.#surpriseWeight = this.#surpriseWeight * this.#keepSurprise + 1;
    }
    this.#sum = this.#sum * this.#keep + count;
    this.#weight = this.#weight * this.#keep + 1;
  }

  /** Makes what was learned worth one window: the next windows set the level anew. */
  loosen(): void {
    const factor = this.#weight > 1 ? 1 / this.#weight : 1;
    this.#sum *= factor;
    this.#weight *= factor;
  }

  save(to: StateWriter): void {
    to.column(Float64Array.of(this.#sum, this.#weight, this.#surprises, this.#surpriseWeight));
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(4);
    from.column(numbers);
    [this.#sum, this.#weight, this.#surprises, this.#surpriseWeight] = numbers;
  }
}
