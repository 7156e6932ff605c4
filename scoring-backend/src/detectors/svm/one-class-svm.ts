/**
 * One-Class SVM (Schölkopf, Platt, Shawe-Taylor, Smola, Williamson 2001) with a Gaussian kernel: the smallest region that
 * holds all but a share ν of the rows. Trained by sequential minimal optimisation on the most violating pair, without
 * chance, so the seed is not needed. The paper's decision is ρ − Σ αᵢ k(xᵢ, x); far away it no longer tells distances apart,
 * so oddness is log₂(ρ / Σ αᵢ k(xᵢ, x)): the same border at 0, and growing with the squared distance beyond it.
 */
import { expectRows, squaredDistance, type BatchModel, type Rows } from '../batch-model.ts';

export class OneClassSvm implements BatchModel {
  readonly #rows: Rows;
  readonly #gamma: number;
  readonly #alpha: Float64Array;
  readonly #support: Int32Array;
  readonly #rho: number;

  /** @param nu share of the rows that may lie outside */
  constructor(rows: Rows, nu = OUTSIDE) {
    expectRows(rows);
    this.#rows = rows;
    const { count } = rows;
    const squares = new Float64Array(count * count);
    for (let i = 0; i < count; i++)
      for (let j = 0; j < i; j++)
        squares[i * count + j] = squares[j * count + i] = squaredDistance(rows, i, rowOf(rows, j));
    this.#gamma = 1 / medianOf(squares);
    const kernel = squares.map((square) => Math.exp(-this.#gamma * square));
    const { alpha, rho } = solve(kernel, count, nu);
    this.#alpha = alpha;
    this.#rho = rho;
    this.#support = Int32Array.from(alpha.keys()).filter((i) => alpha[i] > 0);
  }

  /** Rows that the region rests on. */
  get supportVectors(): number {
    return this.#support.length;
  }

  oddness(row: Float32Array): number {
    let sum = 0;
    for (const i of this.#support) sum += this.#alpha[i] * Math.exp(-this.#gamma * squaredDistance(this.#rows, i, row));
    return Math.log2(Math.max(this.#rho, LEAST) / Math.max(sum, LEAST));
  }

  /** Each feature's share of the squared distances to the support vectors, weighted by what these add. */
  contributions(row: Float32Array, target: Float64Array): void {
    target.fill(0);
    const { values, size } = this.#rows;
    let total = 0;
    for (const i of this.#support)
      for (let d = 0; d < size; d++) {
        const square = this.#alpha[i] * (values[i * size + d] - row[d]) ** 2;
        target[d] += square;
        total += square;
      }
    const oddness = this.oddness(row);
    for (let d = 0; d < size; d++) target[d] = total === 0 ? 0 : (target[d] / total) * oddness;
  }
}

/** Minimises ½ αᵀKα with 0 ≤ α ≤ 1/(ν n), Σα = 1. */
function solve(kernel: Float64Array, count: number, nu: number): { alpha: Float64Array; rho: number } {
  const most = 1 / Math.max(1, nu * count);
  const alpha = new Float64Array(count);
  let left = 1;
  for (let i = 0; i < count && left > 0; i++) left -= alpha[i] = Math.min(most, left);
  const gradient = new Float64Array(count);
  for (let i = 0; i < count; i++)
    if (alpha[i] > 0) for (let j = 0; j < count; j++) gradient[j] += alpha[i] * kernel[i * count + j];
  const step = MOST_STEPS_PER_ROW * count;
  for (let n = 0; n < step; n++) {
    let up = -1;
    let down = -1;
    for (let i = 0; i < count; i++) {
      if (alpha[i] < most && (up < 0 || gradient[i] < gradient[up])) up = i;
      if (alpha[i] > 0 && (down < 0 || gradient[i] > gradient[down])) down = i;
    }
    if (up < 0 || down < 0 || gradient[down] - gradient[up] < TOLERANCE) break;
    const curvature = Math.max(1e-12, 2 - 2 * kernel[up * count + down]);
    const moved = Math.min((gradient[down] - gradient[up]) / curvature, most - alpha[up], alpha[down]);
    // Exactly at the border, where rounding would leave it just below for ever.
    alpha[up] = moved === most - alpha[up] ? most : alpha[up] + moved;
    alpha[down] = moved === alpha[down] ? 0 : alpha[down] - moved;
    for (let j = 0; j < count; j++) gradient[j] += moved * (kernel[up * count + j] - kernel[down * count + j]);
  }
  return { alpha, rho: borderOf(alpha, gradient, most) };
}

/** ρ: the mean of f over the rows on the border; between those inside and those outside when none is on it. */
function borderOf(alpha: Float64Array, gradient: Float64Array, most: number): number {
  let sum = 0;
  let free = 0;
  let inside = Infinity;
  let outside = -Infinity;
  for (let i = 0; i < alpha.length; i++) {
    if (alpha[i] > 0 && alpha[i] < most) {
      sum += gradient[i];
      free++;
    } else if (alpha[i] === 0) inside = Math.min(inside, gradient[i]);
    else outside = Math.max(outside, gradient[i]);
  }
  if (free > 0) return sum / free;
  return Number.isFinite(inside) ? (inside + outside) / 2 : outside;
}

/** Of the distances between different rows: the usual scale of the kernel. */
function medianOf(squares: Float64Array): number {
  const sorted = squares.filter((square) => square > 0).sort();
  return sorted.length === 0 ? 1 : sorted[sorted.length >> 1];
}

function rowOf({ values, size }: Rows, i: number): Float32Array {
  return values.subarray(i * size, (i + 1) * size);
}

/** Beyond 100 halvings of the kernel far is far. */
const LEAST = 2 ** -100;
const OUTSIDE = 0.05;
const TOLERANCE = 1e-4;
const MOST_STEPS_PER_ROW = 20;
