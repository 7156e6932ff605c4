/**
 * Verdicts on the records of one stream. Nearly all records are of common templates: theirs come from tables per class,
 * and only rare ones cost an exponential and two logarithms. Part of the per-record path: fields instead of results.
 */
import { recordBudget, WeeklyUnits } from '../../calibration/budget.ts';
import { confidence, RECORDS_AT_HALF } from '../../calibration/confidence.ts';
import { magnitudeOfP, scoreOfMagnitude } from '../../calibration/score.ts';
import { binOf, Recalibration } from '../../calibration/tail.ts';
import { Threshold } from '../../calibration/threshold.ts';
import { CLASSES, RecordNovelty } from '../../detectors/novelty/record-novelty.ts';
import { INITIAL_TEMPLATES, type PerTemplate } from '../../detectors/per-template.ts';
import type { EngineSettings } from '../settings.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { float64Column, grown, int32Column, uint8Column } from '../../columns/small-columns.ts';

export class RecordJudge implements PerTemplate {
  readonly novelty = new RecordNovelty();
  readonly #calibration = new Recalibration(false);
  readonly #weekly = new WeeklyUnits();
  readonly #budgetPerWeek: number;
  readonly #threshold: Threshold;
  /** Does the rule of the threshold ask for every record? */
  readonly #counts: boolean;
  /** Until when a template's verdict has been spoken, in ms of event time. */
  #spokenUntilMs = float64Column(INITIAL_TEMPLATES);
  /** M, score and bin of the records of a class that is not worth a closer look. */
  readonly #classMagnitude = float64Column(CLASSES);
  readonly #classScore = float64Column(CLASSES);
  readonly #classBin = int32Column(CLASSES);
  /** Which classes that is. */
  readonly #plain = uint8Column(CLASSES);
  /** The same by steps of p, from a 32nd on; NaN where none came since the tables were brought up to date. Not saved, and of no length in small streams. */
  #stepMagnitude = float64Column(0);
  #stepScore = float64Column(0);
  #stepBin = uint8Column(0);
  #bin = 0;
  readonly #isOn: boolean;
  /** When the oddness of a flagged record was learned last, ms. */
  #flaggedLearnedMs = -Infinity;
  /** The verdict on the record last judged. */
  magnitude = 0;
  score = 0;
  margin = 0;
  /** M that a record must exceed, as of the last closed bucket. */
  budget: number;
  confidence = 0;

  /** @param isOn false: records are counted by template, and none is odd */
  constructor(settings: EngineSettings, isOn = true) {
    this.#isOn = isOn;
    this.#budgetPerWeek = settings.budgetPerWeek;
    this.#threshold = new Threshold(settings);
    this.#counts = this.#threshold.counts;
    this.budget = this.#threshold.over(Infinity);
  }

  /** Judges the next record, of this template at this time. */
  judge(template: number, timeMs: number): void {
    if (this.novelty.stale) this.#refresh();
    if (!this.#isOn) {
      this.margin = -this.budget;
      return;
    }
    const k = this.novelty.classOf(template);
    if (this.#plain[k] === 1 && this.novelty.count[template] > 0) {
      this.magnitude = this.#classMagnitude[k];
      this.score = this.#classScore[k];
      this.#bin = this.#classBin[k];
    } else this.#judgeP(this.novelty.p(template));
    const margin = this.magnitude - this.budget;
    this.margin = margin > 0 && timeMs < this.#spokenUntilMs[template] ? 0 : margin;
  }

  /** M of a record of this template, if it came now. */
  magnitudeOf(template: number): number {
    return this.#calibration.magnitude(magnitudeOfP(this.novelty.p(template)));
  }

