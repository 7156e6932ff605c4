/**
 * Local Outlier Factor (Breunig, Kriegel, Ng, Sander 2000) of a row against a bounded set of rows: how much sparser its
 * neighbourhood is than those of its k nearest. About 1 for normal rows. O(rows) to score, O(rows²) once to fit.
 */
import { distanceShares, expectRows, squaredDistance, type BatchModel, type Rows } from '../batch-model.ts';

export class LocalOutlierFactor implements BatchModel {
  readonly #rows: Rows;
  readonly #k: number;
  /** Distance of each row to its k-th neighbour, and its local reachability density. */
  readonly #kDistance: Float64Array;
  readonly #density: Float64Array;
  readonly #near: Int32Array;
  readonly #distances: Float64Array;

  constructor(rows: Rows, k = NEIGHBOURS) {
    expectRows(rows);
    this.#rows = rows;
    this.#k = Math.min(k, rows.count - 1);
    this.#near = new Int32Array(this.#k);
    this.#distances = new Float64Array(this.#k);
    this.#kDistance = new Float64Array(rows.count);
    this.#density = new Float64Array(rows.count);
    const neighbours = new Int32Array(rows.count * this.#k);
    const distances = new Float64Array(rows.count * this.#k);
    for (let i = 0; i < rows.count; i++) {
      this.#nearest(rowOf(rows, i), i);
      neighbours.set(this.#near, i * this.#k);
      distances.set(this.#distances, i * this.#k);
      this.#kDistance[i] = this.#distances[this.#k - 1];
    }
    for (let i = 0; i < rows.count; i++) {
      const from = i * this.#k;
      this.#density[i] = this.#densityOf(neighbours.subarray(from, from + this.#k), distances.subarray(from));
    }
  }

  oddness(row: Float32Array): number {
    this.#nearest(row, -1);
    const own = this.#densityOf(this.#near, this.#distances);
    let sum = 0;
    for (const i of this.#near) sum += this.#density[i];
    return sum / (this.#k * own);
  }

  /** Residuals against the nearest row. */
  contributions(row: Float32Array, target: Float64Array): void {
    const oddness = this.oddness(row);
    distanceShares(this.#rows, this.#near[0], row, oddness - 1, target);
  }

  /** The nearest row: its place among those fitted. */
  nearest(row: Float32Array): number {
    this.#nearest(row, -1);
    return this.#near[0];
  }

  /** 1 / mean reachability distance. */
  #densityOf(near: Int32Array, distances: Float64Array): number {
    let sum = 0;
    for (let n = 0; n < this.#k; n++) sum += Math.max(this.#kDistance[near[n]], distances[n]);
    return this.#k / Math.max(sum, LEAST_DISTANCE);
  }

  /** The k nearest rows but `except`, nearest first, by insertion into a list of k. */
  #nearest(row: Float32Array, except: number): void {
    const near = this.#near;
    const distances = this.#distances.fill(Infinity);
    for (let i = 0; i < this.#rows.count; i++) {
      if (i === except) continue;
      const distance = squaredDistance(this.#rows, i, row);
      if (distance >= distances[this.#k - 1]) continue;
      let place = this.#k - 1;
      while (place > 0 && distances[place - 1] > distance) {
        distances[place] = distances[place - 1];
        near[place] = near[--place];
      }
      distances[place] = distance;
      near[place] = i;
    }
    for (let n = 0; n < this.#k; n++) distances[n] = Math.sqrt(distances[n]);
  }
}

function rowOf({ values, size }: Rows, i: number): Float32Array {
  return values.subarray(i * size, (i + 1) * size);
}

const NEIGHBOURS = 20;
/** Rows that are all the same have no density to speak of. */
const LEAST_DISTANCE = 1e-3;
