/** The figures of a window that drift is looked for in. */
import type { WindowFeatures } from '../detector.ts';

/** In the order of DRIFT_FIGURES. Counts and times as logarithms. Templates count as young for a day. */
export function driftFigures(window: WindowFeatures, magnitude: number, bornMs: Float64Array): number[] {
  const { records, touched, touchedCount, counts } = window;
  let young = 0;
  for (let i = 0; i < touchedCount; i++)
    if (window.startMs - bornMs[touched[i]] < YOUNG_MS) young += counts[touched[i]];
  return [
    Math.log2(1 + records),
    records === 0 ? NaN : window.errors / records,
    Math.log2(1 + window.responseTimeAvgMs),
    records === 0 ? NaN : young / records,
    magnitude,
  ];
}

const YOUNG_MS = 86_400_000;
