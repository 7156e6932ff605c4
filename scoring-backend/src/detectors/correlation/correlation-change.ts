/**
 * Streams whose record counts rise and fall together, and stop doing so: a service that no longer gets its traffic from
 * another, a worker that stands still while its queue is filled.
 *
 * Every minute is a step. Two streams belong together when their movements (movements.ts) have correlated for long. From
 * then on each step says how much better two that move on their own explain it than two that move together: the logarithm
 * of the ratio of both normal densities. Its sum since it was last negative (CUSUM: Page 1954) stays small while the
 * correlation lasts, P(an excursion ever reaches h) ≤ e^−h, and rises with every step when it is gone. What an excursion so
 * high is really worth is calibrated on those before it, of all pairs; the threshold follows from how many a week brings.
 *
 * For where the streams of a tenant come together, not for one stream's state: at most 32 streams, so 496 pairs, 100 KB.
 * It is not saved: whoever has the counts of the last days can build it again.
 */
import { Recalibration } from '../../calibration/tail.ts';
import { Excursions } from './excursions.ts';
import { Movements } from './movements.ts';
import { MOST_STREAMS, pairOf, PAIRS, streamsOf } from './pairs.ts';

/** Two streams that parted. */
export interface CorrelationChange {
  /** −log10 p of an excursion this high. */
  readonly magnitude: number;
  /** Indexes of the streams; the first one is in more of the pairs that parted. */
  readonly streams: readonly [number, number];
  /** What the first one has parted from too. */
  readonly others: readonly number[];
  /** Correlation of the movements as it was for long, and since they parted. */
  readonly expected: number;
  readonly actual: number;
  /** Steps since they parted. */
  readonly steps: number;
}

export class CorrelationChanges {
  readonly #perWeek: number;
  readonly #movements = new Movements(MOST_STREAMS);
  /** By pair: mean product of movements, in usual ones and in roots, and the steps it is of. */
  readonly #together = new Float64Array(PAIRS);
  readonly #inRoots = new Float64Array(PAIRS);
  readonly #steps = new Float64Array(PAIRS);
  /** Steps until a pair is known. */
  readonly #due = new Float64Array(PAIRS).fill(LEAST_STEPS);
  readonly #excursions = new Excursions();
  readonly #calibration = new Recalibration(false);
  /** Steps in which an excursion could end, and how many ended per such step, of the last week or so. */
  #watched = 0;
  #rate = 0;
  /** Excursions that ended and are not in the rate yet. */
  #ended = 0;
  /** Steps in which what a stream parts from belongs to an event that was told. */
  readonly #told = new Float64Array(MOST_STREAMS);

  /** @param perWeek changes that may be told a week by chance */
  constructor(perWeek: number) {
    this.#perWeek = perWeek;
  }

