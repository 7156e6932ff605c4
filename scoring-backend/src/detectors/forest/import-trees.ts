/** Takes over the trees of a forest that was trained elsewhere, as scikit-learn holds them (`estimator.tree_`). */
import { averagePath, type FlatTrees } from './flat-trees.ts';

/** One tree by node, the root first. Children are −1 at leaves. */
export interface ForeignTree {
  readonly childrenLeft: readonly number[];
  readonly childrenRight: readonly number[];
  readonly feature: readonly number[];
  readonly threshold: readonly number[];
  readonly samples: readonly number[];
}

/** @param samples per tree, ψ */
export function importTrees(trees: readonly ForeignTree[], samples: number): FlatTrees {
  const nodes = trees.reduce((sum, tree) => sum + tree.feature.length, 0);
  const flat = {
    feature: new Int16Array(nodes),
    threshold: new Float32Array(nodes),
    left: new Int32Array(nodes),
    pathLength: new Float64Array(nodes),
    cover: new Float32Array(nodes),
    range: undefined,
    roots: new Int32Array(trees.length),
    samples,
  };
  let used = 0;
  trees.forEach((tree, t) => {
    const place = (from: number, to: number, depth: number): void => {
      const leaf = tree.childrenLeft[from] < 0;
      flat.cover[to] = tree.samples[from];
      flat.feature[to] = leaf ? -1 : tree.feature[from];
      flat.threshold[to] = leaf ? Infinity : roundedDown(tree.threshold[from]);
      flat.left[to] = leaf ? to : used;
      flat.pathLength[to] = leaf ? depth + averagePath(tree.samples[from]) : 0;
      if (leaf) return;
      const left = used;
      used += 2;
      place(tree.childrenLeft[from], left, depth + 1);
      place(tree.childrenRight[from], left + 1, depth + 1);
    };
    flat.roots[t] = used++;
    place(0, flat.roots[t], 0);
  });
  return flat;
}

/** The largest float32 that is not above: float32 rows then fall to the same side as with the float64 threshold. */
function roundedDown(threshold: number): number {
  const rounded = new Float32Array([threshold]);
  if (rounded[0] <= threshold) return rounded[0];
  const bits = new Int32Array(rounded.buffer);
  // One step towards −∞: the bits of negative numbers count the other way.
  if (rounded[0] > 0) bits[0]--;
  else if (rounded[0] < 0) bits[0]++;
  else bits[0] = -0x7fff_ffff;
  return rounded[0];
}
