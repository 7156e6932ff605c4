/**
 * Draws the strips of the visible rows. Windows that share a pixel column show the highest score among them, so that
 * nothing rare is hidden by zooming out. Hot path: 100,000 windows are redrawn while somebody drags.
 */
import type { StripRow } from '../verdicts/strip-rows.ts';
import { windowIndexAt, xOfTime, type PlacedRow, type TimeScale } from './geometry.ts';
import { stepOf, type Palette } from './palette.ts';

/** Below this width of a window in pixels, neighbours are drawn without a gap. */
const GAP_FROM = 6;

export function paintStrips(
  context: CanvasRenderingContext2D,
  rows: readonly PlacedRow[],
  scale: TimeScale,
  scrollTop: number,
  rowHeight: number,
  palette: Palette,
): void {
  const columns = new Uint16Array(Math.ceil(scale.width));
  for (const { row, top } of rows) {
    const y = top - scrollTop;
    const inner = rowHeight - 6;
    if ((row.sizeMs / (scale.toMs - scale.fromMs)) * scale.width >= GAP_FROM)
      paintCells(context, row, scale, y + 4, inner, palette);
    else paintColumns(context, row, scale, y + 4, inner, palette, columns);
    paintMarks(context, row, scale, y, rowHeight, palette);
  }
}

/** Few windows: each is a cell of its own. */
function paintCells(
  context: CanvasRenderingContext2D,
  row: StripRow,
  scale: TimeScale,
  y: number,
  height: number,
  palette: Palette,
): void {
  const scores = row.series.score;
  if (!scores) return;
  const { low, high } = domainOf(row);
  for (let i = firstVisible(row, scale); i < scores.times.length && scores.times[i] < scale.toMs; i++) {
    const value = scores.values[i];
    if (value === null || value === undefined) continue;
    const left = Math.max(0, xOfTime(scale, scores.times[i]));
    const right = Math.min(scale.width, xOfTime(scale, scores.times[i] + row.sizeMs));
    context.fillStyle = palette.steps[stepOf(value, low, high)];
    context.fillRect(left, y, Math.max(1, right - left - 1), height);
  }
}

/** Many windows: one step per pixel column, drawn in runs of the same step. 0 is "no window here". */
function paintColumns(
  context: CanvasRenderingContext2D,
  row: StripRow,
  scale: TimeScale,
  y: number,
  height: number,
  palette: Palette,
  columns: Uint16Array,
): void {
  const scores = row.series.score;
  if (!scores) return;
  columns.fill(0);
  const { times, values } = scores;
  const { low, high } = domainOf(row);
  const perMs = scale.width / Math.max(1, scale.toMs - scale.fromMs);
  const last = columns.length - 1;
  for (let i = firstVisible(row, scale); i < times.length && times[i] < scale.toMs; i++) {
    const value = values[i];
    if (value === null || value === undefined) continue;
    const step = stepOf(value, low, high) + 1;
    const start = Math.max(0, Math.floor((times[i] - scale.fromMs) * perMs));
    const end = Math.min(last, Math.ceil((times[i] + row.sizeMs - scale.fromMs) * perMs) - 1);
    for (let x = Math.min(start, last); x <= Math.max(start, end); x++) if (columns[x] < step) columns[x] = step;
  }
  for (let x = 0; x < columns.length;) {
    const step = columns[x];
    let end = x + 1;
    while (end < columns.length && columns[end] === step) end++;
    if (step > 0) {
      context.fillStyle = palette.steps[step - 1];
      context.fillRect(x, y, end - x, height);
    }
    x = end;
  }
}

/** Anomalies carry a bar and a wedge above the strip: seen without colour, and at any zoom. */
function paintMarks(
  context: CanvasRenderingContext2D,
  row: StripRow,
  scale: TimeScale,
  y: number,
  rowHeight: number,
  palette: Palette,
): void {
  context.fillStyle = palette.mark;
  let runStart = NaN;
  let runEnd = -Infinity;
  const flush = () => {
    if (Number.isNaN(runStart)) return;
    context.fillRect(runStart, y + 1, runEnd - runStart, 2);
    const middle = (runStart + runEnd) / 2;
    context.beginPath();
    context.moveTo(middle - 4, y + 1);
    context.lineTo(middle + 4, y + 1);
    context.lineTo(middle, y + Math.min(7, rowHeight / 2));
    context.fill();
  };
  for (const mark of row.marks) {
    if (mark.endMs < scale.fromMs || mark.startMs > scale.toMs) continue;
    const left = Math.max(0, xOfTime(scale, mark.startMs));
    const right = Math.min(scale.width, Math.max(left + 2, xOfTime(scale, mark.endMs) - 1));
    if (left <= runEnd + 2) {
      runEnd = Math.max(runEnd, right);
      continue;
    }
    flush();
    runStart = left;
    runEnd = right;
  }
  flush();
}

function firstVisible(row: StripRow, scale: TimeScale): number {
  const scores = row.series.score;
  return scores ? windowIndexAt(scores, scale.fromMs - row.sizeMs + 1) : 0;
}

/** Field options `min` and `max` stretch the colours. */
function domainOf(row: StripRow): { low: number; high: number } {
  const config = row.series.score?.field.config;
  return { low: config?.min ?? 0, high: config?.max ?? 1 };
}