  /** What the magnitude of an excursion must exceed: `perWeek` of them come in a week. */
  get threshold(): number {
    if (this.#watched < LEAST_WATCHED) return Infinity;
    return Math.log10(Math.max(1, (this.#rate * STEPS_PER_WEEK) / this.#perWeek));
  }

  /**
   * Takes in a step. @param counts records by stream, NaN where a stream has no window; those beyond 32 are left out
   * @returns streams that have parted from others, each once
   */
  take(counts: Float64Array): CorrelationChange[] {
    this.#movements.take(counts);
    const streams = Math.min(MOST_STREAMS, counts.length);
    let known = 0;
    for (let a = 1; a < streams; a++)
      for (let b = 0; b < a; b++) {
        known += this.#judge(a, b);
        this.#learn(a, b);
      }
    if (known > 0) {
      this.#rate += (this.#ended - this.#rate) / Math.min(++this.#watched, STEPS_PER_WEEK);
      this.#ended = 0;
      this.#calibration.rebuild();
    }
    for (let s = 0; s < streams; s++) if (this.#told[s] > 0) this.#told[s]--;
    return this.#tell(this.#excursions.lasting().filter((pair) => this.#isFar(pair)));
  }

  /** Another stream takes this one's place. */
  forget(stream: number): void {
    this.#movements.forget(stream);
    for (let other = 0; other < MOST_STREAMS; other++)
      if (other !== stream) this.#forget(pairOf(stream, other), LEAST_STEPS);
  }

  /** Goes on with the excursion of a pair; 1 when the two are known to belong together. */
  #judge(a: number, b: number): 0 | 1 {
    const pair = pairOf(a, b);
    if (this.#steps[pair] < this.#due[pair] || !(this.#together[pair] >= BELONGS)) {
      this.#excursions.end(pair);
      return 0;
    }
    const [za, zb] = [this.#movements.z[a], this.#movements.z[b]];
    if (Number.isNaN(za) || Number.isNaN(zb)) return 1;
    if (!this.#movements.isLive(a) && !this.#movements.isLive(b)) return 1;
    const peak = this.#excursions.step(pair, oddsOfParting(za, zb, this.#expected(pair, a, b)), za, zb);
    if (peak > 0) this.#ends(peak);
    return 1;
  }

  #ends(peak: number): void {
    this.#calibration.learn(peak / Math.LN10);
    this.#ended++;
  }

  /** When few records come, at night, what two streams have in common is less beside their chance. */
  #expected(pair: number, a: number, b: number): number {
    const now = this.#inRoots[pair] / (this.#movements.spread(a) * this.#movements.spread(b));
    return Math.max(0, Math.min(this.#together[pair], now, MOST_CORRELATED));
  }

  #learn(a: number, b: number): void {
    const pair = pairOf(a, b);
    const product = this.#movements.z[a] * this.#movements.z[b];
    if (Number.isNaN(product)) return;
    const share = 1 / Math.min(++this.#steps[pair], MEMORY_STEPS);
    this.#together[pair] += (product - this.#together[pair]) * share;
    this.#inRoots[pair] += (this.#movements.moved[a] * this.#movements.moved[b] - this.#inRoots[pair]) * share;
  }

  #isFar(pair: number): boolean {
    return this.#magnitude(pair) > this.threshold && this.#excursions.correlation(pair) < PARTED * this.#together[pair];
  }

  #magnitude(pair: number): number {
    return this.#calibration.magnitude(this.#excursions.height(pair) / Math.LN10);
  }

  /** One event for each stream that has parted from others, farthest first; what it is half-way from goes with it. */
  #tell(parted: readonly number[]): CorrelationChange[] {
    const changes: CorrelationChange[] = [];
    const left = new Set(parted);
    while (left.size > 0) {
      const pair = [...left].reduce((most, each) =>
        this.#excursions.height(each) > this.#excursions.height(most) ? each : most,
      );
      const half = this.#excursions.height(pair) / 2;
      const partners = (stream: number): number[] =>
        STREAMS.filter((other) => other !== stream && this.#excursions.height(pairOf(stream, other)) > half);
      const [a, b] = streamsOf(pair);
      const [ofA, ofB] = [partners(a), partners(b)];
      const [first, second, all] = ofB.length > ofA.length ? [b, a, ofB] : [a, b, ofA];
      if (this.#told[first] === 0 && this.#told[second] === 0) changes.push(this.#change(pair, [first, second], all));
      this.#told[first] = ONE_EVENT_STEPS;
      // One that is told counts like any other: what keeps coming is told ever less.
      this.#ends(this.#excursions.peak(pair));
      for (const other of all) {
        const parting = pairOf(first, other);
        left.delete(parting);
        // They have to show that they belong together anew, for longer each time.
        this.#forget(parting, Math.min(this.#due[parting] * 2, MOST_DUE));
      }
    }
    return changes;
  }

  #change(pair: number, streams: readonly [number, number], partners: readonly number[]): CorrelationChange {
    return {
      magnitude: this.#magnitude(pair),
      streams,
      others: partners.filter((other) => other !== streams[1]),
      expected: this.#together[pair],
      actual: this.#excursions.correlation(pair),
      steps: this.#excursions.steps(pair),
    };
  }

  #forget(pair: number, due: number): void {
    this.#steps[pair] = 0;
    this.#due[pair] = due;
    this.#excursions.end(pair);
  }
}

/** ln of how much likelier these movements are of two streams on their own than of two that correlate so. */
function oddsOfParting(za: number, zb: number, correlation: number): number {
  const square = correlation * correlation;
  const odds =
    Math.log1p(-square) / 2 + (square * (za * za + zb * zb) - 2 * correlation * za * zb) / (2 * (1 - square));
  return Math.min(odds, MOST_ODDS);
}

const STREAMS = [...Array(MOST_STREAMS).keys()];
const STEPS_PER_WEEK = 7 * 24 * 60;
/** Steps before a pair is known, at first and at most, and steps that its correlation remembers. */
const LEAST_STEPS = 240;
const MOST_DUE = STEPS_PER_WEEK;
const MEMORY_STEPS = 1_440;
/** Steps with a known pair before anything is told. */
const LEAST_WATCHED = 1_440;
/** Correlation from which two streams belong together, and the share of it below which they have parted. */
const BELONGS = 0.5;
const PARTED = 0.4;
const MOST_CORRELATED = 0.95;
/** What a single step may say, in nats: a burst of one stream is few steps, a change is many. */
const MOST_ODDS = 1.5;
const ONE_EVENT_STEPS = 60;