  /**
   * Learns the record just judged: always that it came. Its oddness too, but of flagged ones only the first in an hour: a
   * new kind of line every other day is this stream's long tail and must become less of a surprise, a burst of them not.
   */
  learn(template: number, timeMs: number): void {
    this.novelty.learn(template);
    if (!this.#isOn) return;
    if (this.#counts) this.#threshold.count(this.magnitude);
    if (this.margin > 0) {
      this.#spokenUntilMs[template] = timeMs + SPOKEN_FOR_MS;
      if (timeMs < this.#flaggedLearnedMs + LEARN_FLAGGED_EVERY_MS) return;
      this.#flaggedLearnedMs = timeMs;
    }
    this.#calibration.learnBin(this.#bin);
  }

  /** Takes in how many records a closed bucket had: the budget follows the trailing week. */
  bucketClosed(records: number, startMs: number, endMs: number): void {
    this.budget = this.#threshold.over(recordBudget(this.#weekly.add(records, startMs, endMs), this.#budgetPerWeek));
  }

  /** Nine of ten p that are looked at are not small: theirs are worked out once for p that differ by 3 % at most. */
  #judgeP(p: number): void {
    const whole = Math.floor(p * 2 ** FINEST);
    const octave = 31 - Math.clz32(whole) - LEAST_OCTAVE;
    if (octave < 0 || this.novelty.records < STEPS_FROM) {
      this.#look(magnitudeOfP(p));
      return;
    }
    if (this.#stepMagnitude.length === 0) {
      this.#stepMagnitude = float64Column(PLACES).fill(NaN);
      this.#stepScore = float64Column(PLACES);
      this.#stepBin = uint8Column(PLACES);
    }
    const place = (octave << STEPS) | ((whole >>> (octave + LEAST_OCTAVE - STEPS)) & (2 ** STEPS - 1));
    if (Number.isNaN(this.#stepMagnitude[place])) {
      const middle = 2 ** (octave + LEAST_OCTAVE - FINEST) * (1 + ((place & (2 ** STEPS - 1)) + 0.5) / 2 ** STEPS);
      this.#look(magnitudeOfP(Math.min(1, middle)));
      this.#stepMagnitude[place] = this.magnitude;
      this.#stepScore[place] = this.score;
      this.#stepBin[place] = this.#bin;
      return;
    }
    this.magnitude = this.#stepMagnitude[place];
    this.score = this.#stepScore[place];
    this.#bin = this.#stepBin[place];
  }

  #look(x: number): void {
    this.magnitude = this.#calibration.magnitude(x);
    this.score = scoreOfMagnitude(this.magnitude);
    this.#bin = binOf(x);
  }

  #refresh(): void {
    const novelty = this.novelty;
    novelty.refresh();
    this.#calibration.rebuild();
    for (let k = 0; k < CLASSES; k++) {
      const x = magnitudeOfP((novelty.rarest(k) + novelty.commonest(k)) / 2);
      this.#plain[k] = novelty.rarest(k) >= PLAIN_P ? 1 : 0;
      this.#classMagnitude[k] = this.#calibration.magnitude(x);
      this.#classScore[k] = scoreOfMagnitude(this.#classMagnitude[k]);
      this.#classBin[k] = binOf(x);
    }
    this.#stepMagnitude.fill(NaN);
    this.confidence = confidence(novelty.records, RECORDS_AT_HALF, 1, 1);
  }

  grow(capacity: number): void {
    this.novelty.grow(capacity);
    this.#spokenUntilMs = grown(this.#spokenUntilMs, capacity);
  }

  clear(index: number): void {
    this.novelty.clear(index);
    this.#spokenUntilMs[index] = 0;
  }

  merge(from: number, to: number): void {
    this.novelty.merge(from, to);
    this.#spokenUntilMs[to] = Math.max(this.#spokenUntilMs[to], this.#spokenUntilMs[from]);
    this.#spokenUntilMs[from] = 0;
  }

  save(to: StateWriter): void {
    this.novelty.save(to);
    this.#calibration.save(to);
    this.#weekly.save(to);
    this.#threshold.save(to);
    to.column(this.#spokenUntilMs);
    for (const column of [this.#classMagnitude, this.#classScore, this.#classBin, this.#plain]) to.column(column);
    to.numbers(this.budget, this.confidence, this.#flaggedLearnedMs);
  }

  load(from: StateReader): void {
    this.novelty.load(from);
    this.#calibration.load(from);
    this.#weekly.load(from);
    this.#threshold.load(from);
    this.#spokenUntilMs = grown(this.#spokenUntilMs, this.novelty.count.length);
    from.column(this.#spokenUntilMs);
    for (const column of [this.#classMagnitude, this.#classScore, this.#classBin, this.#plain]) from.column(column);
    const numbers = new Float64Array(3);
    from.column(numbers);
    [this.budget, this.confidence, this.#flaggedLearnedMs] = numbers;
  }
}

/** Steps of p: powers of two from 2^-5 to 1, 32 steps each; p is taken as a whole number of 2^-20. */
const FINEST = 20;
const LEAST_OCTAVE = 15;
const STEPS = 5;
/** Records of a stream from which on tables (3 KB) are worth it. */
const STEPS_FROM = 1_000;
const PLACES = (FINEST - LEAST_OCTAVE + 1) << STEPS;
/** A template whose rarest record has this p or more is common (M below 1): nine records of ten, by definition. */
const PLAIN_P = 0.1;
/** A template's verdict is spoken once in 24 h of event time. */
const SPOKEN_FOR_MS = 86_400_000;
const LEARN_FLAGGED_EVERY_MS = 3_600_000;
