/**
 * Verdicts on the closed windows of one size of one stream: detectors, their one p, recalibration, budget, learning.
 *
 * Flagged windows are not learned. A window that is at all odd but not odd enough is learned later, and only if none of
 * those that follow is flagged (held-windows.ts).
 */
import { windowBudget } from '../../calibration/budget.ts';
import { confidence, WINDOWS_AT_HALF } from '../../calibration/confidence.ts';
import { QuietAge } from '../../calibration/quiet-age.ts';
import { Recalibration } from '../../calibration/tail.ts';
import { Threshold } from '../../calibration/threshold.ts';
import type { Evidence, Finding, WindowFeatures } from '../../detectors/detector.ts';
import { sidak } from '../../detectors/ensemble.ts';
import type { DriftFigure } from '../../detectors/drift/drift-watch.ts';
import type { Families } from '../../detectors/families.ts';
import type { ValueSeries } from '../../detectors/parameters/value-series.ts';
import { windowModels } from '../../detectors/window-models.ts';
import type { Season } from '../../detectors/rate/season.ts';
import type { Cadence } from '../../detectors/silence/cadence.ts';
import { MAGNITUDE_WITH_REASONS } from '../../calibration/score.ts';
import { AlteredWindow } from '../../explain/altered-window.ts';
import { checkCauses, type Rejudge } from '../../explain/check.ts';
import type { TemplateVectors } from '../../windows/log-vector.ts';
import type { TemplateBirths } from '../../windows/window-counts.ts';
import type { PerTemplate } from '../../detectors/per-template.ts';
import { HeldWindows } from './held-windows.ts';
import { OddState } from '../streams/odd-state.ts';
import type { EngineSettings } from '../settings.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { apart } from '../../columns/small-columns.ts';
import { WindowDetectors } from './window-detectors.ts';
import type { Explained, WindowJudgement } from './window-judgement.ts';

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
  readonly #detectors: WindowDetectors;
  readonly #calibration = new Recalibration(true);
  readonly #quiet = new QuietAge();
  readonly #threshold: Threshold;
  /** M that the window judged last had to exceed. */
  budget = Infinity;
  readonly #odd = new OddState();
  readonly #sizeMs: number;
  readonly #settings: EngineSettings;
  readonly #births: TemplateBirths;
  readonly #vectors: TemplateVectors | undefined;
  #capacity = 0;
  readonly #held: HeldWindows;

  /**
   * @param families the detectors that are on
   * @param vectors of the templates, to know how a window's log vector would be without some of its records
   * @param series what the stream's values are like
   */
  constructor(
    sizeMs: number,
    settings: EngineSettings,
    families: Families,
    births: TemplateBirths,
    vectors?: TemplateVectors,
    series?: ValueSeries,
  ) {
    this.#held = new HeldWindows(sizeMs, births, (...learned) => this.#learn(...learned));
    this.#sizeMs = sizeMs;
    this.#settings = settings;
    this.#threshold = new Threshold(settings);
    this.#births = births;
    this.#vectors = vectors;
    this.#detectors = new WindowDetectors(sizeMs, families, windowModels(settings.windowModels), series);
  }

  /** Judges a window, then learns it if it may be learned. Cadence is the stream's, known without a gap since `knownFromMs`. */
  take(window: WindowFeatures, cadence: Cadence, knownFromMs: number, season?: Season): WindowJudgement {
    const seasonal = season?.factor(window.startMs, LEVEL_WINDOWS * this.#sizeMs) ?? 1;
    const findings = this.#detectors.judge(window, cadence, knownFromMs, seasonal);
    const ready = findings.filter((finding) => finding.ready);
    const x = claimOf(ready);
    const age = this.#quiet.binOf(window);
    const magnitude = age < 0 ? this.#magnitude(x, ready) : this.#magnitudeOfEmpty(x, age);
    const band = this.#detectors.band(seasonal);
    const known = confidence(this.#calibration.units, WINDOWS_AT_HALF, ready.length, findings.length);
    this.budget = this.#threshold.over(windowBudget(this.#sizeMs, this.#settings.budgetPerWeek));
    this.#threshold.count(magnitude);
    const margin = magnitude - this.budget;
    const evidence = ready.flatMap((finding) => finding.evidence).sort((a, b) => b.magnitude - a.magnitude);
    const explained =
      margin > 0 ? this.#explain(window, evidence, magnitude, this.#rejudge(cadence, knownFromMs, seasonal)) : {};
    const isTold = this.#sizeMs === ALWAYS_TOLD_MS || magnitude >= MAGNITUDE_WITH_REASONS || margin > 0;
    // Before the window is learned: it must not have been expected because it came.
    const counts = isTold ? this.#detectors.counts(window) : [];
    const acceptedAfterHours = this.#odd.follow(window, margin > 0, this.#calibration.units * this.#sizeMs);
    if (acceptedAfterHours > 0) this.#accept(window.endMs, cadence);
    // While a service is restarted it says nothing of how much it says.
    const restarted = margin <= 0 && (window.upShare ?? 1) < 1;
    if (!window.incomplete && !restarted)
      this.#digest(window, { x, age, magnitude, normal: margin <= 0, accepted: acceptedAfterHours > 0 });
    return { magnitude, margin, confidence: known, evidence, band, counts, acceptedAfterHours, ...explained };
  }

  /** Tests the reasons of a flagged window, before anything is made of it. */
  #explain(window: WindowFeatures, evidence: readonly Evidence[], magnitude: number, rejudge: Rejudge): Explained {
    const altered = apart(() => new AlteredWindow(window, this.#births, this.#capacity, this.#vectors));
    const check = checkCauses(altered, evidence, magnitude, this.budget, rejudge);
    return { check, nearestNormal: this.#detectors.nearestNormal(window) };
  }

  /** Judges other windows with what is known now, without a trace. */
  #rejudge(cadence: Cadence, knownFromMs: number, seasonal: number): Rejudge {
    const copy = apart(() => this.#detectors.copy(this.#capacity));
    return (window, unheard) => {
      const heard = copy
        .judge(window, cadence, knownFromMs, seasonal)
        .filter(({ ready, evidence }) => ready && !evidence.some(({ kind }) => unheard.has(kind)));
      return this.#magnitude(claimOf(heard), heard);
    };
  }

  /** M of what detectors claim together, and of what was measured beside it. */
  #magnitude(x: number, ready: readonly Finding[]): number {
    const claimed = this.#calibration.magnitude(x);
    const measured = ready.filter((finding) => finding.measured).map(({ magnitude }) => magnitude);
    return sidak(Math.max(claimed, ...measured), 1 + measured.length);
  }

  /** Which one of many equal windows it is tells them apart, but gives no reason: it leads below where reasons begin. */
  #magnitudeOfEmpty(x: number, age: number): number {
    const byAge = Math.min(this.#calibration.magnitude(x, this.#quiet.rank(age)), MOST_BY_AGE);
    return Math.max(this.#calibration.magnitude(x, 1), byAge);
  }

  #digest(window: WindowFeatures, judged: Judged): void {
    const { x, age, magnitude, normal, accepted } = judged;
    if (normal) this.#held.take(window, x, age, magnitude, this.#calibration.units);
    else {
      this.#held.drop();
      if (accepted) this.#learn(window, x, age);
      else this.#detectors.noteOdd(window);
    }
    this.#calibration.rebuild();
  }

  #learn(window: WindowFeatures, x: number, age: number): void {
    this.#detectors.learn(window);
    this.#calibration.learn(x);
    this.#quiet.learn(age);
  }

  /** What was learned of this figure holds no longer: the next windows set it anew. */
  drifted(figure: DriftFigure): void {
    this.#detectors.drifted(figure);
  }

  #accept(endMs: number, cadence: Cadence): void {
    this.#detectors.loosen();
    cadence.accept(endMs);
  }

  grow(capacity: number): void {
    this.#capacity = Math.max(this.#capacity, capacity);
    this.#detectors.grow(capacity);
    this.#held.grow(capacity);
  }

  clear(index: number): void {
    this.#detectors.clear(index);
    this.#held.clear(index);
  }

  merge(from: number, to: number): void {
    this.#detectors.merge(from, to);
    this.#held.merge(from, to);
  }

  save(to: StateWriter): void {
    for (const part of this.#parts()) part.save(to);
    to.number(this.budget);
  }

  /** Call `grow` first. */
  load(from: StateReader): void {
    for (const part of this.#parts()) part.load(from);
    this.budget = from.number();
  }

  #parts(): { save(to: StateWriter): void; load(from: StateReader): void }[] {
    return [this.#detectors, this.#calibration, this.#quiet, this.#held, this.#odd, this.#threshold];
  }
}

/** −log10 of the one p that detectors claim, before it is known what that is worth. */
function claimOf(ready: readonly Finding[]): number {
  const claims = ready.filter((finding) => !finding.measured).map(({ magnitude }) => magnitude);
  return sidak(Math.max(0, ...claims), claims.length);
}

/** The size of window whose counts are told of each; of others only where there are reasons. */
const ALWAYS_TOLD_MS = 300_000;
/** Windows that the level of the rate remembers. */
const LEVEL_WINDOWS = 60;
const MOST_BY_AGE = MAGNITUDE_WITH_REASONS - 0.01;
