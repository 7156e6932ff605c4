/**
 * Verdicts on the closed windows of one size of one stream: detectors, their one p, recalibration, budget, learning.
 *
 * Flagged windows are not learned. A window that is odd but not odd enough (M ≥ 2) is learned one window later, and only
 * if that one is not flagged: a fault mostly begins in the middle of a window, and learning its first half as normal
 * would hide the rest of it from a young stream.
 */
import { windowBudget } from '../calibration/budget.ts';
import { confidence, WINDOWS_AT_HALF } from '../calibration/confidence.ts';
import { QuietAge } from '../calibration/quiet-age.ts';
import { Recalibration } from '../calibration/tail.ts';
import type { Evidence, WindowFeatures } from '../detectors/detector.ts';
import { sidak } from '../detectors/ensemble.ts';
import { ErrorRate } from '../detectors/errors/error-rate.ts';
import { NewTemplates } from '../detectors/novelty/new-templates.ts';
import { StreamRate } from '../detectors/rate/stream-rate.ts';
import { TemplateRate } from '../detectors/rate/template-rate.ts';
import type { Cadence } from '../detectors/silence/cadence.ts';
import { MAGNITUDE_WITH_REASONS } from '../calibration/score.ts';
import { WindowCounts, type TemplateBirths } from '../windows/window-counts.ts';
import type { PerTemplate } from '../detectors/per-template.ts';
import { OddState } from './odd-state.ts';
import type { StateReader, StateWriter } from './state-codec.ts';

export interface WindowJudgement {
  readonly magnitude: number;
  readonly margin: number;
  readonly confidence: number;
  /** Most important first. */
  readonly evidence: readonly Evidence[];
  /** The band that 90 % of normal windows' record counts lie in. */
  readonly band: readonly [number, number];
  /** Hours that an odd state has lasted when it is accepted as the new normal, else 0. */
  readonly acceptedAfterHours: number;
}

/** What was found about a window, as far as learning asks for it. */
interface Judged {
  readonly x: number;
  /** Its bin of age, of an empty window. */
  readonly age: number;
  readonly magnitude: number;
  readonly normal: boolean;
  readonly accepted: boolean;
}

export class WindowJudge implements PerTemplate {
  readonly #templateRate = new TemplateRate();
  readonly #rate = new StreamRate();
  readonly #errors = new ErrorRate();
  readonly #novelty = new NewTemplates();
  readonly #calibration = new Recalibration(true);
  readonly #quiet = new QuietAge();
  readonly #budget: number;
  readonly #odd = new OddState();
  readonly #sizeMs: number;
  /** The window that is learned with the next one, its x (-1: none is held) and its bin of age. */
  readonly #held: WindowCounts;
  #heldX = -1;
  #heldAge = -1;

  constructor(sizeMs: number, budgetPerWeek: number, births: TemplateBirths) {
    this.#held = new WindowCounts(births);
    this.#sizeMs = sizeMs;
    this.#budget = windowBudget(sizeMs, budgetPerWeek);
  }

  /** Judges a window, then learns it if it may be learned. Cadence is the stream's, known without a gap since `knownFromMs`. */
  take(window: WindowFeatures, cadence: Cadence, knownFromMs: number): WindowJudgement {
    const findings = [
      this.#rate.judge(window),
      this.#templateRate.judge(window),
      this.#errors.judge(window),
      this.#novelty.judge(window),
      ...(window.incomplete ? [] : [cadence.judge(window.endMs, knownFromMs)]),
    ].filter((finding) => finding.applicable);
    const ready = findings.filter((finding) => finding.ready);
    const x = sidak(Math.max(0, ...ready.map((finding) => finding.magnitude)), ready.length);
    const age = this.#quiet.binOf(window);
    const magnitude = age < 0 ? this.#calibration.magnitude(x) : this.#magnitudeOfEmpty(x, age);
    const band = this.#rate.band();
    const known = confidence(this.#calibration.units, WINDOWS_AT_HALF, ready.length, findings.length);
    const margin = magnitude - this.#budget;
    const acceptedAfterHours = this.#odd.follow(window, margin > 0, this.#calibration.units * this.#sizeMs);
    if (acceptedAfterHours > 0) this.#accept(window.endMs, cadence);
    if (!window.incomplete)
      this.#digest(window, { x, age, magnitude, normal: margin <= 0, accepted: acceptedAfterHours > 0 });
    const evidence = ready.flatMap((finding) => finding.evidence).sort((a, b) => b.magnitude - a.magnitude);
    return { magnitude, margin, confidence: known, evidence, band, acceptedAfterHours };
  }

  /** Which one of many equal windows it is tells them apart, but gives no reason: it leads below where reasons begin. */
  #magnitudeOfEmpty(x: number, age: number): number {
    const byAge = Math.min(this.#calibration.magnitude(x, this.#quiet.rank(age)), MOST_BY_AGE);
    return Math.max(this.#calibration.magnitude(x, 1), byAge);
  }

  #digest(window: WindowFeatures, judged: Judged): void {
    const { x, age, magnitude, normal, accepted } = judged;
    if (this.#heldX >= 0 && normal) this.#learn(this.#held, this.#heldX, this.#heldAge);
    this.#heldX = -1;
    if (normal && magnitude >= MAGNITUDE_WITH_REASONS) {
      this.#held.copy(window);
      this.#heldX = x;
      this.#heldAge = age;
    } else if (normal || accepted) this.#learn(window, x, age);
    this.#calibration.rebuild();
  }

  #learn(window: WindowFeatures, x: number, age: number): void {
    this.#rate.learn(window);
    this.#templateRate.learn(window);
    this.#errors.learn(window);
    this.#novelty.learn(window);
    this.#calibration.learn(x);
    this.#quiet.learn(age);
  }

  #accept(endMs: number, cadence: Cadence): void {
    this.#rate.loosen();
    this.#templateRate.loosen();
    this.#errors.loosen();
    this.#novelty.loosen();
    cadence.accept(endMs);
  }

  grow(capacity: number): void {
    this.#templateRate.grow(capacity);
    this.#held.grow(capacity);
  }

  clear(index: number): void {
    this.#templateRate.clear(index);
    this.#held.clear(index);
  }

  merge(from: number, to: number): void {
    this.#templateRate.merge(from, to);
    this.#held.merge(from, to);
  }

  save(to: StateWriter): void {
    for (const part of this.#parts()) part.save(to);
    to.number(this.#heldX);
    to.number(this.#heldAge);
  }

  /** Call `grow` first. */
  load(from: StateReader): void {
    for (const part of this.#parts()) part.load(from);
    this.#heldX = from.number();
    this.#heldAge = from.number();
  }

  #parts(): { save(to: StateWriter): void; load(from: StateReader): void }[] {
    return [
      this.#rate,
      this.#templateRate,
      this.#errors,
      this.#novelty,
      this.#calibration,
      this.#quiet,
      this.#held,
      this.#odd,
    ];
  }
}

const MOST_BY_AGE = MAGNITUDE_WITH_REASONS - 0.01;
