/** The last values of one figure: a ring, and exponentially weighted mean and spread. Grows as values come. */
import type { StateReader, StateWriter } from '../../engine/state-codec.ts';
import type { Sample } from './outlier-tests.ts';
import { float32Column, grown } from '../../columns/small-columns.ts';

export class ValueHistory {
  readonly #most: number;
  #ring = float32Column(0);
  #pushed = 0;
  #mean = 0;
  #variance = 0;
  #recent = 0;

  /** @param most values kept */
  constructor(most: number) {
    this.#most = most;
  }

  /** Values kept. */
  get count(): number {
    return Math.min(this.#pushed, this.#most);
  }

  push(value: number): void {
    const place = this.#pushed++ % this.#most;
    if (place >= this.#ring.length) {
      this.#ring = grown(this.#ring, Math.min(this.#most, Math.max(FEW, place * 2)));
    }
    this.#ring[place] = value;
    this.#recent = Math.min(RECENT, this.#recent + 1);
    const gain = 1 / this.#recent;
    const difference = value - this.#mean;
    this.#mean += gain * difference;
    this.#variance = (1 - gain) * (this.#variance + gain * difference * difference);
  }

  /** What the last 60 or so say alone. */
  get recentMean(): number {
    return this.#mean;
  }

  get recentSpread(): number {
    return Math.sqrt(this.#variance);
  }

  sample(leastSpread: number): Sample {
    const sorted = this.#ring.slice(0, this.count).sort();
    const { recentMean, recentSpread } = this;
    return { sorted, recentMean, recentSpread, recentCount: this.#recent, leastSpread };
  }

  /** Keeps nothing but the last few values: the next ones set what is normal. */
  loosen(): void {
    const kept = Math.min(this.count, FEW);
    const last = Array.from({ length: kept }, (_, i) => this.#ring[(this.#pushed - kept + i) % this.#most]);
    this.#pushed = 0;
    this.#recent = 0;
    this.#mean = 0;
    this.#variance = 0;
    for (const value of last) this.push(value);
  }

  save(to: StateWriter): void {
    to.numbers(this.#pushed, this.#mean, this.#variance, this.#recent, this.#ring.length);
    to.column(this.#ring);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(5);
    from.column(numbers);
    [this.#pushed, this.#mean, this.#variance, this.#recent] = numbers;
    this.#ring = float32Column(numbers[4]);
    from.column(this.#ring);
  }
}

/** Values that the weighted mean and spread remember. */
const RECENT = 60;
const FEW = 8;
