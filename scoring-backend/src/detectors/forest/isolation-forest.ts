/**
 * Isolation Forest (Liu, Ting, Zhou 2008): trees that cut at random; what is odd is alone after few cuts.
 * Score 2^(−E h(x) / c(ψ)), near 1 for what is odd, below 0.5 for what is normal.
 *
 * Flat: the right child is the node after the left one, leaves lead to themselves, so four rows can walk a tree in lock-step
 * without a branch that depends on them. 60 trees of 64 samples take at most 140 KB, 200 KB with the ranges of their nodes.
 *
 * In the paper a row that lies beyond all samples ends in the leaf of the outermost one, however far it is: the score
 * saturates where it matters. With `beyond` such a row has the path that it would have on average had it been among the
 * samples as the cut was drawn, as in a Robust Random Cut Forest (Guha, Mishra, Roy, Schrijvers 2016); rows within the
 * samples' ranges have the paper's score.
 */
import { expectRows, type BatchModel, type Rows } from '../batch-model.ts';
import { SeededRandom } from '../random.ts';
import { treeShap } from '../../explain/tree-shap.ts';
import { averagePath, chanceAlone, type FlatTrees, type ForestShape, type NodeRanges } from './flat-trees.ts';
import { growTrees } from './grow-trees.ts';

export class IsolationForest implements BatchModel {
  readonly trees: FlatTrees;
  readonly #scale: number;
  #steps: Steps | undefined;

  constructor(trees: FlatTrees) {
    this.trees = trees;
    this.#scale = -1 / (trees.roots.length * averagePath(trees.samples));
  }

  /** @throws RangeError when there are fewer than two rows */
  static fit(rows: Rows, seed: number, shape: ForestShape = DEFAULT_SHAPE): IsolationForest {
    expectRows(rows);
    return new IsolationForest(growTrees(rows, new SeededRandom(seed), shape));
  }

  oddness(row: Float32Array): number {
    return 2 ** (this.#scale * this.#pathOf(row, 0));
  }

  /** Scores of `count` rows of `size` numbers each. */
  scores(values: Float32Array, count: number, size: number, target: Float64Array): void {
    const { threshold, pathLength, range, roots } = this.trees;
    if (range !== undefined) {
      for (let i = 0; i < count; i++) target[i] = 2 ** (this.#scale * this.#pathBeyond(range, values, i * size));
      return;
    }
    const { nodes, depth } = (this.#steps ??= stepsOf(this.trees));
    let r = 0;
    for (; r + 4 <= count; r += 4) {
      const a = r * size;
      const b = a + size;
      const c = b + size;
      const d = c + size;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let t = 0; t < roots.length; t++) {
        let n0 = roots[t];
        let n1 = n0;
        let n2 = n0;
        let n3 = n0;
        for (let h = depth[t]; h > 0; h--) {
          n0 = nodes[2 * n0 + 1] + +(values[a + nodes[2 * n0]] > threshold[n0]);
          n1 = nodes[2 * n1 + 1] + +(values[b + nodes[2 * n1]] > threshold[n1]);
          n2 = nodes[2 * n2 + 1] + +(values[c + nodes[2 * n2]] > threshold[n2]);
          n3 = nodes[2 * n3 + 1] + +(values[d + nodes[2 * n3]] > threshold[n3]);
        }
        s0 += pathLength[n0];
        s1 += pathLength[n1];
        s2 += pathLength[n2];
        s3 += pathLength[n3];
      }
      target[r] = 2 ** (s0 * this.#scale);
      target[r + 1] = 2 ** (s1 * this.#scale);
      target[r + 2] = 2 ** (s2 * this.#scale);
      target[r + 3] = 2 ** (s3 * this.#scale);
    }
    for (; r < count; r++) target[r] = 2 ** (this.#scale * this.#pathOf(values, r * size));
  }

  /** Exact Shapley values of the exponent −E h(x) / c(ψ): they add up to its difference from the mean over the training samples. */
  contributions(row: Float32Array, target: Float64Array): void {
    target.fill(0);
    treeShap(this.trees, row, target);
    for (let d = 0; d < target.length; d++) target[d] *= this.#scale;
  }

  #pathOf(values: Float32Array, from: number): number {
    const { feature, left, threshold, pathLength, range, roots } = this.trees;
    if (range !== undefined) return this.#pathBeyond(range, values, from);
    let sum = 0;
    for (const root of roots) {
      let node = root;
      while (feature[node] >= 0) node = left[node] + (values[from + feature[node]] > threshold[node] ? 1 : 0);
      sum += pathLength[node];
    }
    return sum;
  }

  #pathBeyond(range: NodeRanges, values: Float32Array, from: number): number {
    const { feature, left, threshold, pathLength, roots } = this.trees;
    let sum = 0;
    for (const root of roots) {
      let node = root;
      let together = 1;
      for (let depth = 1; feature[node] >= 0; depth++) {
        const value = values[from + feature[node]];
        const alone = chanceAlone(range, node, value);
        sum += together * alone * depth;
        together *= 1 - alone;
        node = left[node] + (value > threshold[node] ? 1 : 0);
      }
      sum += together * pathLength[node];
    }
    return sum;
  }
}

/** What the lock-step walk needs: [feature, left child] of each node, feature 0 at leaves, and how deep each tree is. */
interface Steps {
  readonly nodes: Int32Array;
  readonly depth: Int32Array;
}

function stepsOf({ feature, left, roots }: FlatTrees): Steps {
  const nodes = new Int32Array(feature.length * 2);
  for (let i = 0; i < feature.length; i++) {
    nodes[2 * i] = Math.max(0, feature[i]);
    nodes[2 * i + 1] = left[i];
  }
  const depthOf = (node: number): number =>
    feature[node] < 0 ? 0 : 1 + Math.max(depthOf(left[node]), depthOf(left[node] + 1));
  return { nodes, depth: Int32Array.from(roots, depthOf) };
}

export const DEFAULT_SHAPE: ForestShape = { trees: 60, samples: 64, leading: 0, beyond: false };
