/**
 * Verdicts on windows of so many lines of one stream. What has to do with time (rate, season, silence) has nothing to say
 * of them; what they hold is judged as it is in windows of time: templates that are not known, errors, how often each
 * template came, single figures, and the window as a whole. Each look is calibrated on past normal windows; the strongest
 * counts, and half of what the second strongest says of the same window, and that is calibrated again.
 *
 * Windows that are flagged for something new, or for errors, are not learned: what came in them only stays unknown, until
 * the state has lasted long enough to be the new normal (odd-state.ts, suspected-templates.ts). Those that are only made
 * up in another way are told and learned. A window that is at all odd is learned one window later, and only if that one
 * is not set aside.
 */
import { Recalibration } from '../../calibration/tail.ts';
import { NOT_APPLICABLE, type Evidence, type Finding, type WindowFeatures } from '../../detectors/detector.ts';
import { sidak } from '../../detectors/ensemble.ts';
import { ErrorRate } from '../../detectors/errors/error-rate.ts';
import { Families } from '../../detectors/families.ts';
import { KnownTemplates } from '../../detectors/novelty/known-templates.ts';
import { NewTemplates } from '../../detectors/novelty/new-templates.ts';
import type { PerTemplate } from '../../detectors/per-template.ts';
import { TemplateRate } from '../../detectors/rate/template-rate.ts';
import { FigureOutliers } from '../../detectors/statistics/figure-outliers.ts';
import { UnusualWindows } from '../../detectors/unusual-windows.ts';
import { windowModels } from '../../detectors/window-models.ts';
import { WindowCounts } from '../../windows/window-counts.ts';
import { type Kept, loadFamily, saveFamily } from '../streams/family-state.ts';
import { OddState } from '../streams/odd-state.ts';
import { DEFAULT_ENGINE_SETTINGS, type EngineSettings } from '../settings.ts';
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { SuspectedTemplates } from '../streams/suspected-templates.ts';

export interface LineWindowJudgement {
  /** M = −log10 p. */
  readonly magnitude: number;
  /** M − 3: from 0 on the window is flagged. */
  readonly margin: number;
  /** Flagged for what it holds that normal windows do not, and not only for how much of what. */
  readonly isStrange: boolean;
  /** Most important first. */
  readonly evidence: readonly Evidence[];
}

export class LineWindowJudge implements PerTemplate {
  /** Says which templates of a window are new. */
  readonly known = new KnownTemplates();
  readonly #novelty: NewTemplates | undefined;
  readonly #errors: ErrorRate | undefined;
  readonly #templateRate: TemplateRate | undefined;
  readonly #figures: FigureOutliers | undefined;
  readonly #unusual: UnusualWindows | undefined;
  /** Kinds of looks that are taken: novelty, errors, make-up. */
  readonly #independent: number;
  readonly #parts = Array.from({ length: LOOKS }, () => new Recalibration(true));
  readonly #whole = new Recalibration(true);
  readonly #odd = new OddState();
  readonly #x = new Float64Array(LOOKS);
  /** Start of the first window learned, and of the first one of the present odd state. */
  #firstMs = -1;
  #normalUntilMs = -1;
  #wasStrange = false;
  /** The window that is learned with the next one, and its x. */
  readonly #held = new WindowCounts(this.known);
  readonly #heldX = new Float64Array(LOOKS);
  #isHeld = false;
  readonly #suspected = new SuspectedTemplates();

