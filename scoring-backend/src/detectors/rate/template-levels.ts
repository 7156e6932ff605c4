/**
 * The level of each template's count per window, as columns by the template's index: what it will be next, and how often
 * the template came at all. A template's columns are brought up to date only when it is seen: windows without it are
 * accounted for in closed form when it comes back (`catchUp`). Only *steady* templates, usually several per window, can be
 * missed: they are kept as a list.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { float64Column, grown, uint8Column } from '../../columns/small-columns.ts';
import type { WindowFeatures } from '../detector.ts';
import { INITIAL_TEMPLATES, type PerTemplate } from '../per-template.ts';
import { burstMagnitude, logOfSize } from './burst-size.ts';
import { CountPrediction, surprise, type CountPrior } from './count-model.ts';

export class TemplateLevels implements PerTemplate {
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
  /** The level of the whole stream's count. */
  #records = 0;
  #windows = 0;

  /** Was any window learned? */
  get ready(): boolean {
    return this.#learned > 0;
  }

  /** Records of the whole stream in a window, by its level. */
  get records(): number {
    return this.#records / this.#windows;
  }

  /** Windows that a template's level is of, by their weight; below `LEARNED` for one that no learned window had. */
  weight(index: number): number {
    return this.#weight[index];
  }

  /** Records of a template in a window, by its level. */
  expected(index: number): number {
    return this.#sum[index] / this.#weight[index];
  }

  /** Is the count above the template's level, or on it? */
  isAbove(index: number, count: number): boolean {
    return count * this.#weight[index] >= this.#sum[index];
  }

  isSteady(index: number): boolean {
    return this.#isSteady[index] === 1;
  }

  /** The share of windows that have the template. */
  presence(index: number): number {
    return (this.#present[index] + 0.5) / (this.#presentOf[index] + 1);
  }

  /** How odd so many are in a window that has any. */
  burst(index: number, count: number): number {
    return burstMagnitude(count, this.#present[index], this.#logs[index]);
  }

  /**
   * What the next window will show; valid until the next call.
   * @param factor by which the window is lifted or lowered above the level
   */
  predict(index: number, factor: number): CountPrediction {
    const [sum, surprises] = [this.#sum[index] * factor, this.#surprises[index]];
    return this.#prediction.set(sum, this.#weight[index], surprises, this.#surpriseWeight[index], PRIOR);
  }

  /** The templates that were seen, and the steady ones that were not. */
  each(window: WindowFeatures, visit: (index: number) => void): void {
    for (let i = 0; i < window.touchedCount; i++) visit(window.touched[i]);
    for (const index of this.#steady) if (window.counts[index] === 0) visit(index);
  }

  /** The window says nothing of the template's level. */
  passOver(index: number): void {
    this.#learnedAt[index] = this.#learned + 1;
  }

  /** A window, not ended yet, has so many. */
  learn(index: number, count: number): void {
    this.catchUp(index);
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

  /** All templates of a window are learned or passed over. */
  endWindow(records: number): void {
    this.#learned++;
    this.#records = this.#records * KEEP + records;
    this.#windows = this.#windows * KEEP + 1;
    this.#steady = this.#steady.filter((index) => this.#isSteady[index] === 1);
  }

  /** Learns the windows since the template's last one, in which it was not seen. */
  catchUp(index: number): void {
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

  /** Makes what was learned worth one window at most. */
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
    if (this.#isSteady[index] === 1) {
      this.#isSteady[index] = 0;
      this.#steady.splice(this.#steady.indexOf(index), 1);
    }
  }

  merge(from: number, to: number): void {
    this.catchUp(from);
    this.catchUp(to);
    this.#sum[to] += this.#sum[from];
    if (this.#weight[from] > this.#weight[to]) this.#weight[to] = this.#weight[from];
    if (this.#surpriseWeight[from] > this.#surpriseWeight[to]) {
      this.#surprises[to] = this.#surprises[from];
      this.#surpriseWeight[to] = this.#surpriseWeight[from];
    }
    if (this.#presentOf[from] > this.#presentOf[to]) this.#presentOf[to] = this.#presentOf[from];
    this.#present[to] = Math.min(this.#presentOf[to], this.#present[to] + this.#present[from]);
    this.#logs[to] += this.#logs[from];
    this.clear(from);
  }

  save(to: StateWriter): void {
    to.number(this.#sum.length);
    for (const column of this.#columns()) to.column(column);
    to.column(this.#isSteady);
    to.number(this.#learned);
    to.number(this.#steady.length);
    to.column(Float64Array.from(this.#steady));
    to.numbers(this.#records, this.#windows);
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
export const LEARNED = 0.9;
/** Records per window from which a template's absence is worth a look. */
const STEADY_FROM = 4;
