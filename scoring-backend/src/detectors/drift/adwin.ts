/**
 * ADWIN (Bifet and Gavaldà 2007): a window of values that drops its older part as soon as its two parts differ in mean by
 * more than chance allows. Values are kept as an exponential histogram, at most 5 buckets of each power of two, so a window
 * of a million takes under 100 buckets. The cut is the paper's variance-aware one.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';

export class Adwin {
  readonly #delta: number;
  /** Count, sum and sum of squared deviations from the bucket's mean, oldest first. */
  #buckets: { count: number; sum: number; scatter: number }[] = [];

  /** @param delta chance of a false cut per look */
  constructor(delta: number) {
    this.#delta = delta;
  }

  get count(): number {
    return this.#buckets.reduce((sum, bucket) => sum + bucket.count, 0);
  }

  get mean(): number {
    return this.#buckets.reduce((sum, bucket) => sum + bucket.sum, 0) / Math.max(1, this.count);
  }

  /** Takes in a value. Mean of the part that was dropped, when one was; else undefined. */
  take(value: number): number | undefined {
    this.#buckets.push({ count: 1, sum: value, scatter: 0 });
    this.#compress();
    let dropped: number | undefined;
    for (let cut = this.#cut(); cut > 0; cut = this.#cut()) {
      const old = this.#buckets.splice(0, cut);
      dropped ??= old.reduce((sum, b) => sum + b.sum, 0) / old.reduce((sum, b) => sum + b.count, 0);
    }
    return dropped;
  }

  reset(): void {
    this.#buckets = [];
  }

  /** Buckets of the older part that differs from the rest, 0 for none. */
  #cut(): number {
    const n = this.count;
    if (n < LEAST) return 0;
    const mean = this.mean;
    let scatter = 0;
    for (const { count, sum, scatter: own } of this.#buckets) scatter += own + count * (sum / count - mean) ** 2;
    const variance = scatter / n;
    const confidence = Math.log((2 * Math.log(n)) / this.#delta);
    let [count, sum] = [0, 0];
    for (let i = 0; i < this.#buckets.length - 1; i++) {
      count += this.#buckets[i].count;
      sum += this.#buckets[i].sum;
      const rest = n - count;
      if (count < LEAST_PART || rest < LEAST_PART) continue;
      const harmonic = 1 / (1 / count + 1 / rest);
      const bound = Math.sqrt((2 / harmonic) * variance * confidence) + (2 / (3 * harmonic)) * confidence;
      if (Math.abs(sum / count - (mean * n - sum) / rest) > bound) return i + 1;
    }
    return 0;
  }

  #compress(): void {
    const buckets = this.#buckets;
    for (let end = buckets.length - 1; end >= 0;) {
      const size = buckets[end].count;
      let start = end;
      while (start > 0 && buckets[start - 1].count === size) start--;
      if (end - start + 1 <= MOST_ALIKE) {
        end = start - 1;
        continue;
      }
      const [a, b] = [buckets[start], buckets[start + 1]];
      const count = a.count + b.count;
      const apart = a.sum / a.count - b.sum / b.count;
      const scatter = a.scatter + b.scatter + (a.count * b.count * apart * apart) / count;
      buckets.splice(start, 2, { count, sum: a.sum + b.sum, scatter });
      end = start;
    }
  }

  save(to: StateWriter): void {
    to.number(this.#buckets.length);
    to.column(Float64Array.from(this.#buckets.flatMap(({ count, sum, scatter }) => [count, sum, scatter])));
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(3 * from.number());
    from.column(numbers);
    this.#buckets = Array.from({ length: numbers.length / 3 }, (_, i) => {
      const [count, sum, scatter] = numbers.subarray(3 * i, 3 * i + 3);
      return { count, sum, scatter };
    });
  }
}

const MOST_ALIKE = 5;
const LEAST = 32;
const LEAST_PART = 8;
