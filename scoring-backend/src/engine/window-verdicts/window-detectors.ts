/** The detectors that look at the closed windows of one size, as far as their families are on. */
import type { Finding, WindowFeatures } from '../../detectors/detector.ts';
import type { DriftFigure } from '../../detectors/drift/drift-watch.ts';
import { ErrorRate } from '../../detectors/errors/error-rate.ts';
import type { Families } from '../../detectors/families.ts';
import { NewErrors } from '../../detectors/novelty/new-errors.ts';
import { NewTemplates } from '../../detectors/novelty/new-templates.ts';
import type { ValueSeries } from '../../detectors/parameters/value-series.ts';
import { ValueShift } from '../../detectors/parameters/value-shift.ts';
import type { PerTemplate } from '../../detectors/per-template.ts';
import { StreamRate } from '../../detectors/rate/stream-rate.ts';
import { type TemplateCount, TemplateRate } from '../../detectors/rate/template-rate.ts';
import { OddSessions } from '../../detectors/sequence/odd-sessions.ts';
import type { Cadence } from '../../detectors/silence/cadence.ts';
import { FigureOutliers } from '../../detectors/statistics/figure-outliers.ts';
import { UnusualWindows } from '../../detectors/unusual-windows.ts';
import type { WindowModel } from '../../detectors/window-models.ts';
import type { NearestNormal } from '../../explain/explanation.ts';
import { type Kept, loadFamily, saveFamily } from '../streams/family-state.ts';
import { StateReader, StateWriter } from '../../columns/state-codec.ts';

export class WindowDetectors implements PerTemplate {
  readonly #rate: StreamRate | undefined;
  readonly #templateRate: TemplateRate | undefined;
  readonly #errors: ErrorRate | undefined;
  readonly #novelty: NewTemplates | undefined;
  readonly #newErrors: NewErrors | undefined;
  readonly #figures: FigureOutliers | undefined;
  readonly #shift: ValueShift | undefined;
  readonly #sessions: OddSessions | undefined;
  #unusual: UnusualWindows | undefined;
  readonly #sizeMs: number;
  readonly #families: Families;
  readonly #models: readonly WindowModel[];
  readonly #series: ValueSeries | undefined;

  /**
   * @param models that look at whole windows
   * @param series what the stream's values are like, where they are followed
   */
  constructor(sizeMs: number, families: Families, models: readonly WindowModel[], series?: ValueSeries) {
    this.#models = models;
    this.#sizeMs = sizeMs;
    this.#families = families;
    this.#series = series;
    if (families.has('rate')) this.#rate = new StreamRate();
    if (families.has('template-rate')) this.#templateRate = new TemplateRate();
    if (families.has('error-rate')) this.#errors = new ErrorRate();
    if (families.has('novelty')) {
      this.#novelty = new NewTemplates();
      this.#newErrors = new NewErrors();
    }
    if (families.has('figures')) this.#figures = new FigureOutliers();
    if (families.has('value-shift')) this.#shift = new ValueShift();
    if (families.has('sessions')) this.#sessions = new OddSessions();
    if (families.has('unusual-windows'))
      this.#unusual = sizeMs === MODELLED_MS ? new UnusualWindows(models) : new UnusualWindows([], NEIGHBOURS_KEPT);
  }

  /**
   * What each detector says that has something to say about such windows.
   * @param cadence the stream's, known without a gap since `knownFromMs`
   * @param season by which the season lifts this window above those before it
   */
  judge(window: WindowFeatures, cadence: Cadence, knownFromMs: number, season: number): Finding[] {
    const series = this.#series;
    return [
      this.#rate?.judge(window, season),
      this.#templateRate?.judge(window, season),
      this.#errors?.judge(window),
      ...this.#judgeNew(window),
      this.#figures?.judge(window),
      series && this.#shift?.judge(window, series),
      this.#sessions?.judge(window),
      this.#unusual?.judge(window),
      window.incomplete ? undefined : cadence.judge(window.endMs, knownFromMs),
    ]
      .filter((finding) => finding !== undefined)
      .filter((finding) => finding.applicable);
  }

  /** Two looks at what is new: the louder one gives the reason, since both would name the same. */
  #judgeNew(window: WindowFeatures): Finding[] {
    const [all, errors] = [this.#novelty?.judge(window), this.#newErrors?.judge(window)];
    if (all === undefined || errors === undefined) return [];
    if (!all.applicable || !errors.applicable) return [all, errors];
    const quieter = all.magnitude < errors.magnitude ? all : errors;
    return [all, errors].map((finding) => (finding === quieter ? { ...finding, evidence: [] } : finding));
  }

