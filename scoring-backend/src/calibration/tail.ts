/**
 * Recalibration: what a detector's own x = −log10 p is really worth in this stream, learned from the x of past normal
 * units of the same kind.
 *
 * Three sources, mixed so that P(M ≥ m | normal) = 10^−m:
 * - the prior: x itself, shrunk. A Gamma(a, a) prior on the rate of an exponential tail makes it a Lomax tail,
 *   M0(x) = a·log10(1 + x·ln 10 / a): about x while x is small, less when a young model claims much;
 * - the body: ranks among past x, as a Dirichlet process with the prior as base measure (Ferguson 1973);
 * - the tail: exceedances over a high quantile are exponential (generalised Pareto with ξ = 0: Pickands 1975), the rate
 *   with the same Gamma prior, predictive form (Lomax again).
 * Body and tail alone claim at most log10(n + 1) + 2 after n units; the prior may claim more, where the caller trusts it.
 *
 * History is a histogram, so learning a unit is one increment. It is halved whenever the number of units has grown by half:
 * what was learned while the models were young fades. After a change of what is normal growth counts anew.
 */
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import { float64Column, grown } from '../columns/small-columns.ts';

export class Recalibration {
  readonly #trustsPrior: boolean;
  /** Units by bin, and the weight of the units in a bin and up; as long as the highest bin that had a unit needs. */
  #bins = float64Column(0);
  #above = float64Column(0);
  #units = 0;
  #halveAt = FIRST_HALVING;
  /** Units at the last change of what is normal. */
  #changedAt = 0;
  /** Start of the tail, its survival, and the Lomax parameters beyond it. */
  #tailStart = 0;
  #tailMagnitude = 0;
  #tailShape = PRIOR_SHAPE;
  #tailScale = PRIOR_SHAPE;
  #largest = 2;

  /** @param trustsPrior may the prior claim more than log10(n + 1) + 2? */
  constructor(trustsPrior: boolean) {
    this.#trustsPrior = trustsPrior;
  }

  /** Units learned in the stream's life. */
  get units(): number {
    return this.#units;
  }

  /** Learns the x of a normal unit. Call `rebuild` before the next `magnitude` that shall know it. */
  learn(x: number): void {
    this.learnBin(binOf(x));
  }

  /**
   * What is normal has changed: growth counts from here. What was learned before fades, and so does soon what models said
   * while they learned the new normal, which is how little they knew and not how odd its units are.
   */
  restart(): void {
    this.#changedAt = this.#units;
    this.#halveAt = this.#units + HALVING_OF_CHANGED;
  }

