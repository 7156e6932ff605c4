/**
 * What count the next window will show, from the counts of the windows before: a Gamma-Poisson predictive whose
 * over-dispersion is learned. The variance is s · (burst · mean + spread · mean²): the shape in brackets says how logs
 * vary before anything is known, s is the mean of squared surprises in units of it, with a prior worth some windows.
 * The mean's own uncertainty is added, so the first windows cannot surprise much.
 */
export interface CountPrior {
  /** Variance over mean of rare things: they come in bursts. */
  readonly burst: number;
  /** Squared relative spread of frequent things. */
  readonly spread: number;
  /** How many windows the prior on s is worth. */
  readonly windows: number;
}

/** Mean and variance of a prediction; one instance is reused. */
export class CountPrediction {
  mean = 0;
  variance = 0;

  /**
   * @param sum weighted sum of past counts, of total weight `weight` (> 0) windows
   * @param surprises weighted sum of `surprise` of past windows, of total weight `surpriseWeight`
   */
  set(sum: number, weight: number, surprises: number, surpriseWeight: number, prior: CountPrior): this {
    const mean = (sum + 0.5) / weight;
    const scale = (prior.windows + surprises) / (prior.windows + surpriseWeight);
    const variance = Math.max(mean * 1.001, scale * shape(mean, prior));
    this.mean = mean;
    this.variance = variance * (1 + 1 / weight);
    return this;
  }
}

/** The squared surprise of a count, in units of the prior's variance; one wild window counts at most 100. */
export function surprise(count: number, sum: number, weight: number, prior: CountPrior): number {
  const mean = (sum + 0.5) / weight;
  return Math.min(MAX_SURPRISE, (count - mean) ** 2 / shape(mean, prior));
}

function shape(mean: number, prior: CountPrior): number {
  return prior.burst * mean + prior.spread * mean * mean;
}

const MAX_SURPRISE = 100;