  /** The band that 90 % of normal windows' record counts lie in; [0, 0] while that is not known. */
  band(season: number): readonly [number, number] {
    return this.#rate?.band(season) ?? NO_BAND;
  }

  /** How often templates came, and as a rule come, in such a window. */
  counts(window: WindowFeatures): TemplateCount[] {
    if (this.#templateRate !== undefined) return this.#templateRate.counts(window);
    const touched = [...window.touched.subarray(0, window.touchedCount)];
    return touched.map((template) => ({ template, count: window.counts[template], expected: NaN }));
  }

  /** The normal window most like this one, as far as windows are remembered as a whole. */
  nearestNormal(window: WindowFeatures): NearestNormal | undefined {
    return this.#unusual?.nearestNormal(window);
  }

  learn(window: WindowFeatures): void {
    const series = this.#series;
    this.#rate?.learn(window);
    this.#templateRate?.learn(window);
    this.#errors?.learn(window);
    this.#novelty?.learn(window);
    this.#newErrors?.learn(window);
    this.#figures?.learn(window);
    if (series !== undefined) this.#shift?.learn(window, series);
    this.#sessions?.learn(window);
    this.#unusual?.learn(window);
  }

  /** A flagged window is not learned, but what comes again and again is remembered as a mode of the stream. */
  noteOdd(window: WindowFeatures): void {
    this.#rate?.noteOdd(window);
    this.#templateRate?.noteOdd(window);
    this.#newErrors?.noteOdd(window);
    this.#figures?.noteOdd(window);
    if (this.#series !== undefined) this.#shift?.noteOdd(window, this.#series);
  }

  /** What was learned of this figure holds no longer: the next windows set it anew. */
  drifted(figure: DriftFigure): void {
    if (figure === 'event_count') this.#rate?.loosen();
    else if (figure === 'error_rate') this.#errors?.loosen();
    else if (figure === 'response_time_avg') this.#figures?.loosen();
    else if (figure === 'oov_rate') this.#novelty?.loosen();
    else this.#unusual?.loosen();
  }

  /** An odd state is the new normal: what was learned before counts for less. */
  loosen(): void {
    this.#rate?.loosen();
    this.#templateRate?.loosen();
    this.#errors?.loosen();
    this.#novelty?.loosen();
    this.#figures?.loosen();
    this.#shift?.loosen();
    this.#sessions?.loosen();
    this.#series?.loosen();
    this.#unusual?.loosen();
  }

  /**
   * Others that know the same, to judge without a trace: what detectors note while they judge is noted in these. Looking at
   * a whole window changes nothing, and its models take time to make: these are shared.
   */
  copy(capacity: number): WindowDetectors {
    const copy = new WindowDetectors(this.#sizeMs, this.#families, this.#models, this.#series);
    copy.grow(capacity);
    const state = new StateWriter();
    for (const part of this.#counting()) part?.save(state);
    const reader = new StateReader(state.finish());
    for (const part of copy.#counting()) part?.load(reader);
    copy.#unusual = this.#unusual;
    return copy;
  }

  grow(capacity: number): void {
    this.#templateRate?.grow(capacity);
  }

  clear(index: number): void {
    this.#templateRate?.clear(index);
    this.#shift?.clear(index);
  }

  merge(from: number, to: number): void {
    this.#templateRate?.merge(from, to);
    this.#shift?.clear(from);
    this.#shift?.clear(to);
  }

  save(to: StateWriter): void {
    for (const part of [...this.#counting(), this.#unusual]) saveFamily(to, part);
  }

  /** Call `grow` first. */
  load(from: StateReader): void {
    for (const part of [...this.#counting(), this.#unusual]) loadFamily(from, part);
  }

  #counting(): (Kept | undefined)[] {
    return [
      ...[this.#rate, this.#templateRate, this.#errors, this.#novelty, this.#newErrors],
      ...[this.#figures, this.#shift, this.#sessions],
    ];
  }
}

/** The size of window that models look at as a whole: 30 s hold few records, and 5 min are late. */
const MODELLED_MS = 60_000;
/** Windows of other sizes that are kept to show the nearest one. */
const NEIGHBOURS_KEPT = 64;
const NO_BAND = [0, 0] as const;