  /** As `learn`, for an x whose bin is known. */
  learnBin(bin: number): void {
    if (bin >= this.#bins.length) this.#reach(bin);
    this.#bins[bin]++;
    if (++this.#units === this.#halveAt) {
      this.#halveAt = this.#changedAt + Math.ceil((this.#halveAt - this.#changedAt) * HALVED_EVERY);
      for (let b = 0; b < this.#bins.length; b++) this.#bins[b] *= 0.5;
    }
  }

  /** Most units lie low: bins are made up to the highest one in use. */
  #reach(bin: number): void {
    let length = LEAST_BINS;
    while (length <= bin) length *= 2;
    this.#bins = grown(this.#bins, length);
    this.#above = grown(this.#above, length);
  }

  /** Brings the curve up to date with what was learned. */
  rebuild(): void {
    const [bins, above] = [this.#bins, this.#above];
    let sum = 0;
    for (let b = bins.length - 1; b >= 0; b--) above[b] = sum += bins[b];
    const exceedances = Math.max(MIN_EXCEEDANCES, Math.min(MAX_EXCEEDANCES, sum * TAIL_SHARE));
    let start = Math.max(0, bins.length - 1);
    while (start > 0 && above[start] < exceedances) start--;
    let excess = 0;
    for (let b = start; b < bins.length; b++) excess += bins[b] * (b - start + 0.5);
    this.#tailStart = start / BINS_PER_UNIT;
    const inTail = this.#from(start);
    const prior = TAIL_SHAPE + (PRIOR_SHAPE - TAIL_SHAPE) / (1 + inTail / MIN_EXCEEDANCES);
    this.#tailShape = prior + inTail;
    this.#tailScale = prior + (excess / BINS_PER_UNIT) * Math.LN10;
    this.#tailMagnitude = this.#body(this.#tailStart < 1 ? this.#tailStart ** 2 : this.#tailStart);
    this.#largest = Math.log10(this.#units + 1) + 2;
  }

  /**
   * M of a unit with this x. Many units may share one x, and so one lump of p: `rank`, in (0, 1], says where a unit
   * stands among those of its bin, small for the odd ones, when the caller knows better than x does.
   */
  magnitude(x: number, rank?: number): number {
    const largest = this.#trustsPrior ? Math.max(this.#largest, priorMagnitude(x)) : this.#largest;
    let learned = this.#body(x, rank);
    // In the bin where the tail starts the rank knows more than the tail.
    const place = placeOf(x);
    if (place > this.#tailStart + (rank === undefined ? 0 : 1 / BINS_PER_UNIT)) {
      const tail = this.#tailMagnitude + lomax(place - this.#tailStart, this.#tailShape, this.#tailScale);
      // Where x was reached before, the ranks know of a second regime (an hourly job) that no single tail fits. A smaller
      // difference is the noise of both, and always taking the smaller of the two would claim too little.
      if (learned > tail - SECOND_REGIME) learned = tail;
    }
    return Math.max(0, Math.min(learned, largest));
  }

  #body(x: number, rank?: number): number {
    const place = Math.min(placeOf(x) * BINS_PER_UNIT, BINS - 1);
    const bin = Math.floor(place);
    const odder = this.#from(bin + 1);
    const atLeast = odder + (this.#from(bin) - odder) * (rank ?? 1 - (place - bin));
    const prior = PRIOR_UNITS * 10 ** -priorMagnitude(x);
    return -Math.log10((atLeast + prior) / (this.#from(0) + PRIOR_UNITS));
  }

  /** Weight of the units in this bin and up, as of the last rebuild. */
  #from(bin: number): number {
    return bin < this.#above.length ? this.#above[bin] : 0;
  }

  save(to: StateWriter): void {
    to.column(this.#bins);
    // The curve may be older than the histogram: it is state of its own.
    to.column(this.#above);
    to.column(
      Float64Array.of(
        this.#units,
        this.#halveAt,
        this.#tailStart,
        this.#tailMagnitude,
        this.#tailShape,
        this.#tailScale,
        this.#largest,
        this.#changedAt,
      ),
    );
  }

  load(from: StateReader): void {
    this.#bins = from.float64s();
    this.#above = from.float64s();
    const numbers = new Float64Array(8);
    from.column(numbers);
    [
      this.#units,
      this.#halveAt,
      this.#tailStart,
      this.#tailMagnitude,
      this.#tailShape,
      this.#tailScale,
      this.#largest,
      this.#changedAt,
    ] = numbers;
  }
}

/** The bin of the histogram that x falls into. */
export function binOf(x: number): number {
  return Math.min(BINS - 1, Math.floor(placeOf(x) * BINS_PER_UNIT));
}

/** The least x of a bin. */
export function lowestOfBin(bin: number): number {
  const place = bin / BINS_PER_UNIT;
  return place < 1 ? place ** 2 : place;
}

/** Where x lies on the histogram's scale: small x are told apart more finely, since most units share them. */
function placeOf(x: number): number {
  return x < 1 ? Math.sqrt(x) : x;
}

/** M of a unit with this x before anything was learned. */
export function priorMagnitude(x: number): number {
  return lomax(x, PRIOR_SHAPE, PRIOR_SHAPE);
}

function lomax(excess: number, shape: number, scale: number): number {
  return shape * Math.log10(1 + (excess * Math.LN10) / scale);
}

const BINS_PER_UNIT = 16;
/** Bins of the histogram, up to x = 16. */
export const BINS = 16 * BINS_PER_UNIT;
/** Strength of the prior on the tail's rate, in exceedances: x = 7 is worth M = 5.1 at first. */
const PRIOR_SHAPE = 40;
/** The same of the tail once units have shown one. */
const TAIL_SHAPE = 15;
/** Strength of the prior on the body, in units. */
const PRIOR_UNITS = 20;
/** Bins at first: up to x = 1. */
const LEAST_BINS = 16;
const FIRST_HALVING = 32;
/** Units of a new normal before the first halving: a hundred of them show a tail of their own. */
const HALVING_OF_CHANGED = 100;
/** Growth between two halvings: models go on changing (a season, a forest), and what they said before them must fade. */
const HALVED_EVERY = 1.5;
/** The tail is fitted on the top 5 %, at least 10 and at most 500 units. */
const TAIL_SHARE = 0.05;
/** Decades by which the ranks must lie below the tail to know better. */
const SECOND_REGIME = 0.5;
const MIN_EXCEEDANCES = 10;
const MAX_EXCEEDANCES = 500;
