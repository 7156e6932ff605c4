/** The trees of a forest as columns, and what their paths are measured by. */

/** Trees one after the other; node numbers count over all of them. */
export interface FlatTrees {
  /** Feature asked at a node; −1 at a leaf. */
  readonly feature: Int16Array;
  /** Left when the feature is at most this; at leaves +Infinity. */
  readonly threshold: Float32Array;
  /** Left child, the right one is the next; at leaves the leaf itself. */
  readonly left: Int32Array;
  /** At leaves: depth plus c(samples there). */
  readonly pathLength: Float32Array | Float64Array;
  /** Training samples that came through a node. */
  readonly cover: Float32Array;
  /** Range of the samples at a node in the feature asked there; not there where nothing is made of what lies beyond. */
  readonly range: NodeRanges | undefined;
  readonly roots: Int32Array;
  /** Samples per tree, ψ. */
  readonly samples: number;
}

export interface NodeRanges {
  readonly least: Float32Array;
  readonly most: Float32Array;
}

/**
 * The chance that a cut at this node parts a row from all samples there: cuts are uniform over the range, and had the row
 * been among the samples, it would reach as far as the row.
 */
export function chanceAlone({ least, most }: NodeRanges, node: number, value: number): number {
  const beyond = Math.max(least[node] - value, value - most[node]);
  return beyond > 0 ? beyond / (most[node] - least[node] + beyond) : 0;
}

export interface ForestShape {
  readonly trees: number;
  readonly samples: number;
  /** Cuts fall on the first so many features half of the time, however many others there are; 0: on all alike. */
  readonly leading: number;
  /** Are rows beyond the range of a node's samples the odder the further they are? In the paper they are as the outermost. */
  readonly beyond: boolean;
}

/** c(n): average path of an unsuccessful search in a binary search tree of n (paper, equation 1). */
export function averagePath(samples: number): number {
  if (samples <= 1) return 0;
  if (samples === 2) return 1;
  return 2 * (Math.log(samples - 1) + EULER) - (2 * (samples - 1)) / samples;
}

const EULER = 0.577_215_664_901_532_9;
