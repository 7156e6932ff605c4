/**
 * Windows that are unusual as a whole, though no single figure of theirs need be: several models of the stream's own last
 * windows, fitted again every 64 windows, and one p from all of them by consensus.
 *
 * A model's oddness is judged by what it said of earlier windows before it knew them. Models are made from the history only
 * when they are asked for: after a restart they are the same, and a stream of few windows has none. History and default
 * models take at most 342 KB per stream: 70 KB of history, and after the first 64 windows 256 KB of models and 16 KB of what
 * they said.
 */
import type { StateReader, StateWriter } from '../columns/state-codec.ts';
import { FEATURES, FIGURES, figureOf } from '../windows/features.ts';
import type { BatchModel } from './batch-model.ts';
import type { Contribution, NearestNormal } from '../explain/explanation.ts';
import { nearestNormal } from '../explain/nearest-normal.ts';
import { NOT_APPLICABLE, type Finding, type WindowFeatures } from './detector.ts';
import { consensus } from './ensemble.ts';
import { OddnessScale } from './oddness-scale.ts';
import type { WindowModel } from './window-models.ts';
import { ROWS_PER_FIT, scale, WindowHistory, type Scaling } from './window-history.ts';

interface Fitted {
  readonly models: readonly BatchModel[];
  readonly scaling: Scaling;
  /** Rows that had been pushed. */
  readonly at: number;
}

export class UnusualWindows {
  readonly #models: readonly WindowModel[];
  readonly #scales: OddnessScale[];
  readonly #history: WindowHistory;
  #fitted: Fitted | undefined;

  /** @param mostFitted windows that a model knows at most */
  constructor(models: readonly WindowModel[], mostFitted?: number) {
    this.#models = models;
    this.#history = new WindowHistory(mostFitted);
    this.#scales = models.map(() => new OddnessScale());
  }

  judge(window: WindowFeatures): Finding {
    // A release makes another mix of messages; figures that matter have detectors of their own.
    if (!judges(window) || window.releasing === true) return NOT_APPLICABLE;
    const fitted = this.#fit();
    if (fitted === undefined) return NOT_APPLICABLE;
    // A model that was added at the last restart has to show first what its word is worth.
    const scales = this.#scales.filter(({ ready }) => ready);
    const models = fitted.models.filter((_, i) => this.#scales[i].ready);
    if (models.length === 0) return NOT_APPLICABLE;
    this.#place(window, fitted);
    const magnitudes = models.map((model, i) => scales[i].magnitude(model.oddness(row)));
    const magnitude = consensus(magnitudes);
    if (magnitude < WORTH_TELLING) return { applicable: true, ready: true, magnitude, evidence: [] };
    const speaker = models[magnitudes.indexOf(Math.max(...magnitudes))];
    const contributions = this.#contributions(window, speaker, fitted.scaling);
    const { expected, actual } = contributions[0];
    const kind = 'unusual_window';
    const evidence = [{ kind, magnitude, expected, actual, unit: 'figure', template: -1, contributions } as const];
    return { applicable: true, ready: true, magnitude, evidence };
  }

  /** The normal window most like this one, and in what they differ; undefined before the first. */
  nearestNormal(window: WindowFeatures): NearestNormal | undefined {
    return window.records === 0 ? undefined : nearestNormal(this.#history, window);
  }

  learn(window: WindowFeatures): void {
    if (!judges(window)) return;
    const fitted = this.#models.length === 0 ? undefined : this.#fit();
    if (fitted !== undefined) {
      this.#place(window, fitted);
      fitted.models.forEach((model, i) => this.#scales[i].learn(model.oddness(row)));
    }
    this.#history.push(window);
  }

  /** The normal of before counts no longer: the next windows make a new one. */
  loosen(): void {
    for (const oddness of this.#scales) oddness.loosen();
  }

  /** The models for the window after the last one pushed; undefined while there are too few. */
  #fit(): Fitted | undefined {
    const { pushed } = this.#history;
    const at = pushed - (pushed % ROWS_PER_FIT);
    if (at === 0) return undefined;
    if (this.#fitted?.at === at) return this.#fitted;
    const { rows, scaling } = this.#history.rowsBefore(at);
    const models = this.#models.map(({ fit, place }) => fit(rows, at + place));
    return (this.#fitted = { models, scaling, at });
  }

  #place(window: WindowFeatures, { scaling }: Fitted): void {
    this.#history.relative(window, row);
    scale(row, scaling);
  }

  /** What makes the placed window odd, most important first; the log vector's numbers count as one. */
  #contributions(window: WindowFeatures, model: BatchModel, scaling: Scaling): Contribution[] {
    const parts = new Float64Array(FEATURES);
    model.contributions(row, parts);
    let total = 0;
    for (const part of parts) total += Math.max(0, part);
    const share = (part: number): number => (total === 0 ? 0 : part / total);
    const raw = new Float32Array(FEATURES);
    this.#history.relative(window, raw);
    const contributions: Contribution[] = FIGURES.map((feature, f) => {
      const level = this.#history.level(f);
      const expected = figureOf(f, level + scaling.mean[f]);
      return { feature, share: share(parts[f]), expected, actual: figureOf(f, level + raw[f]) };
    });
    let vector = 0;
    for (let f = FIGURES.length; f < FEATURES; f++) vector += parts[f];
    contributions.push({ feature: 'log_vector', share: share(vector), expected: 1, actual: similarity(raw, scaling) });
    return contributions
      .filter(({ expected, actual }) => Number.isFinite(expected) && Number.isFinite(actual))
      .sort((a, b) => b.share - a.share)
      .slice(0, MOST_TOLD);
  }

  /** By the names of the models: others may be chosen when it is read again, and begin with the same windows then. */
  save(to: StateWriter): void {
    this.#history.save(to);
    to.number(this.#models.length);
    this.#models.forEach(({ name }, i) => {
      to.text(name);
      to.section(() => this.#scales[i].save(to));
    });
  }

  load(from: StateReader): void {
    this.#fitted = undefined;
    this.#history.load(from);
    for (let left = from.number(); left > 0; left--) {
      const name = from.text();
      const section = from.section();
      const place = this.#models.findIndex((model) => model.name === name);
      if (place >= 0) this.#scales[place].load(section);
    }
  }
}

/** An empty window is silence's business; of an incomplete one nothing is known for sure. */
function judges(window: WindowFeatures): boolean {
  return window.records > 0 && !window.incomplete;
}

/** Cosine of the window's log vector and the mean one. */
function similarity(row: Float32Array, { mean }: Scaling): number {
  let product = 0;
  let own = 0;
  let other = 0;
  for (let f = FIGURES.length; f < FEATURES; f++) {
    product += row[f] * mean[f];
    own += row[f] ** 2;
    other += mean[f] ** 2;
  }
  return own === 0 || other === 0 ? 0 : product / Math.sqrt(own * other);
}

/** Shapley values cost a millisecond: they are worked out for what is told. */
const WORTH_TELLING = 2;
const MOST_TOLD = 5;
/** Features of the window at hand, on the scale of the models. */
const row = new Float32Array(FEATURES);
