/** Draws an open lane: score above; below it the records with the band that was expected, and the margin as bars. */
import type { StripRow, WindowSeries } from '../verdicts/strip-rows.ts';
import { LANE_HEIGHT, windowIndexAt, xOfTime, type TimeScale } from './geometry.ts';
import type { Palette } from './palette.ts';

const GAP = 12;
/** Shares of the lane: score, records, margin. */
const PARTS = [0.36, 0.36, 0.28] as const;

export function paintLane(
  context: CanvasRenderingContext2D,
  row: StripRow,
  scale: TimeScale,
  top: number,
  palette: Palette,
): void {
  const usable = LANE_HEIGHT - GAP * 3 - 4;
  const [score, records, margin] = PARTS.map((share) => share * usable);
  let y = top + GAP;
  paintScore(context, row, scale, { y, height: score }, palette);
  y += score + GAP;
  paintRecords(context, row, scale, { y, height: records }, palette);
  y += records + GAP;
  paintMargin(context, row, scale, { y, height: margin }, palette);
}

interface Box {
  readonly y: number;
  readonly height: number;
}

function paintScore(
  context: CanvasRenderingContext2D,
  row: StripRow,
  scale: TimeScale,
  box: Box,
  palette: Palette,
): void {
  title(context, 'score (0–1)', box, palette);
  rule(context, box.y + box.height, scale.width, palette.grid);
  steps(context, row.series.score, row.sizeMs, scale, (v) => box.y + box.height * (1 - v), palette.line);
}

function paintRecords(
  context: CanvasRenderingContext2D,
  row: StripRow,
  scale: TimeScale,
  box: Box,
  palette: Palette,
): void {
  const { records, expectedLow, expectedHigh } = row.series;
  const top = Math.max(1, highestIn(records, scale), highestIn(expectedHigh, scale));
  const yOf = (value: number) => box.y + box.height * (1 - Math.max(0, value) / top);
  rule(context, box.y + box.height, scale.width, palette.grid);
  if (expectedLow && expectedHigh) {
    context.fillStyle = palette.band;
    for (const i of visible(expectedHigh, row.sizeMs, scale)) {
      const high = expectedHigh.values[i];
      const low = expectedLow.values[i];
      if (high === null || low === null || high === undefined || low === undefined) continue;
      const left = xOfTime(scale, expectedHigh.times[i]);
      const right = xOfTime(scale, expectedHigh.times[i] + row.sizeMs);
      context.fillRect(left, yOf(high), right - left + 0.5, Math.max(1, yOf(low) - yOf(high)));
    }
  }
  steps(context, records, row.sizeMs, scale, yOf, palette.strong);
  const told = expectedHigh ? 'records, and the band that was expected' : 'records';
  title(context, `${told} · top ${shortNumber(top)}`, box, palette);
}

function paintMargin(
  context: CanvasRenderingContext2D,
  row: StripRow,
  scale: TimeScale,
  box: Box,
  palette: Palette,
): void {
  const series = row.series.margin;
  const reach = Math.max(1, highestIn(series, scale), -lowestIn(series, scale));
  const zero = box.y + box.height / 2;
  for (const i of visible(series, row.sizeMs, scale)) {
    const value = series?.values[i];
    if (!series || value === null || value === undefined) continue;
    const left = xOfTime(scale, series.times[i]);
    const right = xOfTime(scale, series.times[i] + row.sizeMs);
    const length = (Math.min(Math.abs(value), reach) / reach) * (box.height / 2);
    context.fillStyle = value > 0 ? palette.over : palette.grid;
    context.fillRect(left, value > 0 ? zero - length : zero, Math.max(1, right - left - 0.5), length);
  }
  rule(context, zero, scale.width, palette.text);
  title(context, 'margin (above the line: anomaly)', box, palette);
}

/** A line that keeps its value for the length of its window and breaks where windows are missing. */
function steps(
  context: CanvasRenderingContext2D,
  series: WindowSeries | undefined,
  sizeMs: number,
  scale: TimeScale,
  yOf: (value: number) => number,
  color: string,
): void {
  if (!series) return;
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.beginPath();
  let endOfLast = -Infinity;
  for (const i of visible(series, sizeMs, scale)) {
    const value = series.values[i];
    if (value === null || value === undefined) continue;
    const start = series.times[i];
    const y = yOf(value);
    if (start > endOfLast + 1) context.moveTo(xOfTime(scale, start), y);
    else context.lineTo(xOfTime(scale, start), y);
    context.lineTo(xOfTime(scale, start + sizeMs), y);
    endOfLast = start + sizeMs;
  }
  context.stroke();
}

function* visible(series: WindowSeries | undefined, sizeMs: number, scale: TimeScale): Generator<number> {
  if (!series) return;
  const first = windowIndexAt(series, scale.fromMs - sizeMs + 1);
  for (let i = first; i < series.times.length && series.times[i] < scale.toMs; i++) yield i;
}

function highestIn(series: WindowSeries | undefined, scale: TimeScale): number {
  let peak = 0;
  for (const i of visible(series, 0, scale)) peak = Math.max(peak, series?.values[i] ?? 0);
  return peak;
}

function lowestIn(series: WindowSeries | undefined, scale: TimeScale): number {
  let low = 0;
  for (const i of visible(series, 0, scale)) low = Math.min(low, series?.values[i] ?? 0);
  return low;
}

function rule(context: CanvasRenderingContext2D, y: number, width: number, color: string): void {
  context.fillStyle = color;
  context.fillRect(0, Math.round(y), width, 1);
}

/** Text over lines needs ground of its own to be read. */
function title(context: CanvasRenderingContext2D, text: string, box: Box, palette: Palette): void {
  context.font = palette.font;
  context.textAlign = 'left';
  context.textBaseline = 'top';
  const width = context.measureText(text).width;
  context.globalAlpha = 0.75;
  context.fillStyle = palette.background;
  context.fillRect(0, box.y - 9, width + 8, 14);
  context.globalAlpha = 1;
  context.fillStyle = palette.text;
  context.fillText(text, 4, box.y - 8);
}

function shortNumber(value: number): string {
  return new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 }).format(value);
}
