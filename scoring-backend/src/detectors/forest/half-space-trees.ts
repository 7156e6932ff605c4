/**
 * Half-Space Trees (Tan, Ting, Liu 2011): the streaming forest. Trees halve a random work range at random features, built
 * once and never changed; each node counts the rows (mass) that fall into it. Counts of the last full span are what rows are
 * scored against, while the next span is counted: one pass, constant memory, new normals are learned by themselves.
 *
 * Nodes of a complete tree lie one after the other, the children of i are 2i + 1 and 2i + 2. A row is scored where it
 * reaches the depth limit or a node of few rows: mass · 2^depth, summed. 25 trees (as in the paper) of depth 8 take 230 KB.
 */
import type { StateReader, StateWriter } from '../../columns/state-codec.ts';
import { expectRows, type BatchModel, type Rows } from '../batch-model.ts';
import { SeededRandom } from '../random.ts';

export interface HalfSpaceShape {
  readonly trees: number;
  readonly depth: number;
  /** Rows per span, ψ. */
  readonly span: number;
  /** Every feature is expected within ±range, on the rows' scale; what is beyond counts as at the border. */
  readonly range: number;
}

export class HalfSpaceTrees {
  readonly #shape: HalfSpaceShape;
  readonly #nodes: number;
  readonly #feature: Int16Array;
  readonly #threshold: Float32Array;
  #reference: Float32Array;
  #latest: Float32Array;
  #rows = 0;
  #learned = 0;

  constructor(size: number, seed: number, shape: HalfSpaceShape = DEFAULT_SHAPE) {
    const { trees, depth, range } = (this.#shape = shape);
    this.#nodes = 2 ** (depth + 1) - 1;
    this.#feature = new Int16Array(trees * this.#nodes);
    this.#threshold = new Float32Array(trees * this.#nodes);
    this.#reference = new Float32Array(trees * this.#nodes);
    this.#latest = new Float32Array(trees * this.#nodes);
    const random = new SeededRandom(seed);
    for (let t = 0; t < trees; t++) {
      const low = new Float64Array(size);
      const high = new Float64Array(size);
      for (let d = 0; d < size; d++) {
        // The paper's work range: around a random place, wide enough for all of the expected range.
        const place = (random.next() * 2 - 1) * range;
        const reach = range + Math.abs(place);
        low[d] = place - reach;
        high[d] = place + reach;
      }
      this.#build(t * this.#nodes, 0, 0, low, high, random);
    }
  }

  /** Rows learned in all. */
  get learned(): number {
    return this.#learned;
  }

  /** Is there a full span to compare with? */
  get ready(): boolean {
    return this.#learned >= this.#shape.span;
  }

  /** In [0, 1]: near 1 where none of the last span's rows were. Only when `ready`. */
  oddness(row: Float32Array): number {
    const { trees, depth, span } = this.#shape;
    let sum = 0;
    for (let t = 0; t < trees; t++) {
      const from = t * this.#nodes;
      let node = 0;
      let level = 0;
      while (level < depth && this.#reference[from + node] > SIZE_LIMIT * span) {
        node = 2 * node + 1 + (row[this.#feature[from + node]] > this.#threshold[from + node] ? 1 : 0);
        level++;
      }
      // log2 keeps one crowded tree from outweighing all others.
      sum += Math.log2(1 + this.#reference[from + node] * 2 ** level) / Math.log2(1 + span * 2 ** depth);
    }
    return 1 - sum / trees;
  }

  learn(row: Float32Array): void {
    const { trees, depth, span } = this.#shape;
    for (let t = 0; t < trees; t++) {
      const from = t * this.#nodes;
      let node = 0;
      for (let level = 0; ; level++) {
        this.#latest[from + node]++;
        if (level === depth) break;
        node = 2 * node + 1 + (row[this.#feature[from + node]] > this.#threshold[from + node] ? 1 : 0);
      }
    }
    this.#learned++;
    if (++this.#rows < span) return;
    this.#rows = 0;
    [this.#reference, this.#latest] = [this.#latest, this.#reference];
    this.#latest.fill(0);
  }

  #build(from: number, node: number, level: number, low: Float64Array, high: Float64Array, random: SeededRandom): void {
    if (level === this.#shape.depth) return;
    const feature = random.below(low.length);
    const middle = (low[feature] + high[feature]) / 2;
    this.#feature[from + node] = feature;
    this.#threshold[from + node] = middle;
    const [lowBefore, highBefore] = [low[feature], high[feature]];
    high[feature] = middle;
    this.#build(from, 2 * node + 1, level + 1, low, high, random);
    high[feature] = highBefore;
    low[feature] = middle;
    this.#build(from, 2 * node + 2, level + 1, low, high, random);
    low[feature] = lowBefore;
  }

  /** The trees themselves follow from the seed. */
  save(to: StateWriter): void {
    to.column(this.#reference);
    to.column(this.#latest);
    to.numbers(this.#rows, this.#learned);
  }

  load(from: StateReader): void {
    from.column(this.#reference);
    from.column(this.#latest);
    const numbers = new Float64Array(2);
    from.column(numbers);
    [this.#rows, this.#learned] = numbers;
  }
}

/** The trees after one span of rows: as a model among others. */
export function fitHalfSpaceTrees(rows: Rows, seed: number): BatchModel {
  expectRows(rows);
  const { values, count, size } = rows;
  const trees = new HalfSpaceTrees(size, seed, { ...DEFAULT_SHAPE, span: count });
  for (let i = 0; i < count; i++) trees.learn(values.subarray(i * size, (i + 1) * size));
  return {
    oddness: (row) => trees.oddness(row),
    /** What is gained when one number is set to its usual value. */
    contributions(row, target) {
      const oddness = trees.oddness(row);
      const other = row.slice();
      for (let d = 0; d < size; d++) {
        other[d] = 0;
        target[d] = oddness - trees.oddness(other);
        other[d] = row[d];
      }
    },
  };
}

const DEFAULT_SHAPE: HalfSpaceShape = { trees: 25, depth: 8, span: 128, range: 4 };
/** Share of a span's rows below which a node is not looked into further (paper: 0.1 ψ). */
const SIZE_LIMIT = 0.1;
