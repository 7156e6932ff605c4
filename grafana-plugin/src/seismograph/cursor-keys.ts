/** The keyboard's cursor on the strip: which key moves it where. Pure, so that it can be promised in tests. */
import type { StripRow } from '../verdicts/strip-rows.ts';
import { windowIndexAt } from './geometry.ts';

export interface Cursor {
  /** Index of the row from the top. */
  readonly row: number;
  /** A time inside the window. */
  readonly ms: number;
}

/** What the keys are, for the help text. */
export const KEYS_HELP =
  'Arrow keys move between windows and services, N and P go to the next and previous anomaly, Enter opens the ' +
  'evidence, Space opens the lane of the service, Plus and Minus zoom, Home and End go to the first and last window.';

/** Where a key moves the cursor, or undefined when the key does not move it. */
export function moveCursor(
  key: string,
  cursor: Cursor | undefined,
  rows: readonly StripRow[],
  range: { fromMs: number; toMs: number },
): Cursor | undefined {
  if (rows.length === 0 || !MOVES.has(key)) return undefined;
  const start = cursor ?? { row: 0, ms: firstWindow(rows[0], range) };
  const row = rows[Math.min(start.row, rows.length - 1)];
  switch (key) {
    case 'ArrowUp':
      return { ...start, row: Math.max(0, start.row - 1) };
    case 'ArrowDown':
      return cursor ? { ...start, row: Math.min(rows.length - 1, start.row + 1) } : start;
    case 'PageUp':
      return { ...start, row: Math.max(0, start.row - 10) };
    case 'PageDown':
      return { ...start, row: Math.min(rows.length - 1, start.row + 10) };
    case 'ArrowRight':
      return cursor ? { ...start, ms: clamp(start.ms + row.sizeMs, range) } : start;
    case 'ArrowLeft':
      return { ...start, ms: clamp(start.ms - row.sizeMs, range) };
    case 'Home':
      return { ...start, ms: firstWindow(row, range) };
    case 'End':
      return { ...start, ms: lastWindow(row, range) };
    default:
      return nextMark(key.toLowerCase() === 'n' ? 1 : -1, cursor, rows, range) ?? cursor;
  }
}

const MOVES = new Set([
  ...['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown', 'Home', 'End'],
  ...['n', 'p', 'N', 'P'],
]);

/** Anomalies in the order they are read: row by row, by time within a row. */
function nextMark(
  step: 1 | -1,
  cursor: Cursor | undefined,
  rows: readonly StripRow[],
  range: { fromMs: number; toMs: number },
): Cursor | undefined {
  const start = cursor ?? (step === 1 ? { row: 0, ms: -Infinity } : { row: rows.length - 1, ms: Infinity });
  for (let r = start.row; r >= 0 && r < rows.length; r += step) {
    const inRange = rows[r].marks.filter((mark) => mark.startMs >= range.fromMs && mark.startMs < range.toMs);
    const candidates = step === 1 ? inRange : inRange.reverse();
    const found = candidates.find(
      (mark) => r !== start.row || (step === 1 ? mark.startMs > start.ms : mark.startMs < start.ms),
    );
    if (found) return { row: r, ms: found.startMs };
  }
  return undefined;
}

function firstWindow(row: StripRow, range: { fromMs: number; toMs: number }): number {
  const scores = row.series.score;
  return scores?.times[windowIndexAt(scores, range.fromMs)] ?? range.fromMs;
}

function lastWindow(row: StripRow, range: { fromMs: number; toMs: number }): number {
  const scores = row.series.score;
  return scores?.times[windowIndexAt(scores, range.toMs) - 1] ?? range.toMs - row.sizeMs;
}

function clamp(ms: number, { fromMs, toMs }: { fromMs: number; toMs: number }): number {
  return Math.min(Math.max(ms, fromMs), toMs - 1);
}
