/**
 * What each feature adds to the path length of a row: exact path-dependent Shapley values over all trees (TreeSHAP:
 * Lundberg, Erion, Lee 2018, algorithm 2), O(leaves · depth²) per tree. A feature that is not known goes both ways, in
 * proportion to the training samples. They add up to the row's path length less its expectation over the training samples.
 * Where trees know the ranges of their nodes, a row beyond one goes two ways when the feature is known: it is alone there, or
 * goes on, each to its share.
 */
import { chanceAlone, type FlatTrees } from '../detectors/forest/flat-trees.ts';

/** Adds the Shapley values of `row` to `target`, in path length, summed over the trees. */
export function treeShap(trees: FlatTrees, row: Float32Array, target: Float64Array): void {
  const walk = new Walk(trees, row, target);
  for (const root of trees.roots) walk.down(root, 0, 0, 1, 1, -1);
}

/** Sum over the trees of the mean path length of the training samples, each leaf by its share of them. */
export function expectedPath({ feature, left, pathLength, cover, roots }: FlatTrees): number {
  const meanOf = (node: number): number => {
    if (feature[node] < 0) return pathLength[node];
    const right = left[node] + 1;
    return (meanOf(left[node]) * cover[left[node]] + meanOf(right) * cover[right]) / cover[node];
  };
  let sum = 0;
  for (const root of roots) sum += meanOf(root);
  return sum;
}

type Level = [features: Int32Array, zeros: Float64Array, ones: Float64Array, weights: Float64Array];

/** The path of unique features from the root: one level of it per depth, each a copy of the one above, extended. */
class Walk {
  readonly #trees: FlatTrees;
  readonly #row: Float32Array;
  readonly #target: Float64Array;
  /** Feature, share of ways on when it is unknown (zero) and known (one), and the weight of subsets of each size. */
  readonly #features: Int32Array[] = [];
  readonly #zeros: Float64Array[] = [];
  readonly #ones: Float64Array[] = [];
  readonly #weights: Float64Array[] = [];

  constructor(trees: FlatTrees, row: Float32Array, target: Float64Array) {
    this.#trees = trees;
    this.#row = row;
    this.#target = target;
  }

  /** `length`: entries of the path above, in the arrays of level `length`; `depth`: cuts above. */
  down(node: number, depth: number, length: number, zero: number, one: number, feature: number): void {
    this.#extend(length, zero, one, feature);
    const { feature: asked, left, pathLength, threshold, cover, range } = this.#trees;
    const path = length + 1;
    if (asked[node] < 0) {
      this.#addLeaf(path, pathLength[node]);
      return;
    }
    const split = asked[node];
    const hot = left[node] + (this.#row[split] > threshold[node] ? 1 : 0);
    const cold = hot === left[node] ? hot + 1 : left[node];
    let [zeroBefore, oneBefore] = [1, 1];
    let kept = path;
    const known = this.#features[path].subarray(1, path).indexOf(split) + 1;
    if (known > 0) {
      zeroBefore = this.#zeros[path][known];
      oneBefore = this.#ones[path][known];
      kept = this.#without(path, known);
    }
    const alone = range === undefined ? 0 : oneBefore * chanceAlone(range, node, this.#row[split]);
    if (alone > 0) {
      this.#extend(kept, 0, alone, split);
      this.#addLeaf(kept + 1, depth + 1);
    }
    const saved = this.#keep(kept);
    this.down(hot, depth + 1, kept, (zeroBefore * cover[hot]) / cover[node], oneBefore - alone, split);
    this.#restore(kept, saved);
    this.down(cold, depth + 1, kept, (zeroBefore * cover[cold]) / cover[node], 0, split);
  }

  /** Copies level `length` to the next one and adds an entry. */
  #extend(length: number, zero: number, one: number, feature: number): void {
    const [features, zeros, ones, weights] = this.#level(length + 1);
    if (length > 0) {
      features.set(this.#features[length].subarray(0, length));
      zeros.set(this.#zeros[length].subarray(0, length));
      ones.set(this.#ones[length].subarray(0, length));
      weights.set(this.#weights[length].subarray(0, length));
    }
    features[length] = feature;
    zeros[length] = zero;
    ones[length] = one;
    weights[length] = length === 0 ? 1 : 0;
    for (let i = length - 1; i >= 0; i--) {
      weights[i + 1] += (one * weights[i] * (i + 1)) / (length + 1);
      weights[i] = (zero * weights[i] * (length - i)) / (length + 1);
    }
  }

  #addLeaf(length: number, value: number): void {
    for (let i = 1; i < length; i++) {
      const one = this.#ones[length][i];
      const zero = this.#zeros[length][i];
      this.#target[this.#features[length][i]] += this.#sumWithout(length, i) * (one - zero) * value;
    }
  }

  /** Sum of the subset weights as if entry `i` were not there. */
  #sumWithout(length: number, i: number): number {
    const weights = this.#weights[length];
    const one = this.#ones[length][i];
    const zero = this.#zeros[length][i];
    let next = weights[length - 1];
    let sum = 0;
    for (let j = length - 2; j >= 0; j--) {
      if (one !== 0) {
        const own = (next * length) / ((j + 1) * one);
        sum += own;
        next = weights[j] - (own * zero * (length - 1 - j)) / length;
      } else sum += (weights[j] * length) / (zero * (length - 1 - j));
    }
    return sum;
  }

  /** Takes entry `i` out of the path at level `length`, into the level below: its length. */
  #without(length: number, i: number): number {
    const [features, zeros, ones, weights] = this.#level(length - 1);
    const from = this.#weights[length];
    const one = this.#ones[length][i];
    const zero = this.#zeros[length][i];
    let next = from[length - 1];
    for (let j = length - 2; j >= 0; j--) {
      if (one !== 0) {
        weights[j] = (next * length) / ((j + 1) * one);
        next = from[j] - (weights[j] * zero * (length - 1 - j)) / length;
      } else weights[j] = (from[j] * length) / (zero * (length - 1 - j));
    }
    for (let j = 0, k = 0; k < length; k++) {
      if (k === i) continue;
      features[j] = this.#features[length][k];
      zeros[j] = this.#zeros[length][k];
      ones[j++] = this.#ones[length][k];
    }
    return length - 1;
  }

  /** Going down one side writes over the deeper levels, and a shortened path over its own: it is kept for the other side. */
  #keep(length: number): Level {
    return [
      this.#features[length].slice(0, length),
      this.#zeros[length].slice(0, length),
      this.#ones[length].slice(0, length),
      this.#weights[length].slice(0, length),
    ];
  }

  #restore(length: number, [features, zeros, ones, weights]: Level): void {
    this.#features[length].set(features);
    this.#zeros[length].set(zeros);
    this.#ones[length].set(ones);
    this.#weights[length].set(weights);
  }

  #level(length: number): Level {
    this.#features[length] ??= new Int32Array(length);
    this.#zeros[length] ??= new Float64Array(length);
    this.#ones[length] ??= new Float64Array(length);
    this.#weights[length] ??= new Float64Array(length);
    return [this.#features[length], this.#zeros[length], this.#ones[length], this.#weights[length]];
  }
}
