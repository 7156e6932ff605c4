/**
 * Single figures of a window that are off: response times, users, addresses, bytes per record, the surprise of its
 * sequence, the number of templates. Each is held against its own last 256 windows by the outlier tests, on the scale of
 * `windows/features.ts`. A window of few records says less about a mean than one of many: its spread is taken larger.
 * Counts of records and shares of errors have detectors of their own.
 *
 * What the tests make of normal windows is calibrated here, on a logarithmic scale (figures have heavier tails than any
 * test supposes, and a Pareto tail is an exponential one of the logarithm), so that they do not deafen the other
 * detectors. Figures that are off again and again are modes. At most 7 KB of values.
 */
import { Recalibration } from '../../calibration/tail.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { FEATURES, featuresOf, type Figure, figureOf, FIGURES, LEAST_SPREAD } from '../../windows/features.ts';
import { NOT_APPLICABLE, NOT_READY, type Evidence, type Finding, type WindowFeatures } from '../detector.ts';
import { sidak } from '../ensemble.ts';
import { RecurringStates } from '../rate/recurring.ts';
import { outlierMagnitude } from './outlier-tests.ts';
import { ValueHistories } from './value-histories.ts';

/** The figure of a window that is furthest off. */
interface Furthest {
  readonly figure: number;
  /** −log10 p by the tests, of all figures looked at. */
  readonly magnitude: number;
  readonly above: boolean;
  /** 1 + its distance from the median on the feature's scale. */
  readonly size: number;
  /** Its usual value, in its own unit. */
  readonly expected: number;
}

export class FigureOutliers {
  readonly #histories = new ValueHistories(LOOKED_AT.length, WINDOWS);
  readonly #calibration = new Recalibration(false);
  readonly #modes = new RecurringStates();
  /** What was found about the window judged last; of no use once one was learned. */
  #looked: Furthest | undefined;
  #lookedAtMs = -1;
  /** Weighted mean of the records per window. */
  #records = 0;
  #weight = 0;

  judge(window: WindowFeatures): Finding {
    if (window.records === 0) return NOT_APPLICABLE;
    this.#looked = this.#look(window);
    this.#lookedAtMs = window.startMs;
    const found = this.#looked;
    if (found === undefined) return NOT_READY;
    if (this.#calibration.units < LEAST_UNITS) return NOT_READY;
    this.#modes.count();
    const { figure, expected, size } = found;
    const alone = this.#calibration.magnitude(tamed(found.magnitude));
    const magnitude = this.#modes.explained(keyOf(found), alone, size, window.startMs);
    const actual = figureOf(figure, features[figure]);
    const contributions = [{ feature: FIGURES[figure], share: 1, expected, actual }];
    const evidence: Evidence = {
      ...{ kind: 'feature', magnitude, expected, actual, unit: 'figure', template: -1 },
      contributions,
    };
    return { applicable: true, ready: true, magnitude, evidence: [evidence] };
  }

  learn(window: WindowFeatures): void {
    if (window.records === 0) return;
    const found = this.#lookAgain(window);
    this.#lookedAtMs = -1;
    if (found !== undefined) {
      this.#calibration.learn(tamed(found.magnitude));
      this.#calibration.rebuild();
      this.#note(window, found);
    }
    featuresOf(window, features);
    LOOKED_AT.forEach((figure, i) => {
      const value = features[figure];
      if (!Number.isNaN(value)) this.#histories.push(i, value);
    });
    this.#records = this.#records * KEEP + window.records;
    this.#weight = this.#weight * KEEP + 1;
  }

  /** Takes in a window that is not learned, because it was flagged. */
  noteOdd(window: WindowFeatures): void {
    const found = window.records === 0 ? undefined : this.#lookAgain(window);
    if (found !== undefined) this.#note(window, found);
  }

  #note(window: WindowFeatures, found: Furthest): void {
    if (this.#calibration.units >= LEAST_UNITS && this.#calibration.magnitude(tamed(found.magnitude)) > ODD)
      this.#modes.note(keyOf(found), window.startMs, window.endMs, found.size);
  }

  loosen(): void {
    this.#lookedAtMs = -1;
    this.#histories.loosen();
  }

  /** The same for a window that may be the one just judged, as most that are learned are. */
  #lookAgain(window: WindowFeatures): Furthest | undefined {
    return window.startMs === this.#lookedAtMs ? this.#looked : this.#look(window);
  }

  /** The figure furthest off; undefined while no figure is known well enough. */
  #look(window: WindowFeatures): Furthest | undefined {
    featuresOf(window, features);
    const few = Math.sqrt((1 + this.#records / this.#weight / window.records) / 2);
    let looks = 0;
    let best: Furthest | undefined;
    LOOKED_AT.forEach((figure, i) => {
      const histories = this.#histories;
      const value = features[figure];
      if (Number.isNaN(value) || histories.count(i) < LEAST_WINDOWS) return;
      looks++;
      const usual = histories.recentMean(i);
      const distance = (value - usual) / Math.max(1, few);
      // Nearly all values are near: all of them get the little that distance says, and only others the tests.
      const near = Math.abs(distance) / Math.max(histories.recentSpread(i), LEAST_SPREAD[figure]);
      const isNear = near < NEAR;
      const magnitude = isNear
        ? near / 4
        : outlierMagnitude(usual + distance, histories.sample(i, LEAST_SPREAD[figure]));
      if (best !== undefined && magnitude <= best.magnitude) return;
      const size = 1 + Math.abs(value - usual);
      best = { magnitude, figure, above: value > usual, size, expected: figureOf(figure, usual) };
    });
    // Only the closure above assigns it, which the compiler does not follow.
    const furthest = best as Furthest | undefined;
    return furthest && { ...furthest, magnitude: sidak(furthest.magnitude, looks) };
  }

  save(to: StateWriter): void {
    this.#histories.save(to);
    this.#calibration.save(to);
    this.#modes.save(to);
    to.numbers(this.#records, this.#weight);
  }

  load(from: StateReader): void {
    this.#histories.load(from);
    this.#calibration.load(from);
    this.#modes.load(from);
    const numbers = new Float64Array(2);
    from.column(numbers);
    [this.#records, this.#weight] = numbers;
    this.#lookedAtMs = -1;
  }
}

/** A magnitude whose tail is heavier than its name says, brought to a scale on which it is not: 15 becomes 8. */
function tamed(magnitude: number): number {
  return 2 * Math.log2(1 + magnitude);
}

function keyOf({ figure, above }: Furthest): number {
  return 2 * figure + (above ? 1 : 0);
}

const NAMES: readonly Figure[] = [
  ...(['unique_users', 'ip_entropy', 'response_time_avg', 'response_time_p95'] as const),
  ...(['template_count', 'sequence_surprise', 'bytes_per_record'] as const),
];
const LOOKED_AT = NAMES.map((name) => FIGURES.indexOf(name));
/** In spreads: below, a value is not looked at closer. */
const NEAR = 2;
/** Windows whose figures are kept. */
const WINDOWS = 256;
const LEAST_WINDOWS = 12;
/** Features of the window at hand. */
const features = new Float64Array(FEATURES);
/** Windows that calibrate the detector before it speaks. */
const LEAST_UNITS = 32;
/** Magnitude from which a window counts as in a mode. */
const ODD = 3;
/** Windows that the usual number of records remembers. */
const KEEP = 1 - 1 / 60;
