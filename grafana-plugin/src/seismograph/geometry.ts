/** Where things are: rows from top to bottom, time from left to right. All lengths are CSS pixels. */
import type { AnomalyMark } from '../verdicts/anomaly-marks.ts';
import { LEARNING_BELOW } from '../verdicts/rarity.ts';
import type { StripRow, WindowSeries } from '../verdicts/strip-rows.ts';

export const LANE_HEIGHT = 150;
export const AXIS_HEIGHT = 24;

/** A row, where it is, and whether its lane is open below its strip. */
export interface PlacedRow {
  readonly row: StripRow;
  readonly index: number;
  readonly top: number;
  readonly height: number;
  readonly open: boolean;
}

export interface TimeScale {
  readonly fromMs: number;
  readonly toMs: number;
  readonly width: number;
}

export function xOfTime({ fromMs, toMs, width }: TimeScale, ms: number): number {
  return ((ms - fromMs) / Math.max(1, toMs - fromMs)) * width;
}

export function timeOfX({ fromMs, toMs, width }: TimeScale, x: number): number {
  return fromMs + (x / Math.max(1, width)) * (toMs - fromMs);
}

const NARROWEST_GUTTER = 90;
const WIDEST_GUTTER = 260;
/** Pixels of an average letter of a name, and of what stands beside the name: arrow, number of anomalies, "learning". */
const LETTER = 6.6;
const BESIDE = 62;
const BESIDE_LEARNING = 150;

/** Room for the names left of the plot: what the longest needs, and never more than two fifths. */
export function gutterFor(rows: readonly StripRow[], width: number): number {
  let wanted = NARROWEST_GUTTER;
  for (const { label, confidence } of rows) {
    const beside = confidence !== undefined && confidence < LEARNING_BELOW ? BESIDE_LEARNING : BESIDE;
    wanted = Math.max(wanted, label.length * LETTER + beside);
  }
  return Math.round(Math.min(wanted, WIDEST_GUTTER, Math.max(NARROWEST_GUTTER, width * 0.4)));
}

export function placeRows(rows: readonly StripRow[], rowHeight: number, open: ReadonlySet<string>): PlacedRow[] {
  let top = 0;
  return rows.map((row, index) => {
    const isOpen = open.has(row.key);
    const placed = { row, index, top, height: rowHeight + (isOpen ? LANE_HEIGHT : 0), open: isOpen };
    top += placed.height;
    return placed;
  });
}

export function contentHeight(placed: readonly PlacedRow[]): number {
  const last = placed[placed.length - 1];
  return last ? last.top + last.height : 0;
}

/** The rows that a viewport shows, whole or in part. */
export function visibleRows(placed: readonly PlacedRow[], scrollTop: number, height: number): readonly PlacedRow[] {
  const first = Math.max(
    0,
    firstIndex(placed.length, (i) => placed[i].top + placed[i].height > scrollTop),
  );
  const end = firstIndex(placed.length, (i) => placed[i].top >= scrollTop + height);
  return placed.slice(first, end);
}

export function rowAt(placed: readonly PlacedRow[], y: number): PlacedRow | undefined {
  return visibleRows(placed, y, 1)[0];
}

/** Index of the first window that starts at or after `ms`. */
export function windowIndexAt(series: WindowSeries, ms: number): number {
  return firstIndex(series.times.length, (i) => series.times[i] >= ms);
}

/** Index of the window that holds `ms`, or −1 where there is none. */
export function windowHolding(row: StripRow, series: WindowSeries | undefined, ms: number): number {
  if (!series) return -1;
  const index = windowIndexAt(series, ms + 1) - 1;
  return index >= 0 && ms < series.times[index] + row.sizeMs ? index : -1;
}

/** The mark at a time, or the nearest within `slackMs` of it. */
export function markNear(row: StripRow, ms: number, slackMs: number): AnomalyMark | undefined {
  let best: AnomalyMark | undefined;
  let bestDistance = slackMs;
  for (const mark of row.marks) {
    const distance = ms < mark.startMs ? mark.startMs - ms : ms >= mark.endMs ? ms - mark.endMs : 0;
    if (distance < bestDistance || (distance === bestDistance && (best?.score ?? -1) < mark.score)) {
      best = mark;
      bestDistance = distance;
    }
  }
  return best;
}

function firstIndex(length: number, holds: (i: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
