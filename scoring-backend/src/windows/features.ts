/**
 * A closed window as numbers, for detectors that look at all of them together. Counts and times are taken as logarithms, so
 * that twice as much is the same step at any level. Missing ones (no users, no durations) are NaN.
 */
import type { WindowFeatures } from '../detectors/detector.ts';
import { LOG_VECTOR_SIZE } from './log-vector.ts';

/** The single figures, by the names people see. */
export const FIGURES = [
  'event_count',
  'error_rate',
  'unique_users',
  'ip_entropy',
  'response_time_avg',
  'response_time_p95',
  'template_count',
  'new_templates',
  'sequence_surprise',
  'bytes_per_record',
] as const;

export type Figure = (typeof FIGURES)[number];

/** Figures, then the direction of the log vector. */
export const FEATURES = FIGURES.length + LOG_VECTOR_SIZE;

/** Least spread that a feature is taken to have: smaller differences mean nothing, however even a stream is. */
export const LEAST_SPREAD: readonly number[] = [
  ...[0.15, 0.01, 0.25, 0.25, 0.2, 0.2, 0.15, 0.25, 0.1, 0.1],
  ...Array.from({ length: LOG_VECTOR_SIZE }, () => 0.03),
];

/** Fills `target` with a window's features. */
export function featuresOf(window: WindowFeatures, target: Float64Array): void {
  const { records } = window;
  target[0] = log(records);
  target[1] = records === 0 ? 0 : window.errors / records;
  target[2] = log(window.uniqueUsers);
  target[3] = window.addressEntropy;
  target[4] = log(window.responseTimeAvgMs);
  target[5] = log(window.responseTimeP95Ms);
  target[6] = log(window.touchedCount);
  target[7] = log(window.newTemplates);
  target[8] = window.sequenceSurprise;
  target[9] = records === 0 ? NaN : log(window.bytes / records);
  const { logVector } = window;
  let square = 0;
  for (const value of logVector) square += value * value;
  const length = Math.sqrt(square) || 1;
  for (let d = 0; d < LOG_VECTOR_SIZE; d++) target[FIGURES.length + d] = logVector[d] / length;
}

/** The figure in its own unit (records, share, users, bits, ms, templates, bytes) from its feature. */
export function figureOf(figure: number, feature: number): number {
  return PLAIN.has(FIGURES[figure]) ? feature : 2 ** feature - 1;
}

function log(value: number): number {
  return Math.log2(1 + value);
}

const PLAIN: ReadonlySet<Figure> = new Set<Figure>(['error_rate', 'ip_entropy', 'sequence_surprise']);
