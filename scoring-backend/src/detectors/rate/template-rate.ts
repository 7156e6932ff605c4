/**
 * Too many or too few records of one template, each against its own history. A count may be explained in four ways, and
 * is as odd as the best of them says: by the template's level, by the level in proportion to the rest of the stream (when
 * traffic doubles, most templates do: that is the stream's affair) or to its season, as a burst of something rare (burst-size.ts), and by a
 * mode that the template is known to have (recurring.ts).
 *
 * Columns are brought up to date only when a template is seen: windows without it are accounted for in closed form when
 * it comes back. Only *steady* templates (usually several per window) can be missed, and they are looked at always;
 * single absences of rarer ones are the business of silence.
 */
import type { StateReader, StateWriter } from '../../engine/state-codec.ts';
import { NOT_READY, type Evidence, type Finding, type WindowFeatures } from '../detector.ts';
import { sidak } from '../ensemble.ts';
import { INITIAL_TEMPLATES, type PerTemplate } from '../per-template.ts';
import { twoSidedMagnitude, upperMagnitude } from '../statistics/negative-binomial.ts';
import { burstMagnitude, logOfSize } from './burst-size.ts';
import { MOSTLY_PRESENT } from './count-level.ts';
import { CountPrediction, surprise, type CountPrior } from './count-model.ts';
import { RecurringStates } from './recurring.ts';
import { float64Column, grown, uint8Column } from '../../columns/small-columns.ts';

/** How often a template came in a window, and by its level should have; NaN while that is not known. */
export interface TemplateCount {
  readonly template: number;
  readonly count: number;
  readonly expected: number;
}

export class TemplateRate implements PerTemplate {
  #sum = float64Column(INITIAL_TEMPLATES);
  #weight = float64Column(INITIAL_TEMPLATES);
  #surprises = float64Column(INITIAL_TEMPLATES);
  #surpriseWeight = float64Column(INITIAL_TEMPLATES);
  /** Weight of the windows with the template, of all, and of the logarithms of its counts in them: remembered longer. */
  #present = float64Column(INITIAL_TEMPLATES);
  #presentOf = float64Column(INITIAL_TEMPLATES);
  #logs = float64Column(INITIAL_TEMPLATES);
  /** Number of learned windows when the template's columns were last brought up to date. */
  #learnedAt = float64Column(INITIAL_TEMPLATES);
  /** Learned windows in all. */
  #learned = 0;
  #steady: number[] = [];
  #isSteady = uint8Column(INITIAL_TEMPLATES);
  readonly #prediction = new CountPrediction();
  readonly #modes = new RecurringStates();
  /** The level of the whole stream's count. */
  #records = 0;
  #windows = 0;

