/**
 * Too many or too few records of one template, each against its own history.
 *
 * Columns are brought up to date only when a template is seen: windows without it are accounted for in closed form when
 * it comes back. Only *steady* templates (usually several per window) can be missed, and they are looked at always;
 * single absences of rarer ones are the business of silence.
 */
import type { StateReader, StateWriter } from '../../engine/state-codec.ts';
import { NOT_READY, type Evidence, type Finding, type WindowFeatures } from '../detector.ts';
import { sidak } from '../ensemble.ts';
import { grown, INITIAL_TEMPLATES, type PerTemplate } from '../per-template.ts';
import { twoSidedMagnitude, upperMagnitude } from '../statistics/negative-binomial.ts';
import { CountPrediction, surprise, type CountPrior } from './count-model.ts';

export class TemplateRate implements PerTemplate {
  #sum = new Float64Array(INITIAL_TEMPLATES);
  #weight = new Float64Array(INITIAL_TEMPLATES);
  #surprises = new Float64Array(INITIAL_TEMPLATES);
  #surpriseWeight = new Float64Array(INITIAL_TEMPLATES);
  /** Number of learned windows when the template's columns were last brought up to date. */
  #learnedAt = new Float64Array(INITIAL_TEMPLATES);
  /** Learned windows in all. */
  #learned = 0;
  #steady: number[] = [];
  #isSteady = new Uint8Array(INITIAL_TEMPLATES);
  readonly #prediction = new CountPrediction();

  judge(window: WindowFeatures): Finding {
    if (this.#learned === 0) return NOT_READY;
    const found: Evidence[] = [];
    let largest = 0;
    const look = (index: number): void => {
      const evidence = this.#look(index, window);
      if (evidence === undefined) return;
      largest = Math.max(largest, evidence.magnitude);
      if (evidence.magnitude > WORTH_TELLING) found.push(evidence);
    };
    for (let i = 0; i < window.touchedCount; i++) look(window.touched[i]);
    for (const index of this.#steady) if (window.counts[index] === 0) look(index);
    found.sort((a, b) => b.magnitude - a.magnitude || a.template - b.template);
    const magnitude = sidak(largest, window.templates);
    return { applicable: true, ready: true, magnitude, evidence: found.slice(0, MOST_TOLD) };
  }

  learn(window: WindowFeatures): void {
    for (const index of this.#steady) if (window.counts[index] === 0) this.#learn(index, 0);
    for (let i = 0; i < window.touchedCount; i++) this.#learn(window.touched[i], window.counts[window.touched[i]]);
    this.#learned++;
    this.#steady = this.#steady.filter((index) => this.#isSteady[index] === 1);
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
    this.#learnedAt = grown(this.#learnedAt, capacity);
    this.#isSteady = grown(this.#isSteady, capacity);
  }

  clear(index: number): void {
    this.#sum[index] = 0;
    this.#weight[index] = 0;
    this.#surprises[index] = 0;
    this.#surpriseWeight[index] = 0;
    this.#learnedAt[index] = 0;
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
    this.clear(from);
  }

  #look(index: number, window: WindowFeatures): Evidence | undefined {
    this.#catchUp(index);
    const weight = this.#weight[index];
    // Before its first learned window a template is new: novelty's business.
    if (weight < 0.9) return undefined;
    const prediction = this.#prediction.set(
      this.#sum[index],
      weight,
      this.#surprises[index],
      this.#surpriseWeight[index],
      PRIOR,
    );
    const { mean, variance } = prediction;
    const actual = window.counts[index];
    const distance = actual - mean;
    // Within two standard deviations nothing can come of it; saves the tail's computation for nearly all.
    if (distance * distance < 4 * variance) return undefined;
    if (distance < 0 && (window.incomplete || weight < MIN_WINDOWS_TO_MISS)) return undefined;
    const tail = this.#isSteady[index] === 1 ? twoSidedMagnitude : upperMagnitude;
    const magnitude = tail(actual, mean, variance);
    return { kind: 'template_rate', magnitude, expected: mean, actual, unit: 'records', template: index };
  }

  #learn(index: number, count: number): void {
    this.#catchUp(index);
    if (this.#weight[index] > 0.9) {
      const surprised = surprise(count, this.#sum[index], this.#weight[index], PRIOR);
      this.#surprises[index] = this.#surprises[index] * KEEP + surprised;
      this.#surpriseWeight[index] = this.#surpriseWeight[index] * KEEP + 1;
    }
    this.#sum[index] = this.#sum[index] * KEEP + count;
    this.#weight[index] = this.#weight[index] * KEEP + 1;
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
    this.#surprises[index] = this.#surprises[index] * kept + surprised * (1 - kept) * MEMORY;
    this.#surpriseWeight[index] = this.#surpriseWeight[index] * kept + (1 - kept) * MEMORY;
  }

  save(to: StateWriter): void {
    to.number(this.#sum.length);
    for (const column of [this.#sum, this.#weight, this.#surprises, this.#surpriseWeight, this.#learnedAt])
      to.column(column);
    to.column(this.#isSteady);
    to.number(this.#learned);
    to.number(this.#steady.length);
    to.column(Float64Array.from(this.#steady));
  }

  load(from: StateReader): void {
    this.grow(from.number());
    for (const column of [this.#sum, this.#weight, this.#surprises, this.#surpriseWeight, this.#learnedAt])
      from.column(column);
    from.column(this.#isSteady);
    this.#learned = from.number();
    const steady = new Float64Array(from.number());
    from.column(steady);
    this.#steady = [...steady];
  }
}

const PRIOR: CountPrior = { burst: 3, spread: 0.2, windows: 4 };
/** Windows that a template's level remembers. */
const MEMORY = 240;
const KEEP = 1 - 1 / MEMORY;
/** Records per window from which a template's absence is worth a look. */
const STEADY_FROM = 4;
const MIN_WINDOWS_TO_MISS = 4;
const WORTH_TELLING = 1.3;
const MOST_TOLD = 3;
