/** One place on the strip, a stream at a time, and the words for it. Read by the hover card and by screen readers. */
import { dateTimeFormat, type TimeZone } from '@grafana/data';
import type { AnomalyMark } from '../verdicts/anomaly-marks.ts';
import { LEARNING_BELOW, marginPhrase, rarityPhrase } from '../verdicts/rarity.ts';
import type { StripRow } from '../verdicts/strip-rows.ts';
import { markNear, windowHolding } from './geometry.ts';

export interface WindowPoint {
  readonly row: StripRow;
  readonly startMs: number;
  readonly endMs: number;
  /** Undefined where there is no window. */
  readonly score: number | undefined;
  readonly margin: number | undefined;
  readonly mark: AnomalyMark | undefined;
}

/** What is at a time of a row; `slackMs` is how far beside a mark still counts as on it. */
export function pointAt(row: StripRow, ms: number, slackMs = 0): WindowPoint {
  const mark = markNear(row, ms, slackMs);
  // A mark hit from beside wins over the window under the pointer: marks may be narrower than a finger.
  const at = mark && (ms < mark.startMs || ms >= mark.endMs) ? mark.startMs : ms;
  const index = windowHolding(row, row.series.score, at);
  const startMs = index >= 0 ? (row.series.score?.times[index] ?? at) : (mark?.startMs ?? floorTo(at, row.sizeMs));
  const marginIndex = windowHolding(row, row.series.margin, at);
  return {
    row,
    startMs,
    endMs: startMs + row.sizeMs,
    score: (index >= 0 ? row.series.score?.values[index] : undefined) ?? mark?.score,
    margin: (marginIndex >= 0 ? row.series.margin?.values[marginIndex] : undefined) ?? mark?.margin,
    mark,
  };
}

export function timeSpan({ startMs, endMs }: Pick<WindowPoint, 'startMs' | 'endMs'>, timeZone: TimeZone): string {
  const format = (ms: number, pattern: string) => dateTimeFormat(ms, { timeZone, format: pattern });
  return `${format(startMs, 'YYYY-MM-DD HH:mm:ss')} – ${format(endMs, 'HH:mm:ss')}`;
}

/** A sentence that says it all, for people who hear the page. */
export function describePoint(point: WindowPoint, timeZone: TimeZone): string {
  const parts = [point.row.label, timeSpan(point, timeZone), verdictPhrase(point)];
  if (point.mark)
    parts.push(`anomaly${point.mark.reason === '' ? '' : `: ${point.mark.reason}`}. Enter opens the evidence`);
  return parts.join(', ');
}

/** Rarity and margin of a window in words. */
export function verdictPhrase(point: WindowPoint): string {
  if (point.score === undefined) return 'no window here';
  return [rarityPhrase(point.score), distancePhrase(point)].filter((part) => part !== '').join(', ');
}

/** How far from being an anomaly, and whether that can be trusted yet; empty when it is not known. */
export function distancePhrase({ margin, row }: WindowPoint): string {
  const learning = row.confidence !== undefined && row.confidence < LEARNING_BELOW ? 'still learning' : '';
  return [margin === undefined ? '' : marginPhrase(margin), learning].filter((part) => part !== '').join(', ');
}

function floorTo(ms: number, step: number): number {
  return Math.floor(ms / step) * step;
}
