/**
 * Clusters of windows by DBSCAN (Ester, Kriegel, Sander, Xu 1996): the states that a stream is normally in (day, night, a
 * nightly job). A window is odd by its distance to the nearest core row, in units of the radius: up to 1 it belongs to a state.
 *
 * The radius is a quantile of the distances to the k-th neighbour, as the paper's sorted k-dist graph suggests.
 */
import { distanceShares, expectRows, squaredDistance, type BatchModel, type Rows } from '../batch-model.ts';

/** Label of rows that belong to no cluster. */
export const NOISE = -1;

export class WindowClusters implements BatchModel {
  readonly #rows: Rows;
  readonly #core: number[] = [];
  readonly radius: number;
  /** Cluster of each row, from 0, or NOISE. */
  readonly labels: Int32Array;

  constructor(rows: Rows, least = LEAST_ROWS) {
    expectRows(rows);
    this.#rows = rows;
    const k = Math.min(least, rows.count) - 1;
    const squares = squaredDistances(rows);
    const { count } = rows;
    const kth = Float64Array.from(
      { length: count },
      (_, i) => squares.slice(i * count, (i + 1) * count).sort()[k],
    ).sort();
    const square = Math.max(kth[Math.floor(RADIUS_QUANTILE * (count - 1))], LEAST_RADIUS ** 2);
    this.radius = Math.sqrt(square);
    this.labels = new Int32Array(count).fill(NOISE);
    const around = (i: number): number[] => {
      const near: number[] = [];
      for (let j = 0; j < count; j++) if (squares[i * count + j] <= square) near.push(j);
      return near;
    };
    const isCore = Uint8Array.from({ length: count }, (_, i) => (around(i).length > k ? 1 : 0));
    let clusters = 0;
    for (let i = 0; i < count; i++) {
      if (isCore[i] === 0) continue;
      this.#core.push(i);
      if (this.labels[i] === NOISE) this.#spread(i, clusters++, around, isCore);
    }
  }

  get clusters(): number {
    return Math.max(-1, ...this.labels) + 1;
  }

  oddness(row: Float32Array): number {
    const nearest = this.#nearest(row);
    return nearest < 0 ? 0 : Math.sqrt(squaredDistance(this.#rows, nearest, row)) / this.radius;
  }

  /** Residuals against the nearest core row. */
  contributions(row: Float32Array, target: Float64Array): void {
    const nearest = this.#nearest(row);
    target.fill(0);
    if (nearest >= 0) distanceShares(this.#rows, nearest, row, this.oddness(row), target);
  }

  #nearest(row: Float32Array): number {
    let nearest = -1;
    let least = Infinity;
    for (const i of this.#core) {
      const distance = squaredDistance(this.#rows, i, row);
      if (distance >= least) continue;
      least = distance;
      nearest = i;
    }
    return nearest;
  }

  /** All that can be reached from core row `i` by way of core rows is of one cluster. */
  #spread(i: number, cluster: number, around: (i: number) => number[], isCore: Uint8Array): void {
    const waiting = [i];
    this.labels[i] = cluster;
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      for (const near of around(next)) {
        if (this.labels[near] !== NOISE) continue;
        this.labels[near] = cluster;
        if (isCore[near] === 1) waiting.push(near);
      }
    }
  }
}

function squaredDistances(rows: Rows): Float32Array {
  const { values, count, size } = rows;
  const squares = new Float32Array(count * count);
  for (let i = 0; i < count; i++)
    for (let j = 0; j < i; j++)
      squares[i * count + j] = squares[j * count + i] = squaredDistance(
        rows,
        i,
        values.subarray(j * size, (j + 1) * size),
      );
  return squares;
}

/** Rows that make a core, itself included (the paper's MinPts). */
const LEAST_ROWS = 5;
const RADIUS_QUANTILE = 0.95;
const LEAST_RADIUS = 1e-3;