  /** @param season by which the stream's season lifts or lowers this window above those before it */
  judge(window: WindowFeatures, season = 1): Finding {
    if (this.#learned === 0) return NOT_READY;
    this.#modes.count();
    const found: Evidence[] = [];
    let largest = 0;
    this.#each(window, (index) => {
      const evidence = this.#look(index, window, season);
      if (evidence === undefined) return;
      largest = Math.max(largest, evidence.magnitude);
      if (evidence.magnitude > WORTH_TELLING) found.push(evidence);
    });
    found.sort((a, b) => b.magnitude - a.magnitude || a.template - b.template);
    const magnitude = sidak(largest, window.templates);
    return { applicable: true, ready: true, magnitude, evidence: found.slice(0, MOST_TOLD) };
  }

  /** The counts of the templates that came in a window, and of the steady ones that did not. */
  counts(window: WindowFeatures): TemplateCount[] {
    const found: TemplateCount[] = [];
    this.#each(window, (template) => {
      this.#catchUp(template);
      const expected = this.#weight[template] < LEARNED ? NaN : this.#sum[template] / this.#weight[template];
      found.push({ template, count: window.counts[template], expected });
    });
    return found;
  }

  learn(window: WindowFeatures): void {
    this.#each(window, (index) => {
      if (this.#byLevel(index, window) > ODD && this.#note(index, window)) this.#learnedAt[index] = this.#learned + 1;
      else this.#learn(index, window.counts[index]);
    });
    this.#learned++;
    this.#records = this.#records * KEEP + window.records;
    this.#windows = this.#windows * KEEP + 1;
    this.#steady = this.#steady.filter((index) => this.#isSteady[index] === 1);
  }

  /** Takes in a window that is not learned, because it was flagged. */
  noteOdd(window: WindowFeatures): void {
    if (this.#learned === 0) return;
    this.#each(window, (index) => {
      if (this.#byLevel(index, window) > ODD) this.#note(index, window);
    });
  }

  loosen(): void {
    for (let i = 0; i < this.#weight.length; i++) {
      const factor = this.#weight[i] > 1 ? 1 / this.#weight[i] : 1;
      this.#sum[i] *= factor;
      this.#weight[i] *= factor;
    }
  }

  grow(capacity: number): void {
    this.#sum = grown(this.#sum, capacity);
    this.#weight = grown(this.#weight, capacity);
    this.#surprises = grown(this.#surprises, capacity);
    this.#surpriseWeight = grown(this.#surpriseWeight, capacity);
    this.#present = grown(this.#present, capacity);
    this.#presentOf = grown(this.#presentOf, capacity);
    this.#logs = grown(this.#logs, capacity);
    this.#learnedAt = grown(this.#learnedAt, capacity);
    this.#isSteady = grown(this.#isSteady, capacity);
  }

  clear(index: number): void {
    this.#sum[index] = 0;
    this.#weight[index] = 0;
    this.#surprises[index] = 0;
    this.#surpriseWeight[index] = 0;
    this.#present[index] = 0;
    this.#presentOf[index] = 0;
    this.#logs[index] = 0;
    this.#learnedAt[index] = 0;
    this.#modes.clear(2 * index);
    this.#modes.clear(2 * index + 1);
    if (this.#isSteady[index] === 1) {
      this.#isSteady[index] = 0;
      this.#steady.splice(this.#steady.indexOf(index), 1);
    }
  }

  merge(from: number, to: number): void {
    this.#catchUp(from);
    this.#catchUp(to);
    this.#sum[to] += this.#sum[from];
    if (this.#weight[from] > this.#weight[to]) this.#weight[to] = this.#weight[from];
    if (this.#surpriseWeight[from] > this.#surpriseWeight[to]) {
      this.#surprises[to] = this.#surprises[from];
      this.#surpriseWeight[to] = this.#surpriseWeight[from];
    }
    if (this.#presentOf[from] > this.#presentOf[to]) this.#presentOf[to] = this.#presentOf[from];
    this.#present[to] = Math.min(this.#presentOf[to], this.#present[to] + this.#present[from]);
    this.#logs[to] += this.#logs[from];
    this.#modes.merge(2 * from, 2 * to);
    this.#modes.merge(2 * from + 1, 2 * to + 1);
    this.clear(from);
  }

  /** The templates that were seen, and the steady ones that were not. */
  #each(window: WindowFeatures, visit: (index: number) => void): void {
    for (let i = 0; i < window.touchedCount; i++) visit(window.touched[i]);
    for (const index of this.#steady) if (window.counts[index] === 0) visit(index);
  }

  #look(index: number, window: WindowFeatures, season: number): Evidence | undefined {
    const byLevel = this.#byLevel(index, window, season);
    if (byLevel === 0) return undefined;
    const actual = window.counts[index];
    const magnitude = this.#modes.explained(
      this.#key(index, window),
      byLevel,
      this.#size(index, window),
      window.startMs,
    );
    const expected = this.#sum[index] / this.#weight[index];
    return { kind: 'template_rate', magnitude, expected, actual, unit: 'records', template: index };
  }

  /** How odd the count is, modes aside. */
  #byLevel(index: number, window: WindowFeatures, season = 1): number {
    this.#catchUp(index);
    const weight = this.#weight[index];
    // Before its first learned window a template is new: novelty's business.
    if (weight < LEARNED) return 0;
    const count = window.counts[index];
    const { mean, variance } = this.#predict(index, 1);
    const distance = count - mean;
    // Within two standard deviations nothing can come of it; saves the tail's computation for nearly all.
    if (distance * distance < 4 * variance) return 0;
    if (distance < 0 && (window.incomplete || weight < MIN_WINDOWS_TO_MISS)) return 0;
    const tail = this.#isSteady[index] === 1 ? twoSidedMagnitude : upperMagnitude;
    let magnitude = tail(count, mean, variance);
    const present = (this.#present[index] + 0.5) / (this.#presentOf[index] + 1);
    if (distance > 0 && present <= MOSTLY_PRESENT) {
      const burst = -Math.log10(present) + burstMagnitude(count, this.#present[index], this.#logs[index]);
      magnitude = Math.min(magnitude, burst);
    }
    const others = (window.records - count + 1) / (Math.max(0, this.#records / this.#windows - mean) + 1);
    for (const factor of [others, season]) {
      if (magnitude === 0 || factor === 1 || factor > 1 !== distance > 0) continue;
      const inProportion = this.#predict(index, factor);
      const stillOdd = (count - inProportion.mean) * distance > 0;
      magnitude = stillOdd ? Math.min(magnitude, tail(count, inProportion.mean, inProportion.variance)) : 0;
    }
    return magnitude;
  }

  #predict(index: number, factor: number): CountPrediction {
    const [sum, surprises] = [this.#sum[index] * factor, this.#surprises[index]];
    return this.#prediction.set(sum, this.#weight[index], surprises, this.#surpriseWeight[index], PRIOR);
  }

  /** A template has two modes: more than its level, and less. */
  #key(index: number, window: WindowFeatures): number {
    return 2 * index + (window.counts[index] * this.#weight[index] >= this.#sum[index] ? 1 : 0);
  }

  /** What a mode is a size of: records above the level; below it, how many times fewer they are. */
  #size(index: number, window: WindowFeatures): number {
    const count = window.counts[index];
    const [sum, weight] = [this.#sum[index], this.#weight[index]];
    return count * weight >= sum ? count + 1 : (sum / weight + 1) / (count + 1);
  }

  /** True when the count belongs to a mode, and not to the level. */
  #note(index: number, window: WindowFeatures): boolean {
    return this.#modes.note(this.#key(index, window), window.startMs, window.endMs, this.#size(index, window));
  }

  #learn(index: number, count: number): void {
    this.#catchUp(index);
    if (this.#weight[index] > LEARNED) {
      const surprised = surprise(count, this.#sum[index], this.#weight[index], PRIOR);
      this.#surprises[index] = this.#surprises[index] * KEEP + surprised;
      this.#surpriseWeight[index] = this.#surpriseWeight[index] * KEEP + 1;
    }
    this.#sum[index] = this.#sum[index] * KEEP + count;
    this.#weight[index] = this.#weight[index] * KEEP + 1;
    this.#present[index] *= KEEP_BURSTS;
    this.#presentOf[index] = this.#presentOf[index] * KEEP_BURSTS + 1;
    this.#logs[index] *= KEEP_BURSTS;
    if (count > 0) {
      this.#present[index]++;
      this.#logs[index] += logOfSize(count);
    }
    this.#learnedAt[index] = this.#learned + 1;
    const mean = this.#sum[index] / this.#weight[index];
    if (mean >= STEADY_FROM && this.#isSteady[index] === 0) {
      this.#isSteady[index] = 1;
      this.#steady.push(index);
    } else if (mean < STEADY_FROM / 2) this.#isSteady[index] = 0;
  }

  /** Learns the windows since the template's last one, in which it was not seen. */
  #catchUp(index: number): void {
    const windows = this.#learned - this.#learnedAt[index];
    this.#learnedAt[index] = this.#learned;
    if (windows <= 0 || this.#weight[index] === 0) return;
    const kept = KEEP ** windows;
    const surprised = surprise(0, this.#sum[index], this.#weight[index], PRIOR);
    this.#sum[index] *= kept;
    this.#weight[index] = this.#weight[index] * kept + (1 - kept) * MEMORY;
    const keptBursts = KEEP_BURSTS ** windows;
    this.#present[index] *= keptBursts;
    this.#presentOf[index] = this.#presentOf[index] * keptBursts + (1 - keptBursts) * MEMORY_OF_BURSTS;
    this.#logs[index] *= keptBursts;
    this.#surprises[index] = this.#surprises[index] * kept + surprised * (1 - kept) * MEMORY;
    this.#surpriseWeight[index] = this.#surpriseWeight[index] * kept + (1 - kept) * MEMORY;
  }

  save(to: StateWriter): void {
    to.number(this.#sum.length);
    for (const column of this.#columns()) to.column(column);
    to.column(this.#isSteady);
    to.number(this.#learned);
    to.number(this.#steady.length);
    to.column(Float64Array.from(this.#steady));
    to.column(Float64Array.of(this.#records, this.#windows));
    this.#modes.save(to);
  }

  load(from: StateReader): void {
    this.grow(from.number());
    for (const column of this.#columns()) from.column(column);
    from.column(this.#isSteady);
    this.#learned = from.number();
    const steady = new Float64Array(from.number());
    from.column(steady);
    this.#steady = [...steady];
    const level = new Float64Array(2);
    from.column(level);
    [this.#records, this.#windows] = level;
    this.#modes.load(from);
  }

  #columns(): Float64Array[] {
    const counts = [this.#sum, this.#weight, this.#surprises, this.#surpriseWeight];
    return [...counts, this.#present, this.#presentOf, this.#logs, this.#learnedAt];
  }
}

const PRIOR: CountPrior = { burst: 3, spread: 0.2, windows: 4 };
/** Windows that a template's level remembers. */
const MEMORY = 240;
const KEEP = 1 - 1 / MEMORY;
const MEMORY_OF_BURSTS = 32 * MEMORY;
const KEEP_BURSTS = 1 - 1 / MEMORY_OF_BURSTS;
/** Weight of a template that was in a learned window. */
const LEARNED = 0.9;
/** Records per window from which a template's absence is worth a look. */
const STEADY_FROM = 4;
const MIN_WINDOWS_TO_MISS = 4;
/** Magnitude by the level alone from which a count may be a mode's. */
const ODD = 4;
const WORTH_TELLING = 1.3;
const MOST_TOLD = 3;
