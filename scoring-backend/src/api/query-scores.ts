/** Query type `scores`: a number of the closed windows over time, one series per stream. Alert rules use these. */
import type { WindowPoint } from '../store/window-series.ts';
import type { ApiContext } from './context.ts';
import { seriesFrame } from './frames.ts';
import type { Notice } from './frames.ts';
import { labelsOf, streamsOf } from './query-range.ts';
import type { Asked } from './query-range.ts';
import type { Query, WindowField, WireFrame } from './types.ts';

/** Most windows read for one query. */
const MAX_WINDOWS = 200_000;
const SIZES = [30_000, 60_000, 300_000] as const;
const SHARES: readonly WindowField[] = ['score', 'confidence'];

export async function scoresFrames(context: ApiContext, query: Query, asked: Asked): Promise<WireFrame[]> {
  const { field, limit, maxDataPoints, refId } = query;
  const sizeMs = query.sizeMs ?? fittingSize(asked, maxDataPoints, context.keptMs);
  const points = await context.store.series({
    ...streamsOf(query, asked.tenant),
    ...asked,
    sizeMs,
    field,
    limit: MAX_WINDOWS + 1,
  });
  const notices: Notice[] = [];
  if (points.length > MAX_WINDOWS) {
    points.length = MAX_WINDOWS;
    notices.push({
      severity: 'warning',
      text: `Only the first ${MAX_WINDOWS} windows are shown: ask for less time or fewer services.`,
    });
  }
  const series = [...bySeries(points).values()];
  if (series.length > limit) {
    notices.push({ severity: 'warning', text: `Only the ${limit} highest of ${series.length} series are shown.` });
    series.sort((a, b) => highest(b) - highest(a)).length = limit;
  }
  const every = Math.ceil((asked.toMs - asked.fromMs) / sizeMs / maxDataPoints);
  if (every > 1) notices.push({ severity: 'info', text: `Each point is the highest of ${every} windows.` });
  return series.map((windows) => {
    const [times, values] = thinned(windows, sizeMs * every);
    return seriesFrame({
      ...{ refId, name: field, labels: labelsOf(windows[0]), times, values, notices },
      timeConfig: { interval: sizeMs * every },
      valueConfig: SHARES.includes(field) ? { min: 0, max: 1 } : {},
      custom: { sizeMs, field },
    });
  });
}

/** The smallest windows that fit the points asked for and are still kept for the whole range. */
function fittingSize({ fromMs, toMs }: Asked, maxDataPoints: number, keptMs: (sizeMs: number) => number): number {
  const age = Date.now() - fromMs;
  return SIZES.find((size) => (toMs - fromMs) / size <= maxDataPoints && age <= keptMs(size)) ?? 300_000;
}

function bySeries(points: readonly WindowPoint[]): Map<string, WindowPoint[]> {
  const series = new Map<string, WindowPoint[]>();
  for (const point of points) {
    const key = `${point.service}\0${point.environment}\0${point.namespace}`;
    const known = series.get(key);
    if (known === undefined) series.set(key, [point]);
    else known.push(point);
  }
  return series;
}

function highest(windows: readonly WindowPoint[]): number {
  return windows.reduce((most, { value }) => Math.max(most, value), -Infinity);
}

/** The highest value per step: a peak must not vanish because the panel is narrow. Times come in order and stay so. */
function thinned(windows: readonly WindowPoint[], stepMs: number): [times: number[], values: number[]] {
  const times: number[] = [];
  const values: number[] = [];
  for (const { startMs, value } of windows) {
    const time = Math.floor(startMs / stepMs) * stepMs;
    const last = times.length - 1;
    if (times[last] === time) values[last] = Math.max(values[last], value);
    else {
      times.push(time);
      values.push(value);
    }
  }
  return [times, values];
}
