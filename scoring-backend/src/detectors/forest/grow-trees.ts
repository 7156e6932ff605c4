/** Grows the trees of an Isolation Forest: each on its own samples, cut at a random place of a random feature. */
import type { Rows } from '../batch-model.ts';
import type { SeededRandom } from '../random.ts';
import { averagePath, type FlatTrees, type ForestShape, type NodeRanges } from './flat-trees.ts';

export function growTrees(rows: Rows, random: SeededRandom, shape: ForestShape): FlatTrees {
  const samples = Math.min(shape.samples, rows.count);
  const growing = new Growing(rows, random, shape.trees * (2 * samples - 1), Math.ceil(Math.log2(samples)), shape);
  const pool = Int32Array.from({ length: rows.count }, (_, i) => i);
  const roots = new Int32Array(shape.trees);
  for (let t = 0; t < shape.trees; t++) {
    // The first steps of a Fisher-Yates shuffle: samples without replacement.
    for (let i = 0; i < samples; i++) swap(pool, i, i + random.below(rows.count - i));
    roots[t] = growing.tree(pool.subarray(0, samples));
  }
  return growing.finish(roots, samples);
}

class Growing {
  readonly #rows: Rows;
  readonly #random: SeededRandom;
  readonly #maxDepth: number;
  readonly #leading: number;
  readonly #feature: Int16Array;
  readonly #threshold: Float32Array;
  readonly #left: Int32Array;
  readonly #pathLength: Float32Array;
  readonly #cover: Float32Array;
  readonly #range: NodeRanges | undefined;
  #nodes = 0;
  #least = 0;
  #most = 0;

  constructor(
    rows: Rows,
    random: SeededRandom,
    maxNodes: number,
    maxDepth: number,
    { leading, beyond }: Pick<ForestShape, 'leading' | 'beyond'>,
  ) {
    this.#leading = leading;
    if (beyond) this.#range = { least: new Float32Array(maxNodes), most: new Float32Array(maxNodes) };
    this.#rows = rows;
    this.#random = random;
    this.#maxDepth = maxDepth;
    this.#feature = new Int16Array(maxNodes);
    this.#threshold = new Float32Array(maxNodes);
    this.#left = new Int32Array(maxNodes);
    this.#pathLength = new Float32Array(maxNodes);
    this.#cover = new Float32Array(maxNodes);
  }

  /** One more tree; `samples` are put in order. The number of its root. */
  tree(samples: Int32Array): number {
    const root = this.#nodes++;
    this.#grow(root, samples, 0);
    return root;
  }

  finish(roots: Int32Array, samples: number): FlatTrees {
    const nodes = this.#nodes;
    return {
      feature: this.#feature.slice(0, nodes),
      threshold: this.#threshold.slice(0, nodes),
      left: this.#left.slice(0, nodes),
      pathLength: this.#pathLength.slice(0, nodes),
      cover: this.#cover.slice(0, nodes),
      range: this.#range && { least: this.#range.least.slice(0, nodes), most: this.#range.most.slice(0, nodes) },
      roots,
      samples,
    };
  }

  #grow(node: number, samples: Int32Array, depth: number): void {
    this.#cover[node] = samples.length;
    const feature = samples.length > 1 && depth < this.#maxDepth ? this.#chooseFeature(samples) : -1;
    this.#feature[node] = feature;
    if (feature < 0) {
      this.#threshold[node] = Infinity;
      this.#left[node] = node;
      this.#pathLength[node] = depth + averagePath(samples.length);
      return;
    }
    if (this.#range !== undefined) {
      this.#range.least[node] = this.#least;
      this.#range.most[node] = this.#most;
    }
    const threshold = this.#chooseThreshold();
    const places = this.#partition(samples, feature, threshold);
    const left = this.#nodes;
    this.#nodes += 2;
    this.#threshold[node] = threshold;
    this.#left[node] = left;
    this.#grow(left, samples.subarray(0, places), depth + 1);
    this.#grow(left + 1, samples.subarray(places), depth + 1);
  }

  /** A random feature in which the samples differ, −1 when there is none; its range is kept for the threshold. */
  #chooseFeature(samples: Int32Array): number {
    const { values, size } = this.#rows;
    const leads = this.#leading > 0 && this.#random.next() < 0.5;
    const first = this.#random.below(leads ? this.#leading : size);
    for (let k = 0; k < size; k++) {
      const feature = (first + k) % size;
      let least = Infinity;
      let most = -Infinity;
      for (const sample of samples) {
        const value = values[sample * size + feature];
        if (value < least) least = value;
        if (value > most) most = value;
      }
      if (most > least) {
        this.#least = least;
        this.#most = most;
        return feature;
      }
    }
    return -1;
  }

  #chooseThreshold(): number {
    const threshold = Math.fround(this.#least + this.#random.next() * (this.#most - this.#least));
    // Rounding may have reached the top, and the right side would be empty.
    return threshold >= this.#most ? this.#least : threshold;
  }

  /** Puts the samples at or below the threshold first, and says how many they are. */
  #partition(samples: Int32Array, feature: number, threshold: number): number {
    const { values, size } = this.#rows;
    let low = 0;
    let high = samples.length - 1;
    while (low <= high) {
      if (values[samples[low] * size + feature] <= threshold) low++;
      else swap(samples, low, high--);
    }
    return low;
  }
}

function swap(array: Int32Array, i: number, j: number): void {
  const kept = array[i];
  array[i] = array[j];
  array[j] = kept;
}
