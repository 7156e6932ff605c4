/** The normal window of a stream's history that is most like an odd one: what is different shows what is wrong. */
import type { WindowFeatures } from '../detectors/detector.ts';
import { scale, type Scaling, type WindowHistory } from '../detectors/window-history.ts';
import { FEATURES, featuresOf, figureOf, FIGURES } from '../windows/features.ts';
import { squaredDistance } from '../detectors/batch-model.ts';
import type { Contribution, NearestNormal } from './explanation.ts';

/** By distance over all features, each in units of its own spread; undefined while no window is known. */
export function nearestNormal(history: WindowHistory, window: WindowFeatures): NearestNormal | undefined {
  if (history.pushed === 0) return undefined;
  const { rows, scaling } = history.rowsBefore(history.pushed);
  const row = new Float32Array(FEATURES);
  history.relative(window, row);
  scale(row, scaling);
  let nearest = 0;
  let least = Infinity;
  for (let i = 0; i < rows.count; i++) {
    const distance = squaredDistance(rows, i, row);
    if (distance >= least) continue;
    least = distance;
    nearest = i;
  }
  const { startMs, figures } = history.pastWindow(history.pushed, nearest);
  const features = new Float64Array(FEATURES);
  featuresOf(window, features);
  const differences: Contribution[] = [];
  FIGURES.forEach((feature, f) => {
    const share = least === 0 ? 0 : (rows.values[nearest * FEATURES + f] - row[f]) ** 2 / least;
    const expected = figureOf(f, figures[f]);
    const actual = figureOf(f, features[f]);
    if (Number.isFinite(expected) && Number.isFinite(actual)) differences.push({ feature, share, expected, actual });
  });
  const shares = differences.reduce((sum, { share }) => sum + share, 0);
  const actual = likeness(rows.values.subarray(nearest * FEATURES, (nearest + 1) * FEATURES), row, scaling);
  differences.push({ feature: 'log_vector', share: least === 0 ? 0 : 1 - shares, expected: 1, actual });
  differences.sort((a, b) => b.share - a.share);
  return { startMs, endMs: startMs + window.endMs - window.startMs, differences: differences.slice(0, MOST_SHOWN) };
}

/** Cosine of the log vectors of two scaled rows. */
function likeness(a: Float32Array, b: Float32Array, { mean, spread }: Scaling): number {
  let [product, squareA, squareB] = [0, 0, 0];
  for (let f = FIGURES.length; f < FEATURES; f++) {
    const va = a[f] * spread[f] + mean[f];
    const vb = b[f] * spread[f] + mean[f];
    product += va * vb;
    squareA += va * va;
    squareB += vb * vb;
  }
  return squareA === 0 || squareB === 0 ? 0 : product / Math.sqrt(squareA * squareB);
}

const MOST_SHOWN = 4;