  /** @param settings families that are off say nothing and learn nothing; that a template is new is known all the same */
  constructor(settings: Pick<EngineSettings, 'detectorsOff' | 'windowModels'> = DEFAULT_ENGINE_SETTINGS) {
    const families = new Families(settings.detectorsOff);
    if (families.has('novelty')) this.#novelty = new NewTemplates();
    if (families.has('error-rate')) this.#errors = new ErrorRate();
    if (families.has('template-rate')) this.#templateRate = new TemplateRate();
    if (families.has('figures')) this.#figures = new FigureOutliers();
    if (families.has('unusual-windows')) this.#unusual = new UnusualWindows(windowModels(settings.windowModels));
    const kinds = [this.#novelty, this.#errors, this.#templateRate ?? this.#figures ?? this.#unusual ?? this.#novelty];
    this.#independent = kinds.filter((kind) => kind !== undefined).length;
  }

  /** Judges a window; the judge stays as it is. */
  judge(window: WindowFeatures): LineWindowJudgement {
    const findings = this.#looks().map((detector) => detector?.judge(window) ?? NOT_APPLICABLE);
    findings.forEach((finding, i) => (this.#x[i] = finding.ready ? finding.magnitude : NaN));
    const strange = Math.max(this.#whole.magnitude(this.#combined(this.#x, false)), this.#suspected.magnitude(window));
    const magnitude = Math.max(strange, this.#magnitude(this.#x));
    const evidence = findings.flatMap((finding) => (finding.ready ? finding.evidence : []));
    evidence.sort((a, b) => b.magnitude - a.magnitude);
    return { magnitude, margin: magnitude - FLAGGED_FROM, isStrange: strange >= FLAGGED_FROM, evidence };
  }

  /** Takes in the window judged last: a strange one is set aside, unless what it shows has lasted. */
  digest(window: WindowFeatures, { magnitude, isStrange }: LineWindowJudgement): void {
    if (!isStrange || !this.#wasStrange) this.#normalUntilMs = window.startMs;
    this.#wasStrange = isStrange;
    const lasted = this.#odd.follow(window, isStrange, this.#knownMs) > 0;
    if (isStrange) this.known.setAside(window);
    if (lasted) this.#becomesNormal(window);
    else if (isStrange) this.#suspect(window);
    const accepted = this.#accept(window);
    if (this.#isHeld && !isStrange) this.#learn(this.#held, this.#heldX);
    this.#isHeld = false;
    if (!isStrange && magnitude >= HELD_FROM) {
      this.#held.copy(window);
      this.#heldX.set(this.#x);
      this.#isHeld = true;
    } else if (!isStrange) this.#learn(window, this.#x);
    else if (lasted || accepted) this.#learnContent(window);
  }

  /** Learns a window that is known to be normal. */
  learn(window: WindowFeatures): void {
    this.judge(window);
    this.#learn(window, this.#x);
  }

  /** Notes which unknown templates would have had a flagged window flagged on their own. */
  #suspect(window: WindowFeatures): void {
    const alone = new Float64Array(LOOKS);
    for (let i = 0; i < window.touchedCount; i++) {
      const template = window.touched[i];
      if (!window.isNew(template)) continue;
      alone[KNOWN] = this.#novelty === undefined ? 0 : this.known.rarity(template);
      alone[NEW] = this.#novelty?.magnitude(1, window.counts[template], window.records) ?? 0;
      alone[ERRORS] = this.#errors?.magnitude(window.errorsOf(template), window.records) ?? 0;
      const magnitude = this.#magnitude(alone);
      if (magnitude >= FLAGGED_FROM) this.#suspected.suspect(template, magnitude, window, this.#knownMs);
    }
  }

  /** For how long the normal lasted that an odd state contradicts, in ms. */
  get #knownMs(): number {
    return this.#firstMs < 0 ? 0 : this.#normalUntilMs - this.#firstMs;
  }

  /** Takes templates off suspicion that have become normal; is nothing in the window suspected any more? */
  #accept(window: WindowFeatures): boolean {
    let some = false;
    this.#suspected.follow(window, (template) => {
      this.known.accept(template, window);
      if (window.errorsOf(template) > 0) this.#errors?.loosen();
      some = true;
    });
    return some && this.#suspected.magnitude(window) === 0;
  }

  /**
   * M of a window by its looks. What windows are made of changes in more ways than any tail knows: such a look is
   * believed as far as ranks go, as if the window were the oddest of all that were seen, and no further.
   */
  #magnitude(x: Float64Array): number {
    const whole = Math.min(this.#whole.magnitude(this.#combined(x, true)), this.#byRank);
    return Math.max(whole, this.#whole.magnitude(this.#combined(x, false)));
  }

  /** M of the oddest window of all. */
  get #byRank(): number {
    return Math.log10(this.#whole.units + 1);
  }

  /** @param composed with the looks at what the window is made of */
  #combined(x: Float64Array, composed: boolean): number {
    const magnitudes = x.map((value, i) => (value > 0 ? this.#parts[i].magnitude(value) : 0));
    // That a known template is rare says how the window is made up.
    const isNew = x[KNOWN] >= this.known.rarityOfNew;
    const novelty = Math.max(isNew ? magnitudes[KNOWN] : 0, magnitudes[NEW]);
    const makeUp = Math.max(isNew ? 0 : magnitudes[KNOWN], ...magnitudes.subarray(TEMPLATES));
    const believed = composed ? Math.min(makeUp, this.#byRank) : 0;
    const [first, second] = [novelty, magnitudes[ERRORS], believed].sort((one, other) => other - one);
    return sidak(first, this.#independent) + CONSENSUS * second;
  }

  #learn(window: WindowFeatures, x: Float64Array): void {
    this.#whole.learn(this.#combined(x, true));
    this.#whole.rebuild();
    x.forEach((value, i) => {
      if (Number.isNaN(value)) return;
      this.#parts[i].learn(value);
      this.#parts[i].rebuild();
    });
    this.#learnContent(window);
  }

  #learnContent(window: WindowFeatures): void {
    if (this.#firstMs < 0) this.#firstMs = window.startMs;
    for (const detector of [this.known, ...this.#families()]) detector?.learn(window);
  }

  /** The state that this window is in has lasted. */
  #becomesNormal(window: WindowFeatures): void {
    this.#suspected.forget();
    for (let i = 0; i < window.touchedCount; i++) this.known.accept(window.touched[i], window);
    for (const part of this.#families()) part?.loosen();
  }

  /** By their look; undefined for those that are off. */
  #looks(): (Detector | undefined)[] {
    return [this.#novelty && this.known, ...this.#families()];
  }

  #families(): (Family | undefined)[] {
    return [this.#novelty, this.#errors, this.#templateRate, this.#figures, this.#unusual];
  }

  grow(capacity: number): void {
    for (const column of this.#columns()) column?.grow(capacity);
  }

  clear(index: number): void {
    for (const column of this.#columns()) column?.clear(index);
  }

  merge(from: number, to: number): void {
    for (const column of this.#columns()) column?.merge(from, to);
  }

  #columns(): (PerTemplate | undefined)[] {
    return [this.known, this.#suspected, this.#templateRate, this.#held];
  }

  save(to: StateWriter): void {
    for (const part of this.#state()) saveFamily(to, part);
    to.column(this.#heldX);
    to.numbers(this.#firstMs, this.#normalUntilMs, this.#wasStrange ? 1 : 0, this.#isHeld ? 1 : 0);
  }

  /** Call `grow` first. */
  load(from: StateReader): void {
    for (const part of this.#state()) loadFamily(from, part);
    from.column(this.#heldX);
    const numbers = new Float64Array(4);
    from.column(numbers);
    [this.#firstMs, this.#normalUntilMs] = numbers;
    this.#wasStrange = numbers[2] === 1;
    this.#isHeld = numbers[3] === 1;
  }

  #state(): (Kept | undefined)[] {
    return [this.known, ...this.#families(), ...this.#parts, this.#whole, this.#odd, this.#suspected, this.#held];
  }
}

/** What a look needs of a detector. */
interface Detector extends Kept {
  judge(window: WindowFeatures): Finding;
  learn(window: WindowFeatures): void;
}

interface Family extends Detector {
  loosen(): void;
}

/** Looks at a window. From TEMPLATES on they are at what it is made of. */
const KNOWN = 0;
const NEW = 1;
const ERRORS = 2;
const TEMPLATES = 3;
const LOOKS = 6;
/** M from which units without time are flagged. */
const FLAGGED_FROM = 3;
/** What the second strongest look adds to the strongest. */
const CONSENSUS = 0.5;
/** M of windows that wait for the next one before they are learned: one normal window in ten. */
const HELD_FROM = 1;
