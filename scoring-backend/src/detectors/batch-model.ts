/**
 * A model of what is normal, fitted on a batch of rows and never changed: what the Isolation Forest, the One-Class SVM, the
 * neighbours and the clusters have in common. Pure: the same rows and seed give the same model.
 */

/** `count` rows of `size` numbers each, one after the other, on scales that can be compared. */
export interface Rows {
  readonly values: Float32Array;
  readonly count: number;
  readonly size: number;
}

export interface BatchModel {
  /** How odd a row is: larger is odder. The scale is the model's own. */
  oddness(row: Float32Array): number;
  /** How much each number of the row adds to its oddness, into `target`; positive: makes it odder. */
  contributions(row: Float32Array, target: Float64Array): void;
}

/** @throws RangeError when there are fewer than two rows */
export type FitModel = (rows: Rows, seed: number) => BatchModel;

/** Squared Euclidean distance of row `i` to `row`. */
export function squaredDistance(rows: Rows, i: number, row: Float32Array): number {
  const { values, size } = rows;
  const from = i * size;
  let sum = 0;
  for (let d = 0; d < size; d++) {
    const difference = values[from + d] - row[d];
    sum += difference * difference;
  }
  return sum;
}

/** The numbers' shares of a squared distance to row `i`, times `scale`. */
export function distanceShares(rows: Rows, i: number, row: Float32Array, scale: number, target: Float64Array): void {
  const total = squaredDistance(rows, i, row);
  for (let d = 0; d < rows.size; d++) {
    const difference = rows.values[i * rows.size + d] - row[d];
    target[d] = total === 0 ? 0 : (scale * difference * difference) / total;
  }
}

export function expectRows(rows: Rows): void {
  if (rows.count < 2) throw new RangeError(`rows: expected at least 2, got ${rows.count}`);
}
