/**
 * What a model's oddness is worth as a magnitude: standardised by what the model said of earlier normal windows before it
 * knew them, and ranked among the same. A window that is exchangeable with n earlier ones is the oddest of all with chance
 * 1/(n + 1), whatever the model: that is conformal prediction (Vovk, Gammerman, Shafer 2005). Beyond the top 5 % a tail
 * goes on whose shape is learned (`calibration/shaped-tail.ts`), since every model has one of its own.
 */
import { ShapedTail } from '../calibration/shaped-tail.ts';
import { float32Column, grown } from '../columns/small-columns.ts';
import type { StateReader, StateWriter } from '../columns/state-codec.ts';

export class OddnessScale {
  /** Standardised oddness of the latest windows, as a ring. */
  #ring = float32Column(0);
  /** Windows learned in the stream's life. */
  #units = 0;
  #weight = 0;
  #sum = 0;
  #squares = 0;
  readonly #tail = new ShapedTail();
  /** What the tail was fitted on: so many windows beyond the threshold; 0 when it has to be done again. */
  #exceedances = 0;
  #threshold = 0;

  get ready(): boolean {
    return this.#units >= LEAST_UNITS;
  }

  /** −log10 p of at least this oddness. Only when `ready`. */
  magnitude(oddness: number): number {
    const x = this.#standardised(oddness);
    const known = this.#known;
    let reached = 0;
    for (let i = 0; i < known; i++) if (this.#ring[i] >= x) reached++;
    this.#fitTail();
    let share = reached + 1;
    // What was reached before is no rarer than that, whatever the tail says: a job may have a place of its own in it.
    if (x > this.#threshold)
      share = Math.max(reached, (this.#exceedances + 1) * this.#tail.survival(x - this.#threshold));
    return Math.min(Math.log10((known + 1) / share), Math.log10(this.#units + 1) + 2);
  }

  /** Learns the oddness of a normal window that the model did not know yet. */
  learn(oddness: number): void {
    if (this.#weight >= FEW) this.#add(this.#standardised(oddness));
    this.#weight = this.#weight * KEEP + 1;
    this.#sum = this.#sum * KEEP + oddness;
    this.#squares = this.#squares * KEEP + oddness * oddness;
  }

  /** Makes what was learned worth a few windows: the next ones set the scale anew. */
  loosen(): void {
    const factor = this.#weight > FEW ? FEW / this.#weight : 1;
    this.#weight *= factor;
    this.#sum *= factor;
    this.#squares *= factor;
  }

  get #known(): number {
    return Math.min(this.#units, MOST_KNOWN);
  }

  #add(x: number): void {
    const place = this.#units % MOST_KNOWN;
    if (place >= this.#ring.length)
      this.#ring = grown(this.#ring, Math.min(MOST_KNOWN, Math.max(LEAST_ROOM, place * 2)));
    const isFull = this.#units >= MOST_KNOWN;
    // The tail stays what it is while the windows that it is made of do.
    if (x > this.#threshold || (isFull && this.#ring[place] >= this.#threshold)) this.#exceedances = 0;
    this.#ring[place] = x;
    this.#units++;
    if (exceedancesOf(this.#known) !== this.#exceedances) this.#exceedances = 0;
  }

  #fitTail(): void {
    if (this.#exceedances > 0) return;
    const known = this.#known;
    const count = (this.#exceedances = exceedancesOf(known));
    const sorted = this.#ring.slice(0, known).sort();
    this.#threshold = sorted[known - 1 - count];
    this.#tail.fit(Float64Array.from(sorted.subarray(known - count), (x) => x - this.#threshold));
  }

  /** In spreads above the mean, at least 0: what is less odd than usual is all the same. */
  #standardised(oddness: number): number {
    const mean = this.#sum / this.#weight;
    const spread = Math.sqrt(Math.max(this.#squares / this.#weight - mean * mean, (LEAST_SPREAD * mean) ** 2, 1e-12));
    return Math.fround(Math.max(0, Math.min(MOST, (oddness - mean) / spread)));
  }

  save(to: StateWriter): void {
    to.numbers(this.#units, this.#weight, this.#sum, this.#squares);
    to.column(this.#ring, this.#known);
  }

  load(from: StateReader): void {
    const numbers = new Float64Array(4);
    from.column(numbers);
    [this.#units, this.#weight, this.#sum, this.#squares] = numbers;
    this.#ring = float32Column(this.#known);
    from.column(this.#ring);
    this.#exceedances = 0;
  }
}

/** How many of so many windows make the tail. */
function exceedancesOf(known: number): number {
  return Math.max(MIN_EXCEEDANCES, Math.round(known * TAIL_SHARE));
}

const KEEP = 1 - 1 / 256;
/** Windows before anything can be standardised, and before there are ranks worth asking for. */
const FEW = 8;
const LEAST_UNITS = 32;
/** Windows that are remembered, 8 KB: more than a day of them, or each night would be odd to the day before. */
const MOST_KNOWN = 2_048;
const LEAST_ROOM = 64;
/** The tail is fitted on the top 5 %, at least 10. */
const TAIL_SHARE = 0.05;
const MIN_EXCEEDANCES = 10;
/** Nothing is told apart beyond. */
const MOST = 16;
/** Spread relative to the mean that an oddness has at least. */
const LEAST_SPREAD = 0.01;
