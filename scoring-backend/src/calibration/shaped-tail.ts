/**
 * The tail beyond a high threshold where its shape is not known beforehand: a generalised Pareto distribution (Pickands
 * 1975) whose ξ is learned. Scores with an upper end have ξ < 0, squared distances of what is nearly normal about 0, those
 * of heavy-tailed features more: taken as exponential, the first would claim too little and the last several times too much.
 *
 * With τ = ξ/σ given, ln(1 + τy)/τ is exponential, so its rate has a conjugate prior and a predictive distribution in closed
 * form (Lomax). τ itself takes a few values relative to the mean excess, each weighted by how well it explains the excesses
 * and by a prior on ξ around the exponential; what is said is the mean over them, which is what few excesses allow. The same
 * parameter over a grid of values is that of Zhang & Stephens (2009).
 */
export class ShapedTail {
  /** By shape: weight, τ, and the scale of the predictive distribution. */
  readonly #weight = new Float64Array(SHAPES.length);
  readonly #tau = new Float64Array(SHAPES.length);
  readonly #scale = new Float64Array(SHAPES.length);
  #count = 0;

  /** Learns the excesses over the threshold, in decades of what they are thought to be worth: mean 1/ln 10 before any. */
  fit(excesses: Float64Array): void {
    const count = excesses.length;
    let sum = 0;
    let most = 0;
    for (const excess of excesses) {
      sum += excess;
      if (excess > most) most = excess;
    }
    const mean = Math.max(LEAST_MEAN, sum / count);
    this.#count = count + PRIOR_COUNT;
    let best = -Infinity;
    SHAPES.forEach((shape, s) => {
      const tau = shape / ((1 - shape) * mean);
      this.#tau[s] = tau;
      this.#weight[s] = -Infinity;
      // Beyond the end of such a tail there would be some.
      if (1 + tau * most <= 0) return;
      let logs = 0;
      for (const excess of excesses) logs += Math.log1p(tau * excess);
      this.#scale[s] = (tau === 0 ? sum : logs / tau) + PRIOR_COUNT / Math.LN10;
      const likelihood = -logs - this.#count * Math.log(this.#scale[s]);
      this.#weight[s] = likelihood - 0.5 * (logs / count / SHAPE_SPREAD) ** 2;
      best = Math.max(best, this.#weight[s]);
    });
    let total = 0;
    for (let s = 0; s < SHAPES.length; s++) total += this.#weight[s] = Math.exp(this.#weight[s] - best);
    for (let s = 0; s < SHAPES.length; s++) this.#weight[s] /= total;
  }

  /** The chance that what exceeds the threshold does so by at least this much. Call `fit` first. */
  survival(excess: number): number {
    let chance = 0;
    for (let s = 0; s < SHAPES.length; s++) {
      const tau = this.#tau[s];
      if (this.#weight[s] === 0 || 1 + tau * excess <= 0) continue;
      const exponential = tau === 0 ? excess : Math.log1p(tau * excess) / tau;
      chance += this.#weight[s] * (1 + exponential / this.#scale[s]) ** -this.#count;
    }
    return chance;
  }
}

/** Values of ξ for the mean excess at hand. */
const SHAPES = Array.from({ length: 11 }, (_, i) => (i - 4) / 10);
/** Standard deviation of the prior on ξ, around 0. */
const SHAPE_SPREAD = 0.3;
/** Strength of the prior on the mean excess, in excesses. */
const PRIOR_COUNT = 1;
/** Excesses that are all the same still have some width. */
const LEAST_MEAN = 1 / 32;
